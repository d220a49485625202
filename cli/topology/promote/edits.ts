/** What a promotion changes in the declarations: as data, for the topology as data. Its text is made in `written.ts`. Pure. */
import { place } from "../../../streams/checks/declared";
import type { StreamDeclaration, Topology } from "../../../streams/declarations";
import type { LinkDeclaration } from "../../../streams/stream-declaration";
import { retiredSubject, type Candidate, type Place } from "./candidate";

/** A change of one declared stream. */
export interface StreamEdit {
  readonly stream: Place;
  /** The declaration goes. */
  readonly removed?: boolean;
  /** Properties that go. */
  readonly drop?: readonly (keyof StreamDeclaration)[];
  /** Properties that get a value, whether they are there or not. */
  readonly set?: Partial<StreamDeclaration>;
  /** Properties that are written as in another stream's declaration, where that has them. */
  readonly like?: { readonly stream: StreamDeclaration; readonly fields: readonly (keyof StreamDeclaration)[] };
  /** A source that takes from another stream from a sequence on. */
  readonly source?: { readonly from: Place; readonly to: Place; readonly startSequence: number };
}

/** What an origin does for its publishers, and a mirror cannot do while it is one, or need not. */
const publishing = [
  "bytesPerSecond",
  "duplicateWindowSeconds",
  "subjectTransform",
  "republish",
  "allowRollup",
  "allowMessageTtl",
  "deleteMarkerTtlSeconds",
  "allowCounters",
  "allowAtomicPublish",
  "allowBatchPublish",
  "allowSchedules",
] as const satisfies readonly (keyof StreamDeclaration)[];

/** The mirror takes over the subjects of its origin, and what else publishers find there. */
export function promoted({ stream, origin }: Candidate): StreamEdit {
  const missing = publishing.filter((field) => stream[field] === undefined && origin[field] !== undefined);
  const drop = (["mirror", "mirrorDirect"] as const).filter((field) => stream[field] !== undefined);
  return { stream, drop, like: { stream: origin, fields: ["subjects", ...missing] } };
}

/** The old origin takes nothing more. */
export function retired({ stream, origin }: Candidate): StreamEdit {
  return { stream: origin, set: { subjects: [retiredSubject(stream)] } };
}

/** A follower takes from the new origin what comes after a sequence. */
export function repointed({ stream, origin }: Candidate, follower: Place, lastTaken: number): StreamEdit {
  return { stream: follower, source: { from: origin, to: stream, startSequence: lastTaken + 1 } };
}

/** The topology with the edits made. */
export function withEdits(topology: Topology, edits: readonly StreamEdit[]): Topology {
  const streams = topology.streams.flatMap((stream) => {
    const own = edits.filter((edit) => place(edit.stream) === place(stream));
    if (own.some(({ removed }) => removed)) return [];
    return [own.reduce(edited, stream)];
  });
  return { ...topology, streams };
}

function edited(stream: StreamDeclaration, { drop = [], set = {}, like, source }: StreamEdit): StreamDeclaration {
  const kept = Object.entries(stream).filter(([name]) => !drop.some((each) => each === name));
  const taken = like?.fields.map((field) => [field, like.stream[field]]) ?? [];
  const values: StreamDeclaration = { ...Object.fromEntries(kept), ...Object.fromEntries(taken), ...set };
  if (!source) return values;
  return {
    ...values,
    sources: values.sources?.map((each) => (isOf(each, source.from) ? takenFrom(each, source) : each)),
  };
}

function isOf({ external, location, stream }: LinkDeclaration, from: Place): boolean {
  return !external && location === from.location && stream === from.name;
}

function takenFrom(link: LinkDeclaration, { to, startSequence }: Required<StreamEdit>["source"]): LinkDeclaration {
  const { startTime: _startTime, ...rest } = link;
  return { ...rest, location: to.location, stream: to.name, startSequence };
}
