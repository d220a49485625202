/**
 * A location as values of the chart `nats`, 1.x and 2.x: the only file that knows their keys. The chart has no schema and ignores a
 * wrong key in silence; the tests in `test/charts` render what is made here. Pure.
 */
import type { Location } from "../location";
import { serverSettings, systemAccount } from "../server-config";
import { bytes, type KubernetesPlatform, type RepairWatch } from "./kubernetes-config";
import { mergeValues } from "./merge-values";
import * as names from "./names";
import { repairWatchDeployment } from "./repair-watch";
import { reportsMetadata, restartsOn } from "./reload";

/** A location in a Kubernetes cluster. */
export type KubernetesLocation = Location & { readonly platform: KubernetesPlatform };

/** What Helm is given; holds no secret, as Helm keeps it in clear. */
export type HelmValues = Readonly<Record<string, unknown>>;

/** What the values must say of things that are not in them, or hold them whole. */
export interface ConfigMarks {
  /** Hash of {@link configText}. */
  readonly values: string;
  /** Changes with the Secret's content, reveals nothing of it. */
  readonly secret: string;
  /**
   * Spoke only: the hub demands TLS. A reload refuses a remote that gets TLS, or loses it (2.9.19 to 2.15.2); another CA it takes.
   *
   * @default false
   */
  readonly hubTls?: boolean;
  /**
   * Hub only: changes with the rights of its spokes' users, which a live leafnode keeps as they were when it connected.
   *
   * @default - none
   */
  readonly permissions?: string;
}

/** The values of a location, the platform's own `extraValues` merged last. A list among those replaces the one that is made here. */
export function helmValues(location: KubernetesLocation, marks: ConfigMarks): HelmValues {
  const { deleteVolumes, extraValues, repairWatch } = location.platform;
  const values = {
    config: config(location, marks),
    container: container(location),
    reloader: { enabled: true },
    promExporter: promExporter(location),
    podTemplate: podTemplate(location, marks),
    ...(deleteVolumes && { statefulSet: { merge: { spec: { persistentVolumeClaimRetentionPolicy: volumesGo } } } }),
    podDisruptionBudget: { enabled: true },
    service: service(location.platform),
    natsBox: { enabled: false },
  };
  const merged = mergeValues(values, extraValues);
  return repairWatch ? { ...merged, extraResources: withRepairWatch(merged["extraResources"], repairWatch) } : merged;
}

/** Beside what `extraValues` adds to the release: a list there would replace one that is made here. */
function withRepairWatch(given: unknown, watch: RepairWatch): unknown[] {
  return [...(Array.isArray(given) ? given : []), repairWatchDeployment(watch)];
}

/** Values that make no part of the ConfigMap: a change of them reaches the servers without a reload. */
const notInConfigMap = [
  "container",
  "reloader",
  "promExporter",
  "podTemplate",
  "podDisruptionBudget",
  "service",
  "natsBox",
  "extraResources",
];

/** What the chart makes the servers' ConfigMap from, as a text to be hashed: `ConfigMarks.values` is that hash. */
export function configText(location: KubernetesLocation): string {
  const values = Object.entries(helmValues(location, { values: "", secret: "" }));
  return JSON.stringify(values.filter(([key]) => !notInConfigMap.includes(key)));
}

function config(location: KubernetesLocation, marks: ConfigMarks): HelmValues {
  const { name, clusterName, replicas, platform } = location;
  const { domain, maxFileStoreBytes, extensionHint } = serverSettings(location);
  const { volumeSize, storageClass } = platform;
  return {
    serverNamePrefix: `${name}-`,
    // A server alone in a cluster waits for a second one, and has no JetStream till then (2.9.19, 2.14.2, 2.15.2).
    cluster:
      replicas === 1
        ? { enabled: false }
        : { enabled: true, replicas, routeURLs: { useFQDN: true }, merge: { name: clusterName } },
    jetstream: {
      enabled: true,
      memoryStore: { enabled: false },
      fileStore: {
        maxSize: String(maxFileStoreBytes), // of a number, the chart would write 1.073741824e+10
        pvc: { size: volumeSize, ...(storageClass && { storageClassName: storageClass }) },
      },
      merge: { domain, ...(extensionHint && { extension_hint: extensionHint }) },
    },
    leafnodes: leafnodes(location),
    merge: {
      $include: `../${names.authSecretName}/${names.authFile}`, // relative to the conf's folder: the server knows no absolute include
      system_account: systemAccount,
      ...(reportsMetadata(location) && { server_metadata: { [names.metadataKey]: marks.values } }),
    },
  };
}

