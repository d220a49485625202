/** What `preview`, `up`, `refresh` and `destroy` do, and what they print. */
import { asksFirst, confirmed } from "../confirm";
import { makePlan, type PlannedOperation } from "../make-plan";
import { openWorkspace } from "../open-workspace";
import { hasChanges, stackChanges, type TopologyPlan } from "../plan";
import { planText } from "../plan-text";
import { requirePlugins } from "../plugins";
import { runStages, type StackOutcome } from "../run-stages";
import { runSteps, type RunStep } from "../selection";
import { soleRun } from "../sole-run";
import type { Workspace } from "../workspace";

export interface RunCommandOptions {
  readonly lab?: boolean;
  readonly only?: string;
  readonly json?: boolean;
  readonly yes?: boolean;
  readonly fromNothing?: boolean;
  readonly previewOnly?: boolean;
  readonly expectNoDrift?: boolean;
}

/** Shows the plan of an up. Exit code 1 where it has faults. */
export async function preview(options: RunCommandOptions, signal: AbortSignal): Promise<void> {
  const workspace = await openWorkspace(options);
  const steps = runSteps(workspace.locations, "up", options.only);
  showPlan(await plan(workspace, steps, "up", options, signal), options);
}

/** Plans, asks, and brings up. */
export async function up(options: RunCommandOptions, signal: AbortSignal): Promise<void> {
  await change("up", options, signal);
}

/** Plans, asks, and takes away. */
export async function destroy(options: RunCommandOptions, signal: AbortSignal): Promise<void> {
  await change("destroy", options, signal);
}

/** Says what drifted, asks, and takes it into the state. */
export async function refresh(options: RunCommandOptions, signal: AbortSignal): Promise<void> {
  if (!options.previewOnly && !options.expectNoDrift) return change("refresh", options, signal);
  const workspace = await openWorkspace(options);
  const made = await plan(
    workspace,
    runSteps(workspace.locations, "refresh", options.only),
    "refresh",
    options,
    signal,
  );
  showPlan(made, options);
  if (options.expectNoDrift && hasChanges(made)) process.exitCode = 1;
}

async function change(operation: PlannedOperation, options: RunCommandOptions, signal: AbortSignal): Promise<void> {
  const asks = asksFirst(operation, options, "preview");
  const workspace = await openWorkspace(options);
  const steps = runSteps(workspace.locations, operation, options.only);
  await soleRun(workspace, async () => {
    await workspace.freeLocks(
      steps.map(({ stack }) => stack),
      signal,
    );
    const made = await plan(workspace, steps, operation, options, signal);
    if (!options.json || made.faults.length > 0 || !hasChanges(made)) showPlan(made, options);
    if (made.faults.length > 0 || !hasChanges(made)) return;
    const risk = made.atRisk.length > 0 ? "Messages are at risk, see above. " : "";
    if (asks && !(await confirmed(`${risk}${operation} on ${workspace.label}`, signal))) {
      console.log("nothing was touched");
      return;
    }
    signal.throwIfAborted();
    const there = steps.filter(({ stack }) => made.stacks.some((each) => each.stack === stack.name));
    const changing = new Set(made.stacks.filter(stackChanges).map(({ stack }) => stack));
    const isPlanned = (stack: string) => changing.has(stack);
    const run = { operation, signal, quiet: options.json === true, isPlanned };
    showOutcomes(made, await runStages(workspace, there, run), options, signal);
  });
}

async function plan(
  workspace: Workspace,
  steps: readonly RunStep[],
  operation: PlannedOperation,
  { json = false, fromNothing = false }: RunCommandOptions,
  signal: AbortSignal,
): Promise<TopologyPlan> {
  await requirePlugins(workspace, signal);
  return makePlan(workspace, steps, operation, { signal, quiet: json, fromNothing });
}

function showPlan(made: TopologyPlan, { json = false }: RunCommandOptions): void {
  console.log(json ? JSON.stringify(made, undefined, 2) : planText(made));
  if (made.faults.length > 0) process.exitCode = 1;
}

function showOutcomes(
  made: TopologyPlan,
  outcomes: readonly StackOutcome[],
  { json = false }: RunCommandOptions,
  signal: AbortSignal,
): void {
  if (json) console.log(JSON.stringify({ ...made, outcomes }, undefined, 2));
  else
    console.log(
      outcomes
        .map(({ stack, result, seconds }) => `${stack}: ${result}${seconds > 0 ? `, ${seconds} s` : ""}`)
        .join("\n"),
    );
  const bad = outcomes.filter(({ result }) => result === "failed" || result === "skipped");
  if (bad.length === 0 || signal.aborted) return;
  throw new Error(
    `${bad.length} stack(s) are not done:\n\n${bad.map(({ stack, result, reason }) => (result === "skipped" ? `${stack} was skipped: ${reason}` : reason)).join("\n\n")}\n\n` +
      "mend what failed and run the same command again: it goes on from there",
  );
}
