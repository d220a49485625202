/** A small topology with a mirror to promote, for the tests. */
import type { StreamDeclaration, Topology } from "../../../../streams/declarations";
import type { Standing } from "../../../../cli/topology/promote/standing";

const sizes = { maxAgeSeconds: 604_800, maxBytes: 100_000_000 };

export const films: StreamDeclaration = {
  location: "hub",
  name: "films",
  subjects: ["films.>"],
  bytesPerSecond: 5,
  ...sizes,
};
export const copy: StreamDeclaration = {
  location: "cinema-a",
  name: "films-copy",
  mirror: { location: "hub", stream: "films" },
  ...sizes,
};
export const posters: StreamDeclaration = {
  location: "cinema-b",
  name: "posters",
  sources: [{ location: "hub", stream: "films", outageBudgetSeconds: 60 }],
  ...sizes,
};

export function aTopology(...streams: readonly StreamDeclaration[]): Topology {
  return { hub: "hub", spokes: ["cinema-a", "cinema-b"], streams };
}

/** A mirror that has all seven messages of an origin that serves. */
export function aStanding(change: Partial<Standing> = {}): Standing {
  const origin = { state: "serves", lastSequence: 7, gap: 0 } as const;
  return { isMirror: true, lastSequence: 7, messages: 7, origin, ...change };
}
