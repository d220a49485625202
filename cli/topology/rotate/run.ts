/** What `topology rotate` does, and what it prints. */
import { closeConnections } from "../../../streams/jetstream/connection";
import { LabHome } from "../../lab/home";
import { asksFirst, confirmed } from "../confirm";
import { makePlan } from "../make-plan";
import { openWorkspace } from "../open-workspace";
import { hasChanges } from "../plan";
import { planText as changesText } from "../plan-text";
import { requirePlugins } from "../plugins";
import { runSteps } from "../selection";
import { soleRun } from "../sole-run";
import { backendSource } from "../status/backend-source";
import { labSource } from "../status/lab-source";
import { stacksOf } from "../workspace";
import type { RotateCommandOptions } from "./command";
import { rotate } from "./rotate";
import { rotationPlan, type RotationPlan } from "./rotation-plan";
import { RotationSession } from "./rotation-session";
import { outcomeText, planText } from "./rotation-text";

/** Plans a rotation, or what is left of one; asks, and carries it out. */
export async function rotateUsers(options: RotateCommandOptions, signal: AbortSignal): Promise<void> {
  const { account, lab, dryRun = false } = options;
  const command = account === undefined ? "rotate" : `rotate --account ${account}`;
  const asks = !dryRun && asksFirst("rotate", options, `${command} --dry-run`);
  const workspace = await openWorkspace({ lab });
  const session = new RotationSession(workspace, lab ? labSource(LabHome.fromEnvironment()) : backendSource());
  try {
    if (dryRun) await shownPlan(session, options, signal);
    else await soleRun(workspace, () => change(session, options, asks, signal));
  } finally {
    await closeConnections();
  }
}

async function change(
  session: RotationSession,
  options: RotateCommandOptions,
  asks: boolean,
  signal: AbortSignal,
): Promise<void> {
  const { workspace } = session;
  const { json = false } = options;
  await workspace.freeLocks(stacksOf(workspace), signal);
  const plan = await shownPlan(session, options, signal);
  if (asks && !(await confirmed(`rotate on ${workspace.label}`, signal))) {
    console.log("nothing was touched");
    return;
  }
  signal.throwIfAborted();
  const outcome = await rotate(session, plan, { signal, quiet: json });
  console.log(json ? JSON.stringify({ ...plan, outcome }, undefined, 2) : `\n${outcomeText(outcome.phases)}`);
  if (outcome.stopped !== undefined && !signal.aborted) throw new Error(outcome.stopped);
}

/**
 * The plan, shown.
 *
 * @throws Error where something else waits to be brought up: a rotation would carry it out unseen.
 */
async function shownPlan(
  session: RotationSession,
  { account, json = false, dryRun = false }: RotateCommandOptions,
  signal: AbortSignal,
): Promise<RotationPlan> {
  const { workspace } = session;
  const plan = rotationPlan(await session.rotations(), { account, flag: workspace.flag });
  await requirePlugins(workspace, signal);
  if (!plan.goesOn) {
    const changes = await makePlan(workspace, runSteps(workspace.locations, "up"), "up", { signal, quiet: json });
    if (changes.faults.length > 0 || hasChanges(changes))
      throw new Error(
        `the stacks are not as declared, and a rotation changes nothing but passwords:\n\n${changesText(changes)}\n\n` +
          `bring them up first: npm run topology -- up ${workspace.flag}`.trimEnd(),
      );
  }
  if (!json) console.log(planText(plan));
  else if (dryRun) console.log(JSON.stringify(plan, undefined, 2));
  return plan;
}
