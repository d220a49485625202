/** Runs the engine over the stacks of a run, each once all that it waits for are done. */
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { Listr, type ListrTask } from "listr2";
import { availableParallelism } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { listrOptions, withProgress } from "../lab/progress";
import { eventStep } from "./event-step";
import type { RunStep } from "./selection";
import type { Operation, Workspace } from "./workspace";

export interface StagesOptions {
  readonly operation: Exclude<Operation, "preview">;
  readonly signal: AbortSignal;
  /** Shows no progress. */
  readonly quiet: boolean;
  /** Whether the plan has anything to do for a stack. One without is run all the same once something that it waits for was. */
  readonly isPlanned: (stack: string) => boolean;
}

/** How one stack's run ended. */
export interface StackOutcome {
  readonly stack: string;
  readonly result: "done" | "unchanged" | "failed" | "skipped";
  /** What the engine said of a failure; of a stack that was skipped, what it waited for. */
  readonly reason?: string;
  readonly seconds: number;
}

/** Runs all stacks. One that fails keeps back only those that wait for it. */
export async function runStages(
  workspace: Workspace,
  steps: readonly RunStep[],
  options: StagesOptions,
): Promise<StackOutcome[]> {
  const outcomes = new Map(steps.map(({ stack }) => [stack.name, deferred<StackOutcome>()]));
  const of = (name: string) => outcomes.get(name)?.promise ?? [];
  const tasks = steps.map((step): ListrTask => ({
    title: step.stack.name,
    task: async (_, task) => {
      const before = (await Promise.all(step.after.map(of))).flat();
      const outcome = await withOutcome(step.stack.name, before, options, () =>
        withProgress(task, (onStep) => runOne(workspace, step, options, onStep)),
      );
      outcomes.get(step.stack.name)?.resolve(outcome);
      task.title = `${step.stack.name}: ${outcome.result}`;
      if (outcome.result === "failed" || outcome.result === "skipped")
        throw new Error(options.signal.aborted ? "interrupted" : "see below");
    },
  }));
  const concurrent = Math.max(4, 2 * availableParallelism()); // in their order, so none waits for one that has not begun
  const listr = { ...listrOptions, concurrent, exitOnError: false, silentRendererCondition: options.quiet };
  await new Listr(tasks, listr).run();
  return (await Promise.all(steps.map(({ stack }) => of(stack.name)))).flat();
}

function deferred<T>() {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}

async function withOutcome(
  stack: string,
  before: readonly StackOutcome[],
  { signal, isPlanned }: StagesOptions,
  run: () => Promise<void>,
): Promise<StackOutcome> {
  const bad = before.filter(({ result }) => result === "failed" || result === "skipped").map((each) => each.stack);
  if (bad.length > 0) return { stack, result: "skipped", reason: `it needs ${bad.join(", ")}`, seconds: 0 };
  if (signal.aborted) return { stack, result: "skipped", reason: "interrupted", seconds: 0 };
  if (!isPlanned(stack) && before.every(({ result }) => result === "unchanged"))
    return { stack, result: "unchanged", seconds: 0 };
  const started = performance.now();
  const seconds = () => Math.round((performance.now() - started) / 100) / 10;
  try {
    await run();
    return { stack, result: "done", seconds: seconds() };
  } catch (error) {
    await sleep(10); // a Ctrl-C reaches an engine that just starts as well, and its end may be seen first
    return { stack, result: "failed", reason: (error as Error).message, seconds: seconds() };
  }
}

async function runOne(
  workspace: Workspace,
  { stack }: RunStep,
  { operation, signal }: StagesOptions,
  onStep: (step: string) => void,
): Promise<void> {
  if (operation === "up") await workspace.prepare(stack);
  const onEvent = (event: EngineEvent) => {
    const step = eventStep(event);
    if (step) onStep(step);
  };
  await workspace.run(stack, operation, { signal, onEvent, continueOnError: true });
}
