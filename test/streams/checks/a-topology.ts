/** A small topology without a fault, changes of it, and how the tests of the checks go through their cases. */
import { expect } from "chai";
import type { Topology } from "../../../streams/declarations";
import type { LinkDeclaration, StreamDeclaration } from "../../../streams/stream-declaration";
import type { LocationLimits } from "../../../streams/topology";
import { topologyFaults } from "../../../streams/topology";

export const day = 86_400;
/** Enough for a byte a second. */
export const sizes = { maxAgeSeconds: 8 * day, maxBytes: 2 ** 20 };

/** A stream of cinema-a that catches everything below its name. */
export const a: StreamDeclaration = {
  location: "cinema-a",
  name: "a",
  subjects: ["a.>"],
  bytesPerSecond: 1,
  ...sizes,
};
/** Its mirror in the hub. */
export const copy: StreamDeclaration = { ...stream("hub", "copy"), mirror: { location: "cinema-a", stream: "a" } };
export const ok: Topology = { hub: "hub", spokes: ["cinema-a"], streams: [a, copy] };

/** A stream that takes nothing yet. */
export function stream(location: string, name: string, more: Partial<StreamDeclaration> = {}): StreamDeclaration {
  return { location, name, ...sizes, ...more };
}

/** A stream of the hub that sources `a`. */
export function sum(link: Partial<LinkDeclaration>, more: Partial<StreamDeclaration> = {}): StreamDeclaration {
  return stream("hub", "sum", { sources: [{ location: "cinema-a", stream: "a", ...link }], ...more });
}

/** `ok` with the changes on its first stream. */
export function withA(change: Partial<StreamDeclaration>): Topology {
  return { ...ok, streams: [{ ...a, ...change }, copy] };
}

/** `ok` with other streams. */
export function of(...streams: StreamDeclaration[]): Topology {
  return { ...ok, streams };
}

/** `ok` with streams more. */
export function and(...streams: StreamDeclaration[]): Topology {
  return of(...ok.streams, ...streams);
}

/** A location with three servers of a version. */
export function locationOf(location: string, serverVersion: string): LocationLimits {
  return { location, clusterName: `cluster-of-${location}`, replicas: 3, maxFileStoreBytes: 2 ** 30, serverVersion };
}

/** Both locations on servers of these versions. */
export function running(hub: string, cinemaA: string): LocationLimits[] {
  return [locationOf("hub", hub), locationOf("cinema-a", cinemaA)];
}

/** What a case is called, its topology, all its faults in full, and what is known of the locations. */
export type Case = readonly [
  title: string,
  topology: Topology,
  faults: readonly string[],
  locations?: readonly LocationLimits[],
];

export function testCases(subject: string, cases: readonly Case[]): void {
  describe(subject, () => {
    for (const [title, topology, faults, locations] of cases)
      it(`${title}: ${faults.length} fault(s)`, () =>
        expect(topologyFaults(topology, locations)).to.deep.equal(faults));
  });
}
