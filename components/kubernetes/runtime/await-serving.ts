/** Waits until a location's servers serve as wanted. */
import type { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { setTimeout as sleep } from "node:timers/promises";
import { ask, ClusterRefusalError, ClusterUnreachableError } from "../../../kubernetes/cluster";
import type { ServingInputs } from "../serving-inputs";
import { distanceOf, lacksOf, type Lack, type Sight } from "../serving-lacks";
import { failureText, progressText, reloadRefusal } from "../serving-text";
import { podLog, podStories } from "./pod-stories";
import type { ServerEyes } from "./server-eyes";

/** The servers do not serve as wanted. The message names what each lacks, what is known of why, and what to do. */
export class NotServingError extends Error {
  override readonly name = "NotServingError";
}

/** How long nothing may get better: a server that starts may replay a large store, and a lame duck takes its time. */
export const patienceMs = 300_000;
/** How long a server may take to load a changed file: a kubelet brings it at once to a pod that is touched, else within 90 s. */
const reloadPatienceMs = 120_000;
/** How long a refused reload may be that of an earlier change. */
const refusalPatienceMs = 15_000;
/** How long the cluster's API may be away, as it is while a control plane of one node is updated. */
const absencePatienceMs = 30_000;
/** A kubelet may have looked at a touched pod before it had heard of the changed Secret. */
const touchEveryMs = 20_000;
const lookEveryMs = 500;
const quietMs = 2_000;
const sayEveryMs = 10_000;

/** @throws NotServingError when nothing gets better for `patience`, or a server refuses to load its configuration. */
export async function awaitServing(
  config: KubeConfig,
  eyes: ServerEyes,
  wanted: ServingInputs,
  patience = patienceMs,
): Promise<void> {
  const { CoreV1Api } = await import("@kubernetes/client-node");
  const wait = new Wait(config, config.makeApiClient(CoreV1Api), wanted, patience);
  for (; ; await sleep(lookEveryMs)) {
    const sight = await wait.look(eyes);
    if (!sight) continue;
    const lacks = lacksOf(sight, wanted);
    if (lacks.length === 0) return;
    wait.tell(lacks);
    await wait.helpAlong(lacks);
    if (await wait.isOver(lacks)) throw await wait.failure(lacks);
  }
}

class Wait {
  private nearest = Infinity;
  private nearestAt = Date.now();
  private seenAt = Date.now();
  private said = "";
  private saidAt = Date.now() - sayEveryMs + quietMs;
  private readonly touches = new Map<string, { readonly first: number; readonly last: number }>();

  constructor(
    private readonly config: KubeConfig,
    private readonly core: CoreV1Api,
    private readonly wanted: ServingInputs,
    private readonly patience: number,
  ) {}

  /** Undefined where the cluster's API is away for a moment. */
  async look(eyes: ServerEyes): Promise<Sight | undefined> {
    try {
      const sight = await eyes.look();
      this.seenAt = Date.now();
      return sight;
    } catch (error) {
      if (error instanceof ClusterUnreachableError && Date.now() - this.seenAt < absencePatienceMs) return undefined;
      throw error;
    }
  }

  /** Says what is waited for when that is something new, at first after two seconds, then every ten at most. */
  tell(lacks: readonly Lack[]): void {
    const text = progressText(lacks, this.wanted);
    if (text === this.said || Date.now() - this.saidAt < sayEveryMs) return;
    process.stderr.write(`${text}\n`);
    [this.said, this.saidAt] = [text, Date.now()];
  }

  /**
   * Touches each pod whose server has not loaded its configuration: a kubelet brings a changed Secret or ConfigMap into a pod when it
   * next looks at it, within 90 s by itself, and at once when the pod changes.
   */
  async helpAlong(lacks: readonly Lack[]): Promise<void> {
    const isDue = (pod: string) => Date.now() - (this.touches.get(pod)?.last ?? 0) > touchEveryMs;
    await Promise.all(
      outdatedPods(lacks)
        .filter(isDue)
        .map((pod) => this.touch(pod)),
    );
  }

  private async touch(name: string): Promise<void> {
    const now = Date.now();
    this.touches.set(name, { first: this.touches.get(name)?.first ?? now, last: now });
    const { PatchStrategy, setHeaderOptions } = await import("@kubernetes/client-node");
    const { secretMark, kubernetes } = this.wanted;
    const touch = `${secretMark} ${new Date(now).toISOString()}`; // an equal one would be no change
    const body = { metadata: { annotations: { "cinema-jetstream/config": touch } } };
    const { namespace } = kubernetes;
    const asPatch = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
    try {
      await ask(this.config, () => this.core.patchNamespacedPod({ name, namespace, body }, asPatch));
    } catch (error) {
      if (!(error instanceof ClusterRefusalError)) throw error;
      process.stderr.write(`pod ${name} gets its configuration later, as it could not be touched: ${error.message}\n`);
    }
  }

  async isOver(lacks: readonly Lack[]): Promise<boolean> {
    const distance = distanceOf(lacks);
    if (distance < this.nearest) [this.nearest, this.nearestAt] = [distance, Date.now()];
    if (Date.now() - this.nearestAt > this.patience) return true;
    if (lacks.some(({ kind }) => kind !== "config")) return false;
    return (await Promise.all(outdatedPods(lacks).map((pod) => this.refuses(pod)))).includes(true);
  }

  private async refuses(pod: string): Promise<boolean> {
    const since = Date.now() - (this.touches.get(pod)?.first ?? Date.now());
    if (since > reloadPatienceMs) return true;
    if (since < refusalPatienceMs) return false;
    return reloadRefusal(await podLog(this.config, this.core, this.wanted.kubernetes.namespace, pod)) !== undefined;
  }

  async failure(lacks: readonly Lack[]): Promise<Error> {
    const pods = [...new Set(lacks.map(({ pod }) => pod))];
    try {
      const stories = await podStories(this.config, this.wanted.kubernetes.namespace, pods);
      return new NotServingError(failureText(lacks, stories, this.wanted));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return new NotServingError(`${failureText(lacks, [], this.wanted)}\n- events and logs were not read: ${reason}`);
    }
  }
}

function outdatedPods(lacks: readonly Lack[]): string[] {
  const isPodWork = (pod: string) => lacks.some((lack) => lack.pod === pod && lack.kind === "pod");
  const outdated = lacks.filter(({ kind }) => kind === "config").map(({ pod }) => pod);
  return [...new Set(outdated)].filter((pod) => !isPodWork(pod));
}
