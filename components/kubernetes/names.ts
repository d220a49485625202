/**
 * Names of what a location is made of in its namespace. The release is called like the chart, `nats`, from which the chart derives
 * most of them, so they are the same in every location. Pure.
 */
import type { Chart } from "./kubernetes-config";

export const releaseName = "nats";
export const statefulSetName = "nats";
/** The chart's Service for clients; of the legacy chart the headless one, its only one. */
export const clientServiceName = "nats";

/** Service that spokes reach a hub's leafnode listener by. Not the chart's: a port of its own, and clients' ports stay closed. */
export const leafnodeServiceName = "nats-leafnodes";
/** Port of the leafnode listener in a hub's pods, and of its Service. */
export const leafnodePort = 7422;

/** Secret with the users and, on a spoke, whom it dials, and the folder that it is mounted on. */
export const authSecretName = "nats-auth";
export const authFolder = "/etc/nats-auth";
/** Keys of that Secret. */
export const authFile = "auth.conf";
export const caKey = "ca.crt";
/** Where a spoke's servers find the CA of their hub. */
export const caFile = `${authFolder}/${caKey}`;

/** Secret of the hub's leafnode certificate that is made here. */
export const tlsSecretName = "nats-leafnodes-tls";

/** The repair watch of a hub: its Deployment, its pod's label, and the Secret with the logins; the folder that it is mounted on, and its key. */
export const repairWatchName = "nats-repair-watch";
export const repairWatchFolder = "/etc/nats-repair-watch";
export const repairWatchFile = "hub.json";

/** Annotation of a server's pod: in plain words, what no reload changes, so that a change of it restarts one server at a time. */
export const restartsOnAnnotation = "cinema-jetstream/restarts-on";
/** Key of a server's metadata that holds the mark of the settings it has loaded. */
export const metadataKey = "cinema-jetstream";

/** Labels that the servers' pods have, and no other pod. The legacy chart marks nothing but them. */
export function podLabels(profile: Chart["profile"]): Readonly<Record<string, string>> {
  const labels = { "app.kubernetes.io/name": "nats", "app.kubernetes.io/instance": releaseName };
  return profile === "legacy" ? labels : { ...labels, "app.kubernetes.io/component": "nats" };
}

/** Labels as the Kubernetes API asks for what bears them all. */
export function selectorOf(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
}
