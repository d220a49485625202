/** The walk of a promotion: look, plan, ask, change, look again. Run again after an interrupt, it goes on. */
import execa from "execa";
import { Listr, type ListrTask } from "listr2";
import { place } from "../../../streams/checks/declared";
import type { StreamDeclaration, Topology } from "../../../streams/declarations";
import { connectionOf } from "../../../streams/jetstream/login";
import { askPatiently, type Ask } from "../../../streams/jetstream/request";
import { originOfWire } from "../../../streams/origin";
import { checkout as folder, locationStack, streamsStack, type LabStack } from "../../lab/home";
import { listrOptions } from "../../lab/progress";
import { confirmed } from "../confirm";
import { readCheckout, writeEdits } from "../location/checkout";
import { topologyIn } from "../location/declarations";
import { makePlan } from "../make-plan";
import { hasChanges, type TopologyPlan } from "../plan";
import { requirePlugins } from "../plugins";
import { runStages } from "../run-stages";
import type { RunStep } from "../selection";
import { soleRun } from "../sole-run";
import type { Workspace } from "../workspace";
import { candidateOf, PromotionRefusal, streamAt, type Candidate } from "./candidate";
import { diffText, plannedChange, type Change } from "./change";
import { PlannedCheckout } from "./planned-checkout";
import { readOutcome, type Outcome } from "./outcome";
import { awaitFollowers, readStanding, requireStream, takenOfDead, type Standing } from "./standing";
import { followingStep, promotionStep, type Step } from "./steps";
import { lostText, requirePromotable, type Allowed } from "./verdict";

/** A change of the declarations, and which stacks are then brought up. */
export interface PlannedStep {
  /** Empty where the declarations stay. */
  readonly diff: string;
  readonly stacks: readonly string[];
}

/** Everything that is known before anything changes. */
export interface PromotionPlan {
  readonly candidate: Candidate;
  readonly standing: Standing;
  /** As declared before. */
  readonly topology: Topology;
  /** In their order. A sequence in the second is that of now. */
  readonly steps: readonly PlannedStep[];
  /** What the first change would do. */
  readonly plan: TopologyPlan;
}

export interface PromoteOptions extends Allowed {
  readonly asks: boolean;
  readonly dryRun: boolean;
  /** Shows no progress. */
  readonly quiet: boolean;
  readonly signal: AbortSignal;
  readonly onPlan: (plan: PromotionPlan) => void;
}

/**
 * Promotes a mirror, where the plan has no fault and is agreed to.
 *
 * @param asked `<location>/<stream>`
 * @returns how it is in the end; undefined where nothing was changed
 * @throws PromotionRefusal, or Error with what is to be mended
 */
export async function promote(
  workspace: Workspace,
  asked: string,
  options: PromoteOptions,
): Promise<Outcome | undefined> {
  const { declarations } = readCheckout(folder);
  const topology = topologyIn(folder, declarations);
  const stream = streamAt(topology, asked);
  const found = candidateOf(topology, stream);
  const hub = await workspace.outputs(topology.hub);
  const ask = askPatiently(connectionOf(hub, hub.logins.ACC, hub.logins.SYS)); // what was just deployed may be electing a leader
  const candidate = found ?? (await writtenCandidate(ask, stream));
  return soleRun(workspace, () => new Promotion(workspace, topology, ask, candidate, options).run(declarations));
}

class Promotion {
  constructor(
    private readonly workspace: Workspace,
    private readonly topology: Topology,
    private readonly ask: Ask,
    private readonly candidate: Candidate,
    private readonly options: PromoteOptions,
  ) {}

  async run(declarations: string): Promise<Outcome | undefined> {
    const { candidate, ask, options } = this;
    await this.workspace.freeLocks(this.stacks(["hub", "streams"]), options.signal);
    const standing = await readStanding(ask, candidate);
    requirePromotable(candidate, standing, options);
    const isDead = standing.isMirror && standing.origin.state !== "serves";
    const taken = isDead ? await Promise.all(candidate.followers.map((each) => takenOfDead(ask, candidate, each))) : [];
    const first = promotionStep(candidate, standing, taken);
    const change = await plannedChange(folder, declarations, first.edits);
    const soon = followingStep(candidate, standing, lastOfOrigin(standing));
    const soonChange = await plannedChange(folder, change.after, soon.edits);

    const made = await this.plan(first.edits.length > 0 ? change : soonChange);
    const lost = lostText(candidate, standing).map((text) => ({ stacks: [streamsStack.name], text }));
    const plan = { ...made, atRisk: [...lost, ...made.atRisk] };
    const steps = await Promise.all([planned(first, change), planned(soon, soonChange)]);
    options.onPlan({ candidate, standing, topology: this.topology, steps, plan });
    if (plan.faults.length > 0 || options.dryRun) return undefined;
    const isDone = !standing.isMirror && !hasChanges(plan) && steps.every(({ diff }) => diff === "");
    if (!isDone) {
      if (!(await this.isAgreed(plan))) return undefined;
      await this.make(change, first, standing);
      const last = standing.origin.state === "serves" ? await awaitFollowers(ask, candidate, options.signal) : 0;
      const second = followingStep(candidate, standing, last);
      await this.make(await plannedChange(folder, change.after, second.edits), second, standing);
    }
    return this.outcome(standing);
  }

