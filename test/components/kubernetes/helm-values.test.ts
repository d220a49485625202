import { expect } from "chai";
import { configText, goMemoryLimit, helmValues } from "../../../components/kubernetes/helm-values";
import { podLabels } from "../../../components/kubernetes/names";
import { aHub, aPlatform, aSpoke } from "../a-location";

const marks = { values: "aaaa1111", secret: "bbbb2222", hubTls: true };

const container = {
  image: { tag: "2.14.2-alpine" },
  env: { GOMEMLIMIT: "921MiB" },
  resources: { requests: { cpu: "250m", memory: "1Gi" }, limits: { memory: "1Gi" } },
  merge: { startupProbe: { periodSeconds: 2, failureThreshold: 450 } },
  patch: [{ op: "add", path: "/volumeMounts/-", value: { name: "auth", mountPath: "/etc/nats-auth", readOnly: true } }],
};
const patch = [{ op: "add", path: "/spec/volumes/-", value: { name: "auth", secret: { secretName: "nats-auth" } } }];
const topologySpreadConstraints = {
  "kubernetes.io/hostname": { maxSkew: 1, whenUnsatisfiable: "DoNotSchedule", minDomains: 3 },
};
const shared = {
  container,
  reloader: { enabled: true },
  promExporter: { enabled: false },
  podDisruptionBudget: { enabled: true },
  service: { ports: { leafnodes: { enabled: false } } },
  natsBox: { enabled: false },
};
const jetstream = {
  enabled: true,
  memoryStore: { enabled: false },
  fileStore: { maxSize: "10737418240", pvc: { size: "11Gi" } },
};

describe("helmValues", () => {
  it("a hub accepts leafnodes under its certificate and says where", () => {
    expect(helmValues(aHub(), marks)).to.deep.equal({
      ...shared,
      config: {
        serverNamePrefix: "hub-",
        cluster: { enabled: true, replicas: 3, routeURLs: { useFQDN: true }, merge: { name: "headquarter" } },
        jetstream: { ...jetstream, merge: { domain: "hub" } },
        leafnodes: {
          enabled: true,
          port: 7422,
          merge: { advertise: "hub.example.com:30742", no_advertise: false },
          tls: { enabled: true, secretName: "nats-leafnodes-tls" },
        },
        merge: {
          $include: "../nats-auth/auth.conf",
          system_account: "SYS",
          server_metadata: { "cinema-jetstream": "aaaa1111" },
        },
      },
      podTemplate: {
        configChecksumAnnotation: false,
        topologySpreadConstraints,
        merge: {
          metadata: {
            annotations: {
              "cinema-jetstream/restarts-on":
                "max_file_store 10737418240, leafnodes.advertise hub.example.com:30742, leafnodes.tls generated",
            },
          },
        },
        patch,
      },
    });
  });

  it("a spoke listens for no leafnode, and has JetStream without its hub", () => {
    expect(helmValues(aSpoke(), marks)).to.deep.equal({
      ...shared,
      config: {
        serverNamePrefix: "cinema-a-",
        cluster: { enabled: true, replicas: 3, routeURLs: { useFQDN: true }, merge: { name: "spoke-1" } },
        jetstream: { ...jetstream, merge: { domain: "cinema-a", extension_hint: "no_extend" } },
        leafnodes: { enabled: false },
        merge: {
          $include: "../nats-auth/auth.conf",
          system_account: "SYS",
          server_metadata: { "cinema-jetstream": "aaaa1111" },
        },
      },
      podTemplate: {
        configChecksumAnnotation: false,
        topologySpreadConstraints,
        merge: {
          metadata: {
            annotations: {
              "cinema-jetstream/restarts-on": "max_file_store 10737418240, leafnodes.remotes with tls",
            },
          },
        },
        patch,
      },
    });
  });
});

describe("the repair watch in helmValues", () => {
  const repairWatch = { image: "registry.example.com/cinema-jetstream:1" };
  const labels = { "app.kubernetes.io/name": "nats-repair-watch" };

  it("is one small pod that asks nothing of Kubernetes and finds its logins in a file", () => {
    const { extraResources, ...rest } = helmValues(aHub({ platform: aPlatform({ repairWatch }) }), marks);
    expect(rest).to.deep.equal(helmValues(aHub(), marks));
    expect(extraResources).to.deep.equal([
      {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "nats-repair-watch", labels },
        spec: {
          replicas: 1,
          strategy: { type: "Recreate" },
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: {
              automountServiceAccountToken: false,
              enableServiceLinks: false,
              securityContext: {
                runAsNonRoot: true,
                runAsUser: 1000,
                runAsGroup: 1000,
                seccompProfile: { type: "RuntimeDefault" },
              },
              containers: [
                {
                  name: "repair-watch",
                  image: repairWatch.image,
                  args: ["/etc/nats-repair-watch/hub.json"],
                  resources: { requests: { cpu: "10m", memory: "128Mi" }, limits: { memory: "128Mi" } },
                  securityContext: {
                    allowPrivilegeEscalation: false,
                    readOnlyRootFilesystem: true,
                    capabilities: { drop: ["ALL"] },
                  },
                  volumeMounts: [{ name: "hub", mountPath: "/etc/nats-repair-watch", readOnly: true }],
                },
              ],
              volumes: [{ name: "hub", secret: { secretName: "nats-repair-watch" } }],
            },
          },
        },
      },
    ]);
  });

  it("is no pod that the servers' selector finds, of either profile", () => {
    for (const profile of ["current", "legacy"] as const)
      expect(podLabels(profile)["app.kubernetes.io/name"]).not.to.equal(labels["app.kubernetes.io/name"]);
  });

  it("goes beside resources that extra values add", () => {
    const own = { kind: "ConfigMap" };
    const platform = aPlatform({ repairWatch, extraValues: { extraResources: [own] } });
    const { extraResources } = helmValues(aHub({ platform }), marks) as { extraResources: { kind: string }[] };
    expect(extraResources.map(({ kind }) => kind)).to.deep.equal(["ConfigMap", "Deployment"]);
  });
});

describe("configText", () => {
  const text = configText(aHub());
  const same = { resources: { cpu: "2", memory: "4Gi" }, metrics: "exporter", spread: "preferred" } as const;

  it("is the same with a repair watch, so that one comes and goes without a reload", () => {
    const repairWatch = { image: "registry.example.com/cinema-jetstream:1" };
    expect(configText(aHub({ platform: aPlatform({ repairWatch }) }))).to.equal(text);
  });

  it("is the same whatever only concerns pods", () => {
    expect(configText(aHub({ platform: aPlatform(same) }))).to.equal(text);
  });

  for (const [title, location] of [
    ["a setting", aHub({ maxFileStoreBytes: 1 })],
    ["extra settings", aHub({ platform: aPlatform({ extraValues: { config: { merge: { max_payload: "2MB" } } } }) })],
    [
      "extra values of a key unknown here",
      aHub({ platform: aPlatform({ extraValues: { configMap: { merge: {} } } }) }),
    ],
  ] as const) {
    it(`changes with ${title}`, () => {
      expect(configText(location)).not.to.equal(text);
    });
  }
});

describe("goMemoryLimit", () => {
  for (const [memory, limit] of [
    ["1Gi", "921MiB"],
    ["10Mi", "9MiB"],
    ["1Ti", "943718MiB"],
  ] as const) {
    it(`of ${memory} is nine tenths`, () => {
      expect(goMemoryLimit(memory)).to.equal(limit);
    });
  }
});
