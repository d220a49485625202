/** Which stacks a run is over, and what each waits for. Pure. */
import { closest } from "fastest-levenshtein";
import type { LabLocation, LabStack } from "../lab/home";
import { locationStack, streamsStack } from "../lab/home";

/** A stack of a run, and the names of those in the run that it waits for. */
export interface RunStep {
  readonly stack: LabStack;
  readonly after: readonly string[];
}

/**
 * The stacks of a run in their order: hub, spokes, streams; for `destroy` backwards.
 *
 * @param only a stack; with it run those that it depends on, in a destroy those that depend on it
 * @throws Error where there is no stack of that name, with the nearest one.
 */
export function runSteps(
  locations: readonly LabLocation[],
  operation: "up" | "refresh" | "destroy",
  only?: string,
): RunStep[] {
  const hubs = locations.filter(({ role }) => role === "hub").map(({ name }) => name);
  const needs = new Map<string, readonly string[]>([
    ...locations.map(({ name, role }): [string, readonly string[]] => [name, role === "hub" ? [] : hubs]),
    [streamsStack.name, locations.map(({ name }) => name)],
  ]);
  const names = [...needs.keys()];
  if (only !== undefined && !needs.has(only)) throw new Error(unknownStack(only, names));
  const waits = operation === "destroy" ? reversed(needs) : needs;
  const chosen = only === undefined ? names : closure(only, waits);
  const ordered = operation === "destroy" ? names.reverse() : names;
  return ordered
    .filter((name) => chosen.includes(name))
    .map((name) => ({
      stack: name === streamsStack.name ? streamsStack : locationStack(name),
      after: (waits.get(name) ?? []).filter((each) => chosen.includes(each)),
    }));
}

function unknownStack(name: string, names: readonly string[]): string {
  return `there is no location '${name}'; allowed: ${names.join(", ")}; did you mean '${closest(name, names)}'?`;
}

function reversed(needs: ReadonlyMap<string, readonly string[]>): Map<string, readonly string[]> {
  return new Map(
    [...needs.keys()].map((name) => [name, [...needs].flatMap(([by, all]) => (all.includes(name) ? by : []))]),
  );
}

function closure(name: string, waits: ReadonlyMap<string, readonly string[]>): string[] {
  return [name, ...(waits.get(name) ?? []).flatMap((each) => closure(each, waits))];
}
