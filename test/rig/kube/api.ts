/** What the tests look at and do in a location's namespace, by the Kubernetes API. */
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import type { V1Pod } from "@kubernetes/client-node";
import type { ClusterAccess } from "../../../kubernetes/access";
import { loadCluster } from "../../../kubernetes/cluster";

export const namespace = "nats";

/** When a pod's server was started; undefined while it does not run. */
export function startOf(pod: V1Pod | undefined): string | undefined {
  const nats = pod?.status?.containerStatuses?.find(({ name }) => name === "nats");
  return nats?.state?.running?.startedAt?.toISOString();
}

export function isReady(pod: V1Pod | undefined): boolean {
  const ready = pod?.status?.conditions?.find(({ type }) => type === "Ready");
  return ready?.status === "True" && pod?.metadata?.deletionTimestamp === undefined;
}

/** A location's namespace as the API shows it. */
export class NamespaceApi {
  constructor(private readonly access: ClusterAccess) {}

  private async core() {
    const { CoreV1Api } = await import("@kubernetes/client-node");
    return (await loadCluster(this.access)).makeApiClient(CoreV1Api);
  }

  /** Server pods in the order of their names. */
  async pods(): Promise<V1Pod[]> {
    const { items } = await (
      await this.core()
    ).listNamespacedPod({ namespace, labelSelector: "app.kubernetes.io/name=nats" });
    return items.sort((a, b) => (a.metadata?.name ?? "").localeCompare(b.metadata?.name ?? ""));
  }

  /** One server pod; undefined while there is none. */
  async pod(name: string): Promise<V1Pod | undefined> {
    return (await this.pods()).find(({ metadata }) => metadata?.name === name);
  }

  /** The pods of the hub's repair watch. */
  async watchPods(): Promise<V1Pod[]> {
    const labelSelector = "app.kubernetes.io/name=nats-repair-watch";
    return (await (await this.core()).listNamespacedPod({ namespace, labelSelector })).items;
  }

  /** What the repair watch has said since its pod was made. */
  async watchLog(): Promise<string> {
    const [pod] = await this.watchPods();
    return (await this.core()).readNamespacedPodLog({ namespace, name: pod?.metadata?.name ?? "" });
  }

  /** When each server was started, by pod: tells a restart. */
  async starts(): Promise<Record<string, string | undefined>> {
    return Object.fromEntries((await this.pods()).map((pod) => [pod.metadata?.name ?? "", startOf(pod)]));
  }

  /** Ends a pod as a crash of its node would: at once, without the servers' lame duck. */
  async kill(pod: string): Promise<void> {
    await (await this.core()).deleteNamespacedPod({ namespace, name: pod, gracePeriodSeconds: 0 });
  }

  /** Removes the namespace with all that is in it, volumes included. */
  async remove(): Promise<void> {
    const core = await this.core();
    const isThere = async () => (await core.listNamespace()).items.some(({ metadata }) => metadata?.name === namespace);
    if (await isThere()) await core.deleteNamespace({ name: namespace });
    while (await isThere()) await sleep(500);
  }

  /** Names of the volume claims. */
  async claims(): Promise<string[]> {
    const { items } = await (await this.core()).listNamespacedPersistentVolumeClaim({ namespace });
    return items.map(({ metadata }) => metadata?.name ?? "").sort();
  }

  /** Everything in clear in the namespace: ConfigMaps, Deployments and the pods' specs, and what Helm stored of its releases. */
  async clearTexts(): Promise<string[]> {
    const core = await this.core();
    const { AppsV1Api } = await import("@kubernetes/client-node");
    const apps = (await loadCluster(this.access)).makeApiClient(AppsV1Api);
    const [maps, secrets, pods, deployments] = await Promise.all([
      core.listNamespacedConfigMap({ namespace }),
      core.listNamespacedSecret({ namespace }),
      core.listNamespacedPod({ namespace }),
      apps.listNamespacedDeployment({ namespace }),
    ]);
    const releases = secrets.items.filter(({ type }) => type === "helm.sh/release.v1");
    if (releases.length === 0) throw new Error("Helm stored no release, so that nothing of it can be looked at");
    return [
      JSON.stringify(maps.items),
      JSON.stringify(pods.items),
      JSON.stringify(deployments.items),
      ...releases.map(({ data }) => releaseText(data?.["release"])),
    ];
  }
}

/** Helm stores a release as base64 of gzip, and a Secret's data is base64 of that. */
function releaseText(data = ""): string {
  const packed = Buffer.from(Buffer.from(data, "base64").toString("utf8"), "base64");
  return gunzipSync(packed).toString("utf8");
}
