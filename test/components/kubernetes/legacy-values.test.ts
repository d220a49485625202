import { expect } from "chai";
import { legacyValues } from "../../../components/kubernetes/legacy-values";
import { aHub, aPlatform, aSpoke } from "../a-location";

const marks = { values: "aaaa1111", secret: "bbbb2222", hubTls: true };
const chart = { profile: "legacy", source: "https://nats-io.github.io/helm/charts", version: "0.19.16" } as const;
const serverVersion = "2.9.19";

/** What a hub and a spoke have in common. */
const nats = {
  image: { tag: "2.9.19-alpine" },
  gomemlimit: "921MiB",
  resources: { requests: { cpu: "250m", memory: "1Gi" }, limits: { memory: "1Gi" } },
  configChecksumAnnotation: true,
  healthcheck: { enableHealthzLivenessReadiness: true },
  config: [{ name: "auth", secret: { secretName: "nats-auth" } }],
};
const jetstream = {
  enabled: true,
  memStorage: { enabled: true, size: "0" },
  maxOutstandingCatchup: "64MB\n      max_file: 10737418240",
};
const shared = {
  auth: { enabled: true, systemAccount: "SYS" },
  additionalVolumes: [{ name: "nats-auth", secret: { secretName: "nats-auth" } }],
  additionalVolumeMounts: [{ name: "nats-auth", mountPath: "/etc/nats-auth", readOnly: true }],
  podDisruptionBudget: { enabled: true, maxUnavailable: 1 },
  natsbox: { enabled: false },
};

describe("legacyValues", () => {
  it("a hub, each server on a node of its own", () => {
    const location = aHub({ serverVersion, platform: aPlatform({ chart, storageClass: "fast" }) });
    expect(legacyValues(location, marks)).to.deep.equal({
      ...shared,
      nats: {
        ...nats,
        serverNamePrefix: "hub-",
        jetstream: { ...jetstream, domain: '"hub"', fileStorage: { size: "11Gi", storageClassName: "fast" } },
      },
      cluster: { enabled: true, replicas: 3, name: '"headquarter"' },
      leafnodes: {
        enabled: true,
        port: 7422,
        noAdvertise: 'false\n      advertise: "hub.example.com:30742"',
        tls: { secret: { name: "nats-leafnodes-tls" }, cert: "tls.crt", key: "tls.key" },
      },
      reloader: { extraConfigs: ["/etc/nats-certs/leafnodes/nats-leafnodes-tls/tls.crt"] },
      podAnnotations: {
        "cinema-jetstream/restarts-on":
          "max_file_store 10737418240, leafnodes.advertise hub.example.com:30742, leafnodes.tls generated, Secret bbbb2222",
      },
      affinity: {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            {
              topologyKey: "kubernetes.io/hostname",
              labelSelector: {
                matchLabels: { "app.kubernetes.io/name": "nats", "app.kubernetes.io/instance": "nats" },
              },
            },
          ],
        },
      },
      exporter: { enabled: false },
    });
  });

  it("a spoke that is scraped, on whatever nodes there are", () => {
    const platform = aPlatform({ chart, spread: "preferred", metrics: "podMonitor" });
    expect(legacyValues(aSpoke({ serverVersion, platform }), marks)).to.deep.equal({
      ...shared,
      nats: {
        ...nats,
        serverNamePrefix: "cinema-a-",
        jetstream: {
          ...jetstream,
          domain: '"cinema-a"\n      extension_hint: no_extend',
          fileStorage: { size: "11Gi" },
        },
      },
      cluster: { enabled: true, replicas: 3, name: '"spoke-1"' },
      podAnnotations: {
        "cinema-jetstream/restarts-on": "max_file_store 10737418240, leafnodes.remotes with tls, Secret bbbb2222",
      },
      topologySpreadConstraints: [
        { maxSkew: 1, topologyKey: "kubernetes.io/hostname", whenUnsatisfiable: "ScheduleAnyway" },
      ],
      exporter: {
        enabled: true,
        args: [
          "-connz",
          "-routez",
          "-subz",
          "-varz",
          "-jsz=all",
          "-leafz",
          "-prefix=nats",
          "-use_internal_server_id",
          "http://localhost:8222/",
        ],
        serviceMonitor: { enabled: true },
      },
    });
  });

  it("a hub in plaintext mounts no certificate", () => {
    const values = legacyValues(aHub({ leafnodeTls: { kind: "plaintext" } }), marks);
    expect(values).not.to.have.property("reloader");
    expect(values["leafnodes"]).not.to.have.property("tls");
  });

  it("a single server is no cluster", () => {
    expect(legacyValues(aHub({ replicas: 1 }), marks)["cluster"]).to.deep.equal({ enabled: false });
  });

  it("extra values come last", () => {
    const platform = aPlatform({ chart, extraValues: { nats: { image: { tag: "mine" } } } });
    expect(legacyValues(aHub({ platform }), marks)["nats"]).to.deep.include({ image: { tag: "mine" } });
  });
});
