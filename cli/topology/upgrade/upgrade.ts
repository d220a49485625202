/** Moves the locations of a plan one after the other, each only once what was moved before it is well. */
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { Listr, type ListrTask } from "listr2";
import { setTimeout as sleep } from "node:timers/promises";
import { locationStack } from "../../lab/home";
import { listrOptions, withProgress } from "../../lab/progress";
import { eventStep } from "../event-step";
import type { Workspace } from "../workspace";
import { HealthWatch } from "./health-watch";
import type { UpgradedLocation, UpgradePlan, UpgradeStep } from "./upgrade-plan";
import { fromText } from "./upgrade-text";
import type { Looks, UpgradeSession } from "./upgrade-session";

export interface UpgradeOptions {
  readonly signal: AbortSignal;
  /** Shows no progress. */
  readonly quiet: boolean;
}

/** How one location's step ended. */
export interface UpgradeOutcome {
  readonly location: string;
  readonly result: "already" | "done" | "failed" | "skipped";
  /** Why, of one that failed. */
  readonly reason?: string;
  readonly seconds: number;
}

/** What is needed of a workspace to move a location. */
export type Upgradable = Pick<Workspace, "setServerVersion" | "prepare" | "run">;
/** What is needed of a session to see how a location is. */
export type Looking = Pick<UpgradeSession, "looks">;

const lookEveryMs = 500;
/** What any location takes to be heard of is not worth a word. */
const quietMs = 2_000;
/** A location that is well shows it within the second or two that a link takes to be heard of. */
const patienceBeforeMs = 5_000;
/** The servers' own longest pause between two tries to reach an origin is two minutes. */
const patienceAfterMs = 150_000;

/** What is done about one location. */
interface Turn extends UpgradedLocation {
  readonly title: string;
  /** How it ends where all goes well. */
  readonly result: "already" | "done";
  readonly run: (onStep: StepOptions["onStep"]) => Promise<void>;
}

/** Looks whether the locations that have the version are well, then moves the others. The first that fails keeps back all that follow. */
export async function runUpgrade(
  workspace: Upgradable,
  session: Looking,
  { version, there, steps }: UpgradePlan,
  options: UpgradeOptions,
): Promise<UpgradeOutcome[]> {
  const outcomes: UpgradeOutcome[] = [];
  const looked = there.map((each): Turn => {
    const run: Turn["run"] = (onStep) => requireUpgraded(session, each, version, { ...options, onStep });
    return { ...each, title: `${each.location}: ${version} already`, result: "already", run };
  });
  const moved = steps.map((step): Turn => {
    const run: Turn["run"] = (onStep) => runStep(workspace, session, step, { ...options, onStep });
    return { ...step, title: `${step.location}: ${fromText(step)} -> ${version}`, result: "done", run };
  });
  const tasks = [...looked, ...moved].map((turn): ListrTask => ({
    title: turn.title,
    task: async (_, task) => {
      const isStopped = outcomes.some(({ result }) => result === "failed") || options.signal.aborted;
      const outcome = isStopped ? skipped(turn) : await outcomeOf(turn, () => withProgress(task, turn.run));
      outcomes.push(outcome);
      if (outcome.result !== turn.result) throw new Error(isStopped ? "not touched" : "see below");
      task.title = `${turn.location}: ${version}, healthy and caught up`;
    },
  }));
  const listr = { ...listrOptions, concurrent: false, exitOnError: false, silentRendererCondition: options.quiet };
  await new Listr(tasks, listr).run();
  return outcomes;
}

const skipped = ({ location }: Turn): UpgradeOutcome => ({ location, result: "skipped", seconds: 0 });

async function outcomeOf({ location, result }: Turn, run: () => Promise<void>): Promise<UpgradeOutcome> {
  const started = performance.now();
  const seconds = () => Math.round((performance.now() - started) / 100) / 10;
  try {
    await run();
    return { location, result, seconds: seconds() };
  } catch (error) {
    return { location, result: "failed", reason: (error as Error).message, seconds: seconds() };
  }
}

interface StepOptions extends UpgradeOptions {
  readonly onStep: (text: string) => void;
}

async function runStep(
  workspace: Upgradable,
  session: Looking,
  step: UpgradeStep,
  options: StepOptions,
): Promise<void> {
  const { signal, onStep } = options;
  const { location, to } = step;
  if (!step.isBegun) await requireWell(session, step, options); // what was begun is mended by its own up

  const stack = locationStack(location);
  await workspace.setServerVersion(location, to);
  await workspace.prepare(stack);
  const onEvent = (event: EngineEvent) => {
    const text = eventStep(event);
    if (text) onStep(text);
  };
  await workspace.run(stack, "up", { signal, onEvent });
  await requireUpgraded(session, step, to, options);
}

async function requireWell(session: Looking, step: UpgradedLocation, options: StepOptions): Promise<void> {
  const watch = new HealthWatch({ patienceMs: patienceBeforeMs });
  const lacks = await untilWell(await session.looks(step, false), watch, options);
  if (lacks.length > 0) throw new Error(notWell(`${step.location} was not touched, as it is not well`, lacks));
}

async function requireUpgraded(
  session: Looking,
  upgraded: UpgradedLocation,
  version: string,
  options: StepOptions,
): Promise<void> {
  const watch = new HealthWatch({ version, patienceMs: patienceAfterMs });
  const lacks = await untilWell(await session.looks(upgraded, true), watch, options);
  if (lacks.length === 0) return;
  const waited = `${patienceAfterMs / 1_000} s went by without it getting better`;
  throw new Error(notWell(`${upgraded.location} has nats-server ${version}, and is not well: ${waited}`, lacks));
}

/** What still lacks once it is waited for no longer; nothing where all is well. */
async function untilWell(look: Looks, watch: HealthWatch, { signal, onStep }: StepOptions): Promise<readonly string[]> {
  const begun = Date.now();
  for (let told = 0; ; await sleep(lookEveryMs, undefined, { signal })) {
    const { kind, lacks } = watch.note(await look());
    if (kind !== "waits") return lacks;
    if (Date.now() - begun < quietMs || (!process.stdout.isTTY && lacks.length === told)) continue; // plain lines tell what is new
    told = lacks.length;
    onStep(`not well yet: ${lacks[0]}${lacks.length > 1 ? `, and ${lacks.length - 1} more` : ""}`);
  }
}

function notWell(what: string, lacks: readonly string[]): string {
  return `${what}:\n${lacks.map((each) => `  - ${each}`).join("\n")}`;
}
