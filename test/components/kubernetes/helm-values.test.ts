import { expect } from "chai";
import { configText, goMemoryLimit, helmValues } from "../../../components/kubernetes/helm-values";
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

describe("configText", () => {
  const text = configText(aHub());
  const same = { resources: { cpu: "2", memory: "4Gi" }, metrics: "exporter", spread: "preferred" } as const;

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
