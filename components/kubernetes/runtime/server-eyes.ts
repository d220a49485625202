/** Looks at a location's servers: at their pods by the Kubernetes API, at each server by its monitoring. */
import type { AppsV1Api, CoreV1Api, KubeConfig, V1Deployment, V1Pod, V1StatefulSet } from "@kubernetes/client-node";
import type { KubernetesFacts } from "../../../kubernetes/access";
import { ask } from "../../../kubernetes/cluster";
import { openForward, type Forward } from "../../../kubernetes/port-forward";
import { ailment, jsz, leafz, varz } from "../../local/runtime/monitor";
import { repairWatchName, selectorOf } from "../names";
import { repairWatchLabels } from "../repair-watch";
import type { ServingInputs } from "../serving-inputs";
import type { PodSight, ServerSight, Sight, WatchSight } from "../serving-lacks";
import { readDeployment, readStatefulSet } from "./occupants";

const monitorPort = 8222;

/**
 * Keeps a port-forward to each pod open from one look to the next. Port-forwards, not the API server's proxy: they go through the node's
 * kubelet into the pod itself, so neither a control plane outside the pod network nor a NetworkPolicy is in their way, and the streams need
 * the same right already.
 */
export class ServerEyes {
  private readonly forwards = new Map<string, Promise<Forward>>();

  private constructor(
    private readonly config: KubeConfig,
    private readonly facts: KubernetesFacts,
    private readonly looksAtWatch: boolean,
    private readonly core: CoreV1Api,
    private readonly apps: AppsV1Api,
  ) {}

  static async open(
    config: KubeConfig,
    { kubernetes, repairWatch = false }: Pick<ServingInputs, "kubernetes" | "repairWatch">,
  ): Promise<ServerEyes> {
    const { AppsV1Api, CoreV1Api } = await import("@kubernetes/client-node");
    const [core, apps] = [config.makeApiClient(CoreV1Api), config.makeApiClient(AppsV1Api)];
    return new ServerEyes(config, kubernetes, repairWatch, core, apps);
  }

  /** @throws ClusterUnreachableError, ClusterRefusalError */
  async look(): Promise<Sight> {
    const { namespace, podSelector: labelSelector } = this.facts;
    const [statefulSet, pods, repairWatch] = await Promise.all([
      readStatefulSet(this.config, this.apps, namespace),
      ask(this.config, () => this.core.listNamespacedPod({ namespace, labelSelector })),
      this.looksAtWatch ? this.watchSight() : undefined,
    ]);
    return {
      ...(statefulSet && { statefulSet: statefulSetSight(statefulSet) }),
      ...(repairWatch && { repairWatch }),
      pods: await Promise.all(pods.items.map((pod) => this.podSight(pod))),
    };
  }

  async close(): Promise<void> {
    const open = await Promise.allSettled(this.forwards.values());
    await Promise.all(open.map((each) => each.status === "fulfilled" && each.value.close()));
  }

  private async watchSight(): Promise<WatchSight | undefined> {
    const { namespace } = this.facts;
    const labelSelector = selectorOf(repairWatchLabels);
    const [deployment, pods] = await Promise.all([
      readDeployment(this.config, this.apps, namespace, repairWatchName),
      ask(this.config, () => this.core.listNamespacedPod({ namespace, labelSelector })),
    ]);
    return deployment && { isRunning: isRunning(deployment), waits: pods.items.flatMap(waitsOf) };
  }

  private async podSight(pod: V1Pod): Promise<PodSight> {
    const { metadata, status } = pod;
    const name = metadata?.name ?? "";
    const server = serverRuns(pod) ? { server: await this.serverSight(name) } : {};
    return {
      name,
      revision: metadata?.labels?.["controller-revision-hash"] ?? "",
      isReady: status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false,
      isLeaving: metadata?.deletionTimestamp !== undefined,
      waits: waitsOf(pod),
      ...server,
    };
  }

  private async serverSight(pod: string): Promise<ServerSight | string> {
    let forward: Forward | undefined;
    try {
      forward = await this.forwardTo(pod);
      const { port } = forward;
      const [said, group, leafnodes, health] = await Promise.all([varz(port), jsz(port), leafz(port), ailment(port)]);
      return { varz: said, jsz: group, leafz: leafnodes, ...(health !== undefined && { ailment: health }) };
    } catch (error) {
      return `its monitoring does not answer: ${(forward?.lastError ?? (error as Error)).message}`;
    }
  }

  private forwardTo(pod: string): Promise<Forward> {
    const open = this.forwards.get(pod) ?? openForward({ facts: this.facts, port: monitorPort, pod });
    this.forwards.set(pod, open);
    open.catch(() => this.forwards.delete(pod));
    return open;
  }
}

function statefulSetSight({ metadata, spec, status }: V1StatefulSet): NonNullable<Sight["statefulSet"]> {
  return {
    replicas: spec?.replicas ?? 0,
    revision: status?.updateRevision ?? "",
    isObserved: status?.observedGeneration === metadata?.generation,
  };
}

function isRunning({ metadata, spec, status }: V1Deployment): boolean {
  const { observedGeneration, replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status ?? {};
  const isObserved = observedGeneration === metadata?.generation;
  return isObserved && [replicas, updatedReplicas, availableReplicas].every((count) => count === spec?.replicas);
}

function serverRuns({ status }: V1Pod): boolean {
  return status?.containerStatuses?.some(({ name, state }) => name === "nats" && state?.running !== undefined) ?? false;
}

/** What keeps a pod from running: its place, and its containers. */
function waitsOf({ status }: V1Pod): string[] {
  const unplaced = status?.conditions?.find(({ type, status: is }) => type === "PodScheduled" && is === "False");
  const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const waiting = containers.flatMap(({ name, state }) => {
    const { reason = "waiting", message } = state?.waiting ?? {};
    return state?.waiting ? [`container '${name}' waits: ${[reason, message].filter(Boolean).join(": ")}`] : [];
  });
  return [...(unplaced ? [`has no node: ${unplaced.message ?? unplaced.reason}`] : []), ...waiting];
}
