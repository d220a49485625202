/** What `topology upgrade` does, and what it prints. */
import { closeConnections } from "../../../streams/jetstream/connection";
import { ensureTool } from "../../../toolchain/ensure.mjs";
import { LabHome } from "../../lab/home";
import { asksFirst, confirmed } from "../confirm";
import { openWorkspace } from "../open-workspace";
import type { TopologyPlan } from "../plan";
import { planText as changesText } from "../plan-text";
import { requirePlugins } from "../plugins";
import { soleRun } from "../sole-run";
import { backendSource } from "../status/backend-source";
import { labSource } from "../status/lab-source";
import type { StatusSource } from "../status/source";
import { stacksOf, type Workspace } from "../workspace";
import type { UpgradeCommandOptions } from "./command";
import { isLocal, readVersions } from "./locations";
import { plannedChanges } from "./planned-changes";
import { runUpgrade } from "./upgrade";
import { requireRelease, upgradePlan, type UpgradePlan } from "./upgrade-plan";
import { UpgradeSession } from "./upgrade-session";
import { outcomesText, planText, stopText } from "./upgrade-text";

/** Plans, asks, and moves one location after the other. */
export async function upgrade(options: UpgradeCommandOptions, signal: AbortSignal): Promise<void> {
  const { nats, lab, dryRun = false } = options;
  requireRelease(nats);
  const asks = !dryRun && asksFirst("upgrade", options, `upgrade --nats ${nats} --dry-run`);
  const workspace = await openWorkspace({ lab });
  const source = lab ? labSource(LabHome.fromEnvironment()) : backendSource();
  try {
    if (dryRun) await shownPlan(workspace, source, options, signal);
    else await soleRun(workspace, () => change(workspace, source, options, asks, signal));
  } finally {
    await closeConnections();
  }
}

async function change(
  workspace: Workspace,
  source: StatusSource,
  options: UpgradeCommandOptions,
  asks: boolean,
  signal: AbortSignal,
): Promise<void> {
  const { nats, json = false } = options;
  await workspace.freeLocks(stacksOf(workspace), signal);
  const planned = await shownPlan(workspace, source, options, signal);
  if (!planned) return;
  if (asks && !(await confirmed(`upgrade to nats-server ${nats} on ${workspace.label}`, signal))) {
    console.log("nothing was touched");
    return;
  }
  signal.throwIfAborted();
  const session = await UpgradeSession.open(workspace, source);
  const outcomes = await runUpgrade(workspace, session, planned.plan, { signal, quiet: json });
  console.log(
    json
      ? JSON.stringify({ ...planned.plan, changes: planned.changes, outcomes }, undefined, 2)
      : outcomesText(outcomes, workspace.flag),
  );
  const stopped = stopText(outcomes);
  if (stopped !== undefined && !signal.aborted) throw new Error(stopped);
}

interface Planned {
  readonly plan: UpgradePlan;
  readonly changes: TopologyPlan;
}

/** The plan, shown. Undefined where there is nothing to do, or it cannot be done: exit code 1 then. */
async function shownPlan(
  workspace: Workspace,
  source: StatusSource,
  { nats, only, dryRun = false, json = false }: UpgradeCommandOptions,
  signal: AbortSignal,
): Promise<Planned | undefined> {
  const plan = upgradePlan(workspace.topology, await readVersions(workspace, source), nats, {
    only,
    flag: workspace.flag,
  });
  if (plan.steps.some(({ location }) => isLocal(workspace, location)))
    await ensureTool("nats-server", nats, { signal });
  await requirePlugins(workspace, signal);
  const changes = await plannedChanges(workspace, plan, { signal, quiet: json });
  const isOver = dryRun || plan.steps.length === 0 || changes.faults.length > 0;
  if (!json) console.log(plan.steps.length === 0 ? planText(plan) : `${planText(plan)}\n\n${changesText(changes)}`);
  else if (isOver) console.log(JSON.stringify({ ...plan, changes }, undefined, 2));
  if (changes.faults.length > 0) process.exitCode = 1;
  return isOver ? undefined : { plan, changes };
}