/** A hub's listener. A spoke has none: its remotes are in the Secret. */
function leafnodes(location: KubernetesLocation): HelmValues {
  if (location.role === "spoke") return { enabled: false };
  const { leafnodeAdvertise, leafnodeTls } = location;
  const secretName = leafnodeTls.kind === "secret" ? leafnodeTls.secretName : names.tlsSecretName;
  return {
    enabled: true,
    port: names.leafnodePort,
    // The chart's `no_advertise: true` turns older spokes away on 2.15, and 2.14 hands out pod addresses in spite of it.
    merge: { advertise: leafnodeAdvertise, no_advertise: false },
    ...(leafnodeTls.kind !== "plaintext" && { tls: { enabled: true, secretName } }),
  };
}

/**
 * The server's container. Of the chart's probes only the pace is changed. Its startup probe asks `/healthz`, which fails until the
 * meta group and each stream and consumer of this server is current, and a rolling update goes on to the next server only then. The
 * first ten seconds are left out, and stay so: restarted servers were seen to say ok, wrongly, 0.3 s (2.9.19) and 0.6 s (2.15.2)
 * after their start, before they knew what they had missed. From then on the probe asks every two seconds instead of ten, for
 * fifteen minutes as before, so that a server that is ready does not wait for it. Readiness asks whether the server takes clients,
 * and liveness whether JetStream is on: neither takes a server away because a stream lags.
 */
function container({ serverVersion, platform }: KubernetesLocation): HelmValues {
  const { cpu, memory } = platform.resources;
  return {
    image: { tag: `${serverVersion}-alpine` },
    env: { GOMEMLIMIT: goMemoryLimit(memory) },
    resources: { requests: { cpu, memory }, limits: { memory } },
    merge: { startupProbe: { periodSeconds: 2, failureThreshold: 450 } },
    patch: [add("/volumeMounts/-", { name: "auth", mountPath: names.authFolder, readOnly: true })],
  };
}

/** Nine tenths of a container's memory: Go collects garbage harder before the kernel kills the server. */
export function goMemoryLimit(memory: string): string {
  return `${Math.floor((bytes(memory) * 0.9) / 2 ** 20)}MiB`;
}

function promExporter({ role, platform }: KubernetesLocation): HelmValues {
  if (platform.metrics === "none") return { enabled: false };
  return {
    enabled: true,
    podMonitor: { enabled: platform.metrics === "podMonitor" },
    // The chart asks for leafnodes only where there is a listener.
    ...(role === "spoke" && { patch: [add("/args/0", "-leafz")] }),
  };
}

function podTemplate(location: KubernetesLocation, marks: ConfigMarks): HelmValues {
  return {
    configChecksumAnnotation: !reportsMetadata(location),
    topologySpreadConstraints: { "kubernetes.io/hostname": spread(location) },
    merge: { metadata: { annotations: { [names.restartsOnAnnotation]: restartsOn(location, marks) } } },
    patch: [add("/spec/volumes/-", { name: "auth", secret: { secretName: names.authSecretName } })],
  };
}

/** Without `minDomains` (Kubernetes 1.27) a cluster of one node would get all servers: nothing is skewed on a single node. */
function spread({ replicas, platform }: KubernetesLocation): HelmValues {
  return platform.spread === "required"
    ? { maxSkew: 1, whenUnsatisfiable: "DoNotSchedule", minDomains: replicas }
    : { maxSkew: 1, whenUnsatisfiable: "ScheduleAnyway" };
}

const volumesGo = { whenDeleted: "Delete", whenScaled: "Retain" };

/** Leafnodes have a Service of their own. */
function service({ clientService }: KubernetesPlatform): HelmValues {
  return {
    ports: { leafnodes: { enabled: false } },
    ...(clientService === "LoadBalancer" && { merge: { spec: { type: clientService } } }),
  };
}

/** A JSON Patch: the only way to add to a list of the chart's, as merging replaces it. */
function add(path: string, value: unknown): HelmValues {
  return { op: "add", path, value };
}
