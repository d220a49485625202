/** Carries a rotation's phases out, each only once what it rests on is seen to be so. */
import { Listr } from "listr2";
import { newestOf } from "../../../components/rotation";
import { locationStack, streamsStack } from "../../lab/home";
import { listrOptions, withProgress } from "../../lab/progress";
import { withRotations } from "../location/stack-files";
import { runStages, type StackOutcome } from "../run-stages";
import type { RunStep } from "../selection";
import type { LocationLacks } from "./rotation-lacks";
import { dialsOld, droppedBy, type LocationStep, type RotationPhase, type RotationPlan } from "./rotation-plan";
import type { RotationSession } from "./rotation-session";
import { failedText, notWellText, oldClientsText, oldLoginsText, phaseText } from "./rotation-text";

export interface RotateOptions {
  readonly signal: AbortSignal;
  /** Shows no progress. */
  readonly quiet: boolean;
}

/** What became of one phase. */
export interface PhaseOutcome extends Pick<RotationPhase, "phase"> {
  readonly stacks: readonly StackOutcome[];
}

/** What became of a rotation. */
export interface RotationOutcome {
  /** Those that were begun. */
  readonly phases: readonly PhaseOutcome[];
  /** Why it stopped before its end. The same command again goes on from there. */
  readonly stopped?: string;
}

/** Runs the plan, up to the first phase that cannot be. */
export async function rotate(
  session: RotationSession,
  plan: RotationPlan,
  options: RotateOptions,
): Promise<RotationOutcome> {
  const outcomes: PhaseOutcome[] = [];
  for (const [i, phase] of plan.phases.entries()) {
    if (!options.quiet) console.log(`\n${i + 1} of ${plan.phases.length}: ${phaseText(phase)}`);
    const hindrance = phase.phase === "drop" ? await dropHindrance(session, plan, options) : undefined;
    if (hindrance !== undefined) return { phases: outcomes, stopped: hindrance };
    const { outcome, stopped } = await runPhase(session, phase, options);
    outcomes.push(outcome);
    if (stopped !== undefined) return { phases: outcomes, stopped };
  }
  return { phases: outcomes };
}

async function runPhase(
  session: RotationSession,
  { phase, locations, streams }: RotationPhase,
  options: RotateOptions,
): Promise<{ outcome: PhaseOutcome; stopped?: string }> {
  const { workspace } = session;
  const away = await untilReached(session, namesOf(locations), options);
  const reached = locations.filter(({ location }) => away.every((each) => each.location !== location));
  for (const { location, to } of reached)
    workspace.editStackFile(locationStack(location), (text) => withRotations(text, to));
  await session.forgetLogin();
  const steps = runStepsOf(reached, workspace.topology.hub, streams && away.length === 0);
  const stacks = await runStages(workspace, steps, { ...options, operation: "up", isPlanned: () => true });
  const outcome = { phase, stacks };
  const failed = stacks.filter(({ result }) => result === "failed" || result === "skipped");
  if (failed.length > 0) return { outcome, stopped: failedText(failed) };
  const lacking = await untilWell(session, namesOf(reached), options);
  const notWell = [...away, ...lacking];
  return notWell.length > 0 ? { outcome, stopped: notWellText(notWell, phase) } : { outcome };
}

/** The hub before its spokes: what fails there keeps them back. */
function runStepsOf(locations: readonly LocationStep[], hub: string, streams: boolean): RunStep[] {
  const names = namesOf(locations);
  const steps = names.map((name) => ({
    stack: locationStack(name),
    after: name === hub ? [] : names.filter((each) => each === hub),
  }));
  return streams ? [...steps, { stack: streamsStack, after: names }] : steps;
}

/** What keeps the old users from being dropped. */
async function dropHindrance(
  session: RotationSession,
  plan: RotationPlan,
  options: RotateOptions,
): Promise<string | undefined> {
  const { locations } = session.workspace;
  const lacking = await untilWell(
    session,
    locations.map(({ name }) => name),
    options,
  );
  if (lacking.length > 0) return notWellText(lacking);
  const rotations = await session.rotations();
  const hub = rotations.find(({ role }) => role === "hub");
  const dialling = rotations.filter((each) => hub && dialsOld(each, newestOf(hub.accepted)));
  if (dialling.length > 0) return oldLoginsText(dialling.map(({ location }) => location));
  const clients = await session.oldClients(droppedBy(plan));
  return clients.length > 0 ? oldClientsText(clients, session.workspace.flag) : undefined;
}

function namesOf(locations: readonly Pick<LocationStep, "location">[]): string[] {
  return locations.map(({ location }) => location);
}

function untilReached(
  session: RotationSession,
  names: readonly string[],
  options: RotateOptions,
): Promise<LocationLacks[]> {
  const wait: Wait = (onStep) => session.untilReached(names, options.signal, onStep);
  return waited(names, "the hub reaches", ["yes", "no"], wait, options);
}

function untilWell(
  session: RotationSession,
  names: readonly string[],
  options: RotateOptions,
): Promise<LocationLacks[]> {
  const wait: Wait = (onStep) => session.untilWell(names, options.signal, onStep);
  return waited(names, "servers and leafnodes of", ["well", "not well"], wait, options);
}

type Wait = (onStep: (step: string) => void) => Promise<LocationLacks[]>;

/** Shows what is waited for, and how it ended. */
async function waited(
  names: readonly string[],
  what: string,
  [good, bad]: readonly [string, string],
  wait: Wait,
  { quiet }: RotateOptions,
): Promise<LocationLacks[]> {
  let lacking: LocationLacks[] = [];
  const title = `${what} ${names.join(", ")}`;
  const task = (_: unknown, shown: Parameters<typeof withProgress>[0]) =>
    withProgress(shown, async (onStep) => {
      lacking = await wait(onStep);
      shown.title = `${title}: ${lacking.length === 0 ? good : bad}`;
    });
  await new Listr([{ title, enabled: names.length > 0, task }], {
    ...listrOptions,
    silentRendererCondition: quiet,
  }).run();
  return lacking;
}