  /** Links that were given new consumers take their time, and those of servers that were reloaded. */
  private async outcome(standing: Standing): Promise<Outcome> {
    const look: ListrTask<{ outcome: Outcome }> = {
      title: "all links",
      task: async (found) => {
        const { declarations } = readCheckout(folder);
        found.outcome = await readOutcome(this.ask, this.candidate, standing, topologyIn(folder, declarations));
      },
    };
    return (await new Listr([look], { ...listrOptions, silentRendererCondition: this.options.quiet }).run()).outcome;
  }

  private async plan({ after }: Change): Promise<TopologyPlan> {
    const { signal, quiet } = this.options;
    await requirePlugins(this.workspace, signal);
    const planned = new PlannedCheckout(folder, after);
    try {
      return await makePlan(this.workspace, this.runSteps(["hub", "streams"]), "up", {
        signal,
        quiet,
        program: planned.folder,
      });
    } finally {
      planned.remove();
    }
  }

  private async isAgreed({ atRisk }: TopologyPlan): Promise<boolean> {
    const { asks, signal } = this.options;
    const risk = atRisk.length > 0 ? "Messages are at risk, see above. " : "";
    const isAgreed =
      !asks || (await confirmed(`${risk}promote ${place(this.candidate.stream)} on ${this.workspace.label}`, signal));
    signal.throwIfAborted();
    return isAgreed;
  }

  /** Writes a change, and brings up what it is about. */
  private async make(change: Change, { stacks }: Step, { origin }: Standing): Promise<void> {
    const { signal, quiet } = this.options;
    if (change.before !== change.after) {
      writeEdits(folder, [change]);
      await execa(process.execPath, ["build.mjs"], { cwd: folder }); // the program runs from its bundle (docs/decisions/0015)
    }
    if (stacks.length === 0) return;
    const run = { operation: "up", signal, quiet, isPlanned: () => true } as const;
    const bad = (await runStages(this.workspace, this.runSteps(stacks), run)).filter(({ result }) => result !== "done");
    signal.throwIfAborted();
    // A dead origin cannot be given other subjects, so its stack fails; what counts is what became of the mirror.
    const isExpected = origin.state === "silent" && bad.every(({ stack }) => stack === streamsStack.name);
    if (bad.length === 0 || (isExpected && (await this.isOrigin()))) return;
    throw new Error(
      `${bad.map(({ stack, reason }) => `${stack} is not done: ${reason}`).join("\n\n")}\n\n` +
        "the declarations are written; mend what failed and run the same command again: it goes on from there",
    );
  }

  private async isOrigin(): Promise<boolean> {
    return !(await requireStream(this.ask, this.candidate.stream)).config.mirror;
  }

  private stacks(which: Step["stacks"]): LabStack[] {
    return which.map((each) => (each === "hub" ? locationStack(this.topology.hub) : streamsStack));
  }

  private runSteps(which: Step["stacks"]): RunStep[] {
    const stacks = this.stacks(which);
    return stacks.map((stack, i) => ({ stack, after: stacks.slice(0, i).map(({ name }) => name) }));
  }
}

async function planned({ stacks }: Step, change: Change): Promise<PlannedStep> {
  return { diff: await diffText(change), stacks };
}

function lastOfOrigin({ origin, lastSequence }: Standing): number {
  return origin.state === "serves" ? origin.lastSequence : lastSequence;
}

/**
 * A stream that is declared as an origin, and whose servers still have it as the mirror of one that is not declared: what a run left that was
 * killed once it had written the declarations.
 *
 * @throws PromotionRefusal where it is an origin there, too.
 */
async function writtenCandidate(ask: Ask, stream: StreamDeclaration): Promise<Candidate> {
  const { mirror } = (await requireStream(ask, stream)).config;
  if (!mirror)
    throw new PromotionRefusal(stream, "it is an origin already; allowed: a mirror; see: npm run topology -- graph");
  const { location, stream: name } = originOfWire(mirror, stream.location);
  return { stream, origin: { ...stream, location, name }, followers: [], isWritten: true };
}
