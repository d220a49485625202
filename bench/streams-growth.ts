/** What the streams' figures say together. Pure. */
import type { Figure } from "./figure";

/** What an `up` from nothing took at one count of streams. */
export interface Point {
  readonly count: number;
  readonly seconds: number;
  /** The provider's peak, in MB. Undefined where the system does not tell it. */
  readonly memory?: number;
}

/** A superlinear cost, such as a state that is written anew for each stream, shows as more than this. */
const growthTarget = 1.2;

/**
 * How the cost of one stream more grows over the last three points; nothing where there are fewer.
 *
 * @param points rising by count
 */
export function growthFigures(points: readonly Point[]): Figure[] {
  const [first, middle, last] = points.slice(-3);
  if (!first || !middle || !last) return [];
  const { count } = middle;
  const figure: Figure = {
    name: `one stream more from ${count} to ${last.count}, over one from ${first.count} to ${count}: up from nothing`,
    value: perStream("seconds", middle, last) / perStream("seconds", first, middle),
    unit: "×",
    target: growthTarget,
  };
  if (middle.memory === undefined || last.memory === undefined) return [figure];
  const name = `a hundred streams more, from ${count} to ${last.count}: provider's peak memory`;
  return [figure, { name, value: 100 * perStream("memory", middle, last), unit: "MB" }];
}

function perStream(what: "seconds" | "memory", from: Point, to: Point): number {
  return ((to[what] ?? NaN) - (from[what] ?? NaN)) / (to.count - from.count);
}
