/** What Kubernetes and the servers' logs tell of pods that do not serve. */
import type { CoreV1Api, CoreV1Event, KubeConfig } from "@kubernetes/client-node";
import { ask, ClusterRefusalError } from "../../../kubernetes/cluster";
import { statefulSetName } from "../names";
import type { PodStory } from "../serving-text";

/** Older events of volumes and StatefulSets tell of an earlier `up`. */
const eventAgeMs = 10 * 60_000;
const logLines = 200;

/** @throws ClusterUnreachableError, ClusterRefusalError where pods and events may not be read */
export async function podStories(config: KubeConfig, namespace: string, pods: readonly string[]): Promise<PodStory[]> {
  const { CoreV1Api } = await import("@kubernetes/client-node");
  const core = config.makeApiClient(CoreV1Api);
  const [live, { items }] = await Promise.all([
    ask(config, () => core.listNamespacedPod({ namespace })),
    ask(config, () => core.listNamespacedEvent({ namespace, fieldSelector: "type=Warning" })),
  ]);
  const livePods = new Set(live.items.map(({ metadata }) => metadata?.uid));
  const events = items
    .filter(({ involvedObject: { kind, uid } }) => kind !== "Pod" || livePods.has(uid)) // a pod's namesake before it
    .filter((event) => timeOf(event) > Date.now() - eventAgeMs)
    .sort((a, b) => timeOf(a) - timeOf(b));
  return Promise.all(
    pods.map(async (pod) => ({ pod, events: eventsOf(pod, events), log: await podLog(config, core, namespace, pod) })),
  );
}

/** The last lines of a server's log; of the one before, where it has just started anew. None where there is none yet. */
export async function podLog(config: KubeConfig, core: CoreV1Api, namespace: string, pod: string): Promise<string[]> {
  const request = { name: pod, namespace, container: "nats", tailLines: logLines };
  const read = async (previous: boolean) => {
    try {
      return (await ask(config, () => core.readNamespacedPodLog({ ...request, previous }))) ?? "";
    } catch (error) {
      if (error instanceof ClusterRefusalError && error.code === 403) return error.message;
      return ""; // no such pod or container yet, or nothing said, which client-node 1.4 cannot parse
    }
  };
  const text = (await read(false)) || (await read(true));
  return text.split("\n").filter(Boolean);
}

/** The last three of a pod, its volume claims, and on behalf of all pods its StatefulSet; each once. */
function eventsOf(pod: string, events: readonly CoreV1Event[]): string[] {
  const own = events.filter(({ involvedObject: { kind, name = "" } }) =>
    kind === "StatefulSet" ? name === statefulSetName : name === pod || (kind !== "Pod" && name.endsWith(`-${pod}`)),
  );
  return [...new Set(own.map(({ reason, message }) => `${reason}: ${message?.replaceAll("\n", " ")}`))].slice(-3);
}

function timeOf({ lastTimestamp, eventTime, series, metadata }: CoreV1Event): number {
  return new Date(series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? 0).getTime();
}
