/** A stream with each default of ours filled in: what is kept in state and compared with the server. Pure. */
import type { StreamLink } from "./origin";
import type { LinkDeclaration, StreamDeclaration } from "./stream-declaration";
import type { StreamOptions } from "./stream-options";

/** What a stream is to be. An option that is left out is the server's default. */
export interface StreamConfig extends StreamOptions {
  readonly location: string;
  readonly name: string;
  readonly description: string;
  readonly subjects: readonly string[];
  readonly mirror?: StreamLink;
  readonly sources: readonly StreamLink[];
  readonly replicas: number;
  readonly maxAgeSeconds: number;
  readonly maxBytes: number;
  /** Absent: whatever the server chose. */
  readonly duplicateWindowSeconds?: number;
  readonly retention: NonNullable<StreamOptions["retention"]>;
  readonly discard: NonNullable<StreamOptions["discard"]>;
  readonly storage: NonNullable<StreamOptions["storage"]>;
}

/** Servers' own default of the duplicate window; a shorter age shortens it. */
export const defaultDuplicateWindowSeconds = 120;

/** A declaration with each default filled in, without what only the checks and guards need. */
export function streamConfig(given: StreamDeclaration): StreamConfig {
  const declaration = withoutUndefined(given);
  const { subjects = [], maxAgeSeconds, mirror, sources = [] } = declaration;
  const { adopt: _a, allowDataLoss: _l, bytesPerSecond: _b, protect: _p, retainOnDelete: _r, ...options } = declaration;
  const duplicateWindowSeconds =
    declaration.duplicateWindowSeconds ??
    (subjects.length > 0 ? Math.min(defaultDuplicateWindowSeconds, longestAge({ maxAgeSeconds })) : undefined);
  return {
    description: "",
    replicas: 3,
    retention: "limits",
    discard: "new",
    storage: "file",
    ...options,
    subjects,
    ...(mirror && { mirror: streamLink(mirror) }),
    sources: sources.map(streamLink),
    ...(duplicateWindowSeconds !== undefined && { duplicateWindowSeconds }),
  };
}

/** How long a stream keeps a message at most, in seconds: an age of 0 is none. */
export function longestAge({ maxAgeSeconds }: Pick<StreamDeclaration, "maxAgeSeconds">): number {
  return maxAgeSeconds === 0 ? Infinity : maxAgeSeconds;
}

/** What is given as undefined is left out. */
function withoutUndefined<T extends object>(given: T): T {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as T;
}

function streamLink({ outageBudgetSeconds: _budget, ...link }: LinkDeclaration): StreamLink {
  return link;
}
