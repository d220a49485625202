/**
 * A location as values of the legacy chart `nats`, 0.19.x, whose values have nothing in common with later ones: the only file that
 * knows its keys. Some settings it has no key for; they ride on the value of another one, which this chart writes into the conf as
 * it is. It has no Service but the headless one, and keeps volumes always. Pure.
 */
import { serverSettings, systemAccount } from "../server-config";
import { goMemoryLimit, type ConfigMarks, type HelmValues, type KubernetesLocation } from "./helm-values";
import { mergeValues } from "./merge-values";
import * as names from "./names";
import { restartsOn } from "./reload";

/** The values of a location, the platform's own `extraValues` merged last. A list among those replaces the one that is made here. */
export function legacyValues(location: KubernetesLocation, marks: ConfigMarks): HelmValues {
  const { clusterName, replicas, platform } = location;
  const values = {
    nats: nats(location),
    // A server alone in a cluster waits for a second one, and has no JetStream till then.
    cluster: replicas === 1 ? { enabled: false } : { enabled: true, replicas, name: JSON.stringify(clusterName) },
    ...(location.role === "hub" && leafnodes(location)),
    auth: { enabled: true, systemAccount },
    // The chart mounts the Secret inside the conf's folder only, where no path can be the same as the other chart's.
    additionalVolumes: [{ name: "nats-auth", secret: { secretName: names.authSecretName } }],
    additionalVolumeMounts: [{ name: "nats-auth", mountPath: names.authFolder, readOnly: true }],
    podAnnotations: { [names.restartsOnAnnotation]: restartsOn(location, marks) },
    podDisruptionBudget: { enabled: true, maxUnavailable: 1 },
    ...spread(location),
    exporter: exporter(location),
    natsbox: { enabled: false },
  };
  return mergeValues(values, platform.extraValues);
}

function nats(location: KubernetesLocation): HelmValues {
  const { name, serverVersion, platform } = location;
  const { cpu, memory } = platform.resources;
  return {
    image: { tag: `${serverVersion}-alpine` },
    serverNamePrefix: `${name}-`,
    gomemlimit: goMemoryLimit(memory),
    resources: { requests: { cpu, memory }, limits: { memory } },
    configChecksumAnnotation: true, // no server here shows which ConfigMap it has loaded, so a changed one restarts them
    healthcheck: { enableHealthzLivenessReadiness: true }, // else readiness asks nothing of JetStream
    jetstream: jetstream(location),
    config: [{ name: "auth", secret: { secretName: names.authSecretName } }], // included as ./auth/auth.conf
  };
}

/** The one size sets the volume's and the store's, in this order: the store's own limit comes after it, and so counts. */
function jetstream(location: KubernetesLocation): HelmValues {
  const { domain, maxFileStoreBytes, extensionHint } = serverSettings(location);
  const { volumeSize, storageClass } = location.platform;
  return {
    enabled: true,
    domain: conf(JSON.stringify(domain), extensionHint && `extension_hint: ${extensionHint}`),
    memStorage: { enabled: true, size: "0" }, // not enabled, it would be three quarters of the node's memory
    fileStorage: { size: volumeSize, ...(storageClass && { storageClassName: storageClass }) },
    maxOutstandingCatchup: conf("64MB", `max_file: ${maxFileStoreBytes}`), // 64MB: the server's own default
  };
}

/** A hub's listener. */
function leafnodes({ leafnodeAdvertise, leafnodeTls }: KubernetesLocation & { readonly role: "hub" }): HelmValues {
  const listener = {
    enabled: true,
    port: names.leafnodePort,
    noAdvertise: conf("false", `advertise: ${JSON.stringify(leafnodeAdvertise)}`),
  };
  if (leafnodeTls.kind === "plaintext") return { leafnodes: listener };
  const name = leafnodeTls.kind === "secret" ? leafnodeTls.secretName : names.tlsSecretName;
  const certificate = `/etc/nats-certs/leafnodes/${name}/tls.crt`;
  return {
    leafnodes: { ...listener, tls: { secret: { name }, cert: "tls.crt", key: "tls.key" } },
    reloader: { extraConfigs: [certificate] }, // a renewed one would not be seen
  };
}

/** `required` is anti-affinity here: the chart passes on no `minDomains`, without which a single node would get all servers. */
function spread({ platform }: KubernetesLocation): HelmValues {
  const topologyKey = "kubernetes.io/hostname";
  if (platform.spread === "preferred")
    return { topologySpreadConstraints: [{ maxSkew: 1, topologyKey, whenUnsatisfiable: "ScheduleAnyway" }] };
  const labelSelector = { matchLabels: names.podLabels("legacy") };
  return {
    affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey, labelSelector }] } },
  };
}

/** The chart's arguments ask for leafnodes only where there is a listener. */
function exporter({ platform }: KubernetesLocation): HelmValues {
  if (platform.metrics === "none") return { enabled: false };
  const asked = [
    "-connz",
    "-routez",
    "-subz",
    "-varz",
    "-jsz=all",
    "-leafz",
    "-prefix=nats",
    "-use_internal_server_id",
  ];
  return {
    enabled: true,
    args: [...asked, "http://localhost:8222/"],
    serviceMonitor: { enabled: platform.metrics === "podMonitor" },
  };
}

/** A value that is written into the conf as it is, with a setting of its own on the next line. */
function conf(value: string, setting: string | undefined): string {
  return setting ? `${value}\n      ${setting}` : value;
}
