/** Random streams of `cinema-a` that every check lets pass, for properties that hold of all of them. */
import fc from "fast-check";
import semver from "semver";
import type { Declared, ResolvedLink } from "../../streams/checks/declared";
import { versionFaults } from "../../streams/checks/versions";
import { declarationFaults } from "../../streams/declaration";
import { changeableFields, changeRefusal, type ChangeableField } from "../../streams/stream-changes";
import { streamConfig, type StreamConfig } from "../../streams/stream-config";
import type { LinkDeclaration, StreamDeclaration } from "../../streams/stream-declaration";
import type { StreamOptions } from "../../streams/stream-options";
import { subjectsOverlap } from "../../streams/subject";
import { changedFields } from "../../streams/wire-config";

const location = "cinema-a";
const day = 86_400;

const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });
const few = fc.integer({ min: 1, max: 1000 });
const flag = fc.boolean();
const rewrites = fc.constantFrom(
  { source: ">", destination: "seats.>" },
  { source: "trip.a", destination: "seats" },
  { source: "trip.b.*", destination: "seats.{{wildcard(1)}}" },
);
const republishes = fc.constantFrom(
  { source: ">", destination: "copies.>" },
  { source: "trip.a", destination: "copies", headersOnly: true },
  { source: "trip.b.*", destination: "copies.{{wildcard(1)}}", headersOnly: false },
);

type Sized = "replicas" | "description" | "duplicateWindowSeconds";
type Optional = StreamOptions & Pick<StreamDeclaration, Sized>;

/** Complete by type: an option without values does not compile. */
const values: { readonly [Option in keyof Optional]-?: fc.Arbitrary<NonNullable<Optional[Option]>> } = {
  replicas: fc.constantFrom(1, 1, 3),
  description: text,
  duplicateWindowSeconds: fc.constantFrom(1, 60, 120, day),
  retention: fc.constantFrom("limits", "interest", "workqueue"),
  discard: fc.constantFrom("old", "new"),
  discardNewPerSubject: flag,
  storage: fc.constantFrom("file"),
  maxMessages: few,
  maxMessagesPerSubject: few,
  maxMessageSize: few,
  maxConsumers: few,
  noAck: flag,
  placement: fc.constantFrom({ cluster: `spoke-${location}` }, { tags: [] }, {}),
  republish: republishes,
  subjectTransform: rewrites,
  compression: fc.constantFrom("none", "s2"),
  firstSequence: few,
  allowDirect: flag,
  mirrorDirect: flag,
  sealed: fc.constant(false),
  denyDelete: flag,
  denyPurge: flag,
  allowRollup: flag,
  allowMessageTtl: flag,
  deleteMarkerTtlSeconds: few,
  allowCounters: flag,
  allowAtomicPublish: flag,
  allowBatchPublish: flag,
  allowSchedules: flag,
  persistMode: fc.constantFrom("default", "async"),
  consumerLimits: fc.record({ inactiveThresholdSeconds: few, maxAckPending: few }, { requiredKeys: [] }),
  metadata: fc.dictionary(text, text, { maxKeys: 3 }),
};

const options = Object.keys(values) as readonly (keyof Optional)[];

const times = fc.constantFrom("2026-01-01T00:00:00Z", "2026-01-01T02:00:00.5+02:00", "2025-12-31T23:59:59.999999Z");
const origins = fc.constantFrom(
  { location: "hub", stream: "films" },
  { location: "hub", stream: "sales" },
  { location, stream: "returns" },
  {
    location: "elsewhere",
    stream: "films",
    external: { apiPrefix: "studio.API", deliverPrefix: "studio.deliver" },
  },
);
const transforms = fc.subarray(
  [
    { source: "films.a", destination: "seen" },
    { source: "films.b.*", destination: "seen.{{wildcard(1)}}" },
  ],
  { minLength: 1 },
);
const starts = fc.oneof(fc.constant({}), fc.record({ startSequence: few }), fc.record({ startTime: times }));
const catches = fc.oneof(
  fc.constant({}),
  fc.record({ filterSubject: fc.constantFrom("films.a", "films.>") }),
  fc.record({ subjectTransforms: transforms }),
);
const consumers = fc.record({
  consumer: fc.constantFrom({ name: "feeder", deliverSubject: "feeds.trip" }),
});

/** A link to a stream that does not exist: servers check nothing of it. */
const links: fc.Arbitrary<LinkDeclaration> = fc
  .tuple(origins, fc.oneof({ weight: 4, arbitrary: fc.tuple(starts, catches) }, fc.tuple(consumers, fc.constant({}))))
  .map(([origin, [start, caught]]) => ({ ...origin, ...start, ...caught }));

