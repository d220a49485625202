/** The phases of a rotation that are due, by what each location declares, accepts and dials with. Pure. */
import { accountNames, byAccount, type AccountName } from "../../../components/account-names";
import { isEqual, newestOf, rotationFault, type Generations, type Rotations } from "../../../components/rotation";

/** What is known of one location before a rotation. */
export interface LocationRotation {
  readonly location: string;
  readonly role: "hub" | "spoke";
  /** Generations in its stack file. */
  readonly declared: Rotations;
  /** Generations that its servers accept since its last `up`. */
  readonly accepted: Rotations;
  /** Spoke only: generations of the hub's users as which its servers dial since its last `up`. Null on a hub. */
  readonly dialled: Generations | null;
}

/** A location that is brought up in a phase. */
export interface LocationStep {
  readonly location: string;
  /** Generations that its servers accept before. */
  readonly from: Rotations;
  /** Those that they accept after. */
  readonly to: Rotations;
}

/**
 * - `accept`: the hub's servers take the new users beside the old ones;
 * - `change over`: the spokes dial as the new ones, and take new users of their own beside the old ones; the streams log in as the new ones;
 * - `drop`: the old users go everywhere.
 */
export interface RotationPhase {
  readonly phase: "accept" | "change over" | "drop";
  /** Hub first. */
  readonly locations: readonly LocationStep[];
  /** Whether the streams' stack is brought up after them. */
  readonly streams: boolean;
}

export interface RotationPlan {
  /** Rises with a change that a reader must know. */
  readonly version: 2;
  /** Whose users are rotated; those of others stay as they are. */
  readonly accounts: readonly AccountName[];
  /** A rotation was under way: what it has done is not done again. */
  readonly goesOn: boolean;
  readonly phases: readonly RotationPhase[];
}

/** A location with its generations while the old and the new ones are accepted, and at the end. */
interface Course extends LocationRotation {
  readonly both: Rotations;
  readonly end: Rotations;
}

export interface RotationRequest {
  /** @default - all accounts */
  readonly account?: AccountName | undefined;
  /** What follows `npm run topology -- <command>` to work on these stacks. */
  readonly flag: string;
}

/**
 * Plans a rotation, or the rest of one. The hub's file leads: it gets both generations before any spoke's does, and drops the old one
 * before they do. A rotation that is under way is finished, of whichever accounts it is, and no other one begun with it.
 *
 * @throws Error where a location's file cannot follow on what its servers accept, or another account is asked for than is under way.
 */
export function rotationPlan(
  locations: readonly LocationRotation[],
  { account, flag }: RotationRequest = { flag: "" },
): RotationPlan {
  requirePossible(locations);
  const hub = locations.find(({ role }) => role === "hub");
  if (!hub) throw new Error("no location is a hub; allowed: one; set role: hub in its stack file");
  const begun = accountNames.filter((each) => isUnderWay(each, hub, locations));
  if (account !== undefined) requireNoOther(account, begun, flag);
  const goesOn = begun.length > 0;
  const accounts = goesOn ? begun : account === undefined ? accountNames : [account];
  const renewed = accounts.filter((each) => !goesOn || hub.declared[each].length > 1); // of the others, old users go at most
  const courses = locations.map((each) => courseOf(each, renewed));
  const phases = [acceptPhase(courses), changePhase(courses, renewed.length > 0), dropPhase(courses)];
  return { version: 2, accounts, goesOn, phases: phases.filter((each) => each.locations.length > 0 || each.streams) };
}

/** Generations that a plan drops in the end, by location. */
export function droppedBy({ phases }: RotationPlan): ReadonlyMap<string, Rotations> {
  const steps = phases.flatMap(({ phase, locations }) => (phase === "drop" ? locations : []));
  const dropped = ({ from, to }: LocationStep) =>
    byAccount((account) => from[account].filter((each) => !to[account].includes(each)));
  return new Map(steps.map((step) => [step.location, dropped(step)]));
}

/** Whether a spoke's servers dial as users that are not the newest ones, in any account. */
export function dialsOld({ role, dialled }: LocationRotation, newest: Generations): boolean {
  return role === "spoke" && accountNames.some((account) => dialled?.[account] !== newest[account]);
}

function requirePossible(locations: readonly LocationRotation[]): void {
  const faults = locations.flatMap(({ location, accepted, declared }) => {
    const fault = rotationFault(accepted, declared);
    return fault === undefined ? [] : [`Pulumi.${location}.yaml: ${fault}`];
  });
  if (faults.length > 0) throw new Error(faults.join("\n"));
}

/** An `up` of a location carries out what its file says of every account. */
function requireNoOther(account: AccountName, begun: readonly AccountName[], flag: string): void {
  if (begun.every((each) => each === account)) return;
  throw new Error(
    `account is ${account}, while a rotation of ${begun.join(", ")} is under way, which each 'up' would carry on; allowed: one at a time; ` +
      `finish that one first: npm run topology -- rotate ${flag}`.trimEnd(),
  );
}

function isUnderWay(account: AccountName, hub: LocationRotation, locations: readonly LocationRotation[]): boolean {
  const newest = newestOf(hub.accepted)[account];
  return locations.some(
    ({ role, declared, accepted, dialled }) =>
      declared[account].length > 1 ||
      declared[account].join() !== accepted[account].join() ||
      (role === "spoke" && dialled?.[account] !== newest),
  );
}

/** @param renewed Accounts that get new users, or go on getting them. */
function courseOf(location: LocationRotation, renewed: readonly AccountName[]): Course {
  const { declared, accepted } = location;
  const both = byAccount((account) => {
    if (!renewed.includes(account)) return accepted[account];
    const [first = 1, second = first + 1] = declared[account];
    return [first, second];
  });
  const last = newestOf(both);
  const end = byAccount((account) => [renewed.includes(account) ? last[account] : newestOf(declared)[account]]);
  return { ...location, both, end };
}

function acceptPhase(courses: readonly Course[]): RotationPhase {
  const hubs = courses.filter(({ role, accepted, both }) => role === "hub" && !isEqual(accepted, both));
  return { phase: "accept", locations: hubs.map(toBoth), streams: false };
}

/** The streams' stack does not tell as whom it logs in, so it is run each time that somebody may still have to change over. */
function changePhase(courses: readonly Course[], hasRenewed: boolean): RotationPhase {
  const hub = courses.find(({ role }) => role === "hub");
  const spokes = courses.filter(
    (each) =>
      each.role === "spoke" && (!isEqual(each.accepted, each.both) || (hub && dialsOld(each, newestOf(hub.both)))),
  );
  return { phase: "change over", locations: spokes.map(toBoth), streams: hasRenewed || spokes.length > 0 };
}

function dropPhase(courses: readonly Course[]): RotationPhase {
  const left = courses.filter(({ declared, both, end }) => !isEqual(both, end) || !isEqual(declared, end));
  const steps = left.map(({ location, both, end }) => ({ location, from: both, to: end }));
  return { phase: "drop", locations: steps, streams: false };
}

const toBoth = ({ location, accepted, both }: Course): LocationStep => ({ location, from: accepted, to: both });
