/** How fast streams fill: what their publishers store, and what arrives over their links, at its full rate whatever the filters. Pure. */
import type { StreamDeclaration } from "../stream-declaration";
import type { Declared } from "./declared";

/** What arrives at a stream. */
export interface Inflow {
  /** Bytes in a second, of all streams above that declare a rate. */
  readonly bytesPerSecond: number;
  /** Streams above, or this one, that publishers write to and that declare no rate. */
  readonly undeclared: readonly StreamDeclaration[];
}

/** The inflow of a stream. Origins in other accounts count for nothing; on a cycle each stream counts once. */
export function inflow(declared: Pick<Declared, "links">, stream: StreamDeclaration): Inflow {
  const above = streamsAbove(declared, stream, new Set());
  const published = [...above].filter(({ subjects = [] }) => subjects.length > 0);
  return {
    bytesPerSecond: published.reduce((sum, { bytesPerSecond = 0 }) => sum + bytesPerSecond, 0),
    undeclared: published.filter(({ bytesPerSecond }) => bytesPerSecond === undefined),
  };
}

/** The stream and all that it takes from. One that is reached by two ways counts once: to store its messages twice is a fault of its own. */
function streamsAbove(
  declared: Pick<Declared, "links">,
  stream: StreamDeclaration,
  found: Set<StreamDeclaration>,
): ReadonlySet<StreamDeclaration> {
  if (found.has(stream)) return found;
  found.add(stream);
  for (const { follower, from } of declared.links) if (follower === stream && from) streamsAbove(declared, from, found);
  return found;
}