const subjects = fc.shuffledSubarray(["trip.a", "trip.b.*", "trip.c.>"], { minLength: 1 });
const sources = fc.uniqueArray(links, {
  minLength: 1,
  maxLength: 3,
  selector: (link) => `${link.location}/${link.stream}`,
});
const contents = fc.oneof(
  fc.record({ subjects }),
  fc.record({ sources }),
  fc.record({ subjects, sources }),
  fc.record({ mirror: links }),
);
const sizes = fc.record({
  maxAgeSeconds: fc.constantFrom(1, 60, 3600, 400 * day),
  maxBytes: fc.constantFrom(2 ** 20, 2 ** 21),
});

/** A stream as somebody who reads no documentation declares it: options at random, that may exclude each other. */
export const anyDeclaration: fc.Arbitrary<StreamDeclaration> = fc
  .tuple(contents, sizes, fc.record(values, { requiredKeys: [] }))
  .map(([content, size, options]) => ({ location, name: "trip", ...content, ...size, ...options }));

/** The declaration with as many of its options as the checks let pass together on servers of a version. */
export function sound(declaration: StreamDeclaration, serverVersion: string): StreamDeclaration {
  return mended(withKnownLinks(declaration, serverVersion), (each) => faultsOf(each, serverVersion));
}

/** The declaration with as much of it as a live stream may be changed to, by the checks and by the table of changes. */
export function soundChange(found: StreamConfig, declaration: StreamDeclaration, version: string): StreamDeclaration {
  const problems = (each: StreamDeclaration) => [...faultsOf(each, version), ...refusals(found, each, version)];
  return mended(withKnownLinks(declaration, version), problems, found);
}

/** Without what servers of a version lack in links. */
function withKnownLinks({ mirror, sources, ...rest }: StreamDeclaration, version: string): StreamDeclaration {
  const known = ({ consumer, subjectTransforms, ...link }: LinkDeclaration): LinkDeclaration => ({
    ...link,
    ...(consumer && semver.gte(version, "2.14.0") && { consumer }),
    ...(subjectTransforms && semver.gte(version, "2.10.0") && { subjectTransforms }),
  });
  return { ...rest, ...(mirror && { mirror: known(mirror) }), ...(sources && { sources: sources.map(known) }) };
}

/** Takes back options one by one, each to nothing or to what was found, as long as that leaves fewer problems, or less to say of them. */
function mended(
  declaration: StreamDeclaration,
  problems: (declaration: StreamDeclaration) => readonly string[],
  found?: StreamConfig,
): StreamDeclaration {
  const weight = (each: StreamDeclaration) => problems(each).reduce((sum, problem) => sum + 1000 + problem.length, 0);
  let best = declaration;
  while (weight(best) > 0) {
    const dropped = options.map((option) => withField(best, option, undefined));
    const asFound = found ? changeableFields.map((field) => withField(best, field, found[field])) : [];
    const better = [...dropped, ...asFound].find((each) => weight(each) < weight(best));
    if (!better && !found) throw new Error(`no option taken back cures ${problems(best).join("; ")}`);
    best = better ?? { ...best, ...found };
  }
  return best;
}

function withField(declaration: StreamDeclaration, field: ChangeableField, value: unknown): StreamDeclaration {
  const { [field]: _before, ...rest } = declaration;
  return { ...rest, ...(value !== undefined && { [field]: value }) } as StreamDeclaration;
}

function faultsOf(stream: StreamDeclaration, serverVersion: string): string[] {
  const limits = { clusterName: `spoke-${location}`, replicas: 3, maxFileStoreBytes: 2 ** 28, serverVersion };
  const links = (kind: ResolvedLink["kind"], of: readonly LinkDeclaration[]) =>
    of.map((origin): ResolvedLink => ({ follower: stream, kind, origin, from: undefined }));
  const declared: Declared = {
    streams: [stream],
    links: [...links("mirror", stream.mirror ? [stream.mirror] : []), ...links("source", stream.sources ?? [])],
    consumers: [],
    locations: ["hub", location].map((each) => ({ location: each, ...limits })),
  };
  const { republish, subjects = [] } = stream;
  const isMet = !republish || subjects.some((subject) => subjectsOverlap(subject, republish.source));
  const unmet =
    isMet || semver.gte(serverVersion, "2.10.0") ? [] : ["'republish' of what the stream does not take (10052)"];
  return [...declarationFaults(stream), ...versionFaults(declared), ...unmet];
}

function refusals(found: StreamConfig, declaration: StreamDeclaration, version: string): string[] {
  const config = streamConfig(declaration);
  const changed = changedFields(config, found);
  const isMove = config.placement !== undefined && changed.includes("placement");
  const isScaled = changed.includes("replicas") || changed.includes("retention");
  const refused = changeableFields.filter(
    (field) => changed.includes(field) && changeRefusal(field, found[field], config[field], version),
  );
  return [...refused, ...(isMove && isScaled ? ["placement beside replicas or retention (10123)"] : [])];
}
