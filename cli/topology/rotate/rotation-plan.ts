/** The phases of a rotation that are due, by what each location declares, accepts and dials with. Pure. */
import { rotationFault, type Rotation } from "../../../components/rotation";

/** What is known of one location before a rotation. */
export interface LocationRotation {
  readonly location: string;
  readonly role: "hub" | "spoke";
  /** Generations in its stack file. */
  readonly declared: Rotation;
  /** Generations that its servers accept since its last `up`. */
  readonly accepted: Rotation;
  /** Spoke only: generation of the hub's users as which its servers dial since its last `up`. Null on a hub. */
  readonly dialled: number | null;
}

/** A location that is brought up in a phase. */
export interface LocationStep {
  readonly location: string;
  /** Generations that its servers accept before. */
  readonly from: Rotation;
  /** Those that they accept after. */
  readonly to: Rotation;
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
  readonly version: 1;
  /** A rotation was under way: what it has done is not done again. */
  readonly goesOn: boolean;
  readonly phases: readonly RotationPhase[];
}

/** A location with its generations while the old and the new ones are accepted, and at the end. */
interface Course extends LocationRotation {
  readonly both: Rotation;
  readonly end: Rotation;
}

/**
 * Plans a rotation, or the rest of one. The hub's file leads: it gets both generations before any spoke's does, and drops the old one
 * before they do.
 *
 * @throws Error where a location's file cannot follow on what its servers accept.
 */
export function rotationPlan(locations: readonly LocationRotation[]): RotationPlan {
  requirePossible(locations);
  const hub = locations.find(({ role }) => role === "hub");
  if (!hub) throw new Error("no location is a hub; allowed: one; set role: hub in its stack file");
  const goesOn = isUnderWay(hub, locations);
  const isEnding = goesOn && hub.declared.length === 1;
  const courses = locations.map((each) => courseOf(each, isEnding ? "ending" : goesOn ? "under way" : "new"));
  const phases = [...(isEnding ? [] : [acceptPhase(courses)]), changePhase(courses, isEnding), dropPhase(courses)];
  return { version: 1, goesOn, phases: phases.filter((each) => each.locations.length > 0 || each.streams) };
}

/** Generations that a plan drops in the end, by location. */
export function droppedBy({ phases }: RotationPlan): ReadonlyMap<string, Rotation> {
  const steps = phases.flatMap(({ phase, locations }) => (phase === "drop" ? locations : []));
  return new Map(steps.map(({ location, from, to }) => [location, from.filter((each) => !to.includes(each))]));
}

function requirePossible(locations: readonly LocationRotation[]): void {
  const faults = locations.flatMap(({ location, accepted, declared }) => {
    const fault = rotationFault(accepted, declared);
    return fault === undefined ? [] : [`Pulumi.${location}.yaml: ${fault}`];
  });
  if (faults.length > 0) throw new Error(faults.join("\n"));
}

function isUnderWay(hub: LocationRotation, locations: readonly LocationRotation[]): boolean {
  return locations.some(
    ({ role, declared, accepted, dialled }) =>
      declared.length > 1 || !isEqual(declared, accepted) || (role === "spoke" && dialled !== newest(hub.accepted)),
  );
}

function courseOf(location: LocationRotation, stage: "new" | "under way" | "ending"): Course {
  const { declared, accepted } = location;
  const last = newest(declared);
  if (stage === "ending") return { ...location, both: accepted, end: [last] };
  const both = stage === "under way" && declared.length > 1 ? declared : [last, last + 1];
  return { ...location, both, end: [newest(both)] };
}

function acceptPhase(courses: readonly Course[]): RotationPhase {
  const hubs = courses.filter(({ role, accepted, both }) => role === "hub" && !isEqual(accepted, both));
  return { phase: "accept", locations: hubs.map(toBoth), streams: false };
}

/** The streams' stack does not tell as whom it logs in, so it is run each time that somebody may still have to change over. */
function changePhase(courses: readonly Course[], isEnding: boolean): RotationPhase {
  const wanted = courses.flatMap(({ role, both }) => (role === "hub" ? [newest(both)] : []));
  const spokes = courses.filter(
    ({ role, accepted, both, dialled }) =>
      role === "spoke" && (!isEqual(accepted, both) || dialled === null || !wanted.includes(dialled)),
  );
  return { phase: "change over", locations: spokes.map(toBoth), streams: !isEnding || spokes.length > 0 };
}

function dropPhase(courses: readonly Course[]): RotationPhase {
  const left = courses.filter(({ declared, both, end }) => !isEqual(both, end) || !isEqual(declared, end));
  const steps = left.map(({ location, both, end }) => ({ location, from: both, to: end }));
  return { phase: "drop", locations: steps, streams: false };
}

const toBoth = ({ location, accepted, both }: Course): LocationStep => ({ location, from: accepted, to: both });
const newest = (rotation: Rotation): number => rotation.at(-1) ?? 0;
const isEqual = (one: Rotation, other: Rotation): boolean => one.join() === other.join();
