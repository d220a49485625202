/** Which pods a port-forward may lead to. */
import type { KubeConfig, V1Pod } from "@kubernetes/client-node";
import type { KubernetesFacts } from "./access";
import { ask, clusterText } from "./cluster";

/** No server can be forwarded to. The message names each pod and what it lacks. */
export class NoReadyPodError extends Error {
  override readonly name = "NoReadyPodError";
}

/**
 * Names of the location's ready pods, in an order that differs from call to call.
 *
 * @throws NoReadyPodError, ClusterUnreachableError, ClusterRefusalError
 */
export async function readyPods(config: KubeConfig, { namespace, podSelector }: KubernetesFacts): Promise<string[]> {
  const { CoreV1Api } = await import("@kubernetes/client-node");
  const { items } = await ask(config, () =>
    config.makeApiClient(CoreV1Api).listNamespacedPod({ namespace, labelSelector: podSelector }),
  );
  const ready = items.filter(isReady).map(nameOf);
  if (ready.length > 0) return shuffled(ready);
  const found = items.map((pod) => `${nameOf(pod)} (${stateOf(pod)})`).join(", ") || "none";
  throw new NoReadyPodError(
    `no pod of ${podSelector} in namespace '${namespace}' of ${clusterText(config)} is ready; found: ${found}; allowed: one that is ready; ` +
      `wait until one is, or bring the location up; 'kubectl describe pods --namespace ${namespace}' says what they wait for`,
  );
}

function isReady({ metadata, status }: V1Pod): boolean {
  const condition = status?.conditions?.find(({ type }) => type === "Ready");
  return condition?.status === "True" && metadata?.deletionTimestamp === undefined;
}

function nameOf({ metadata }: V1Pod): string {
  return metadata?.name ?? "";
}

function stateOf({ metadata, status }: V1Pod): string {
  if (metadata?.deletionTimestamp) return "being deleted";
  const waiting = status?.containerStatuses?.find(({ state }) => state?.waiting)?.state?.waiting?.reason;
  return waiting ?? (status?.phase === "Running" ? "not ready" : (status?.phase ?? "unknown"));
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, key: Math.random() }))
    .sort((one, other) => one.key - other.key)
    .map(({ item }) => item);
}
