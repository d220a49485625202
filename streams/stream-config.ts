/**
 * A stream as declared, and the same stream as JetStream's API spells it. Pure, and the only file that knows the
 * wire's snake_case.
 */

/** A stream that another one takes its messages from, wherever it lives. */
export interface Origin {
  readonly location: string;
  readonly stream: string;
}

/** One stream of the topology. What is not named here is left as the server has it. */
export interface StreamDeclaration {
  /** Location that stores the stream. Identity: never changed. */
  readonly location: string;
  /** Stream name after ADR-6: at most 255 characters, none of `. * > / \` or whitespace. Identity: never changed. */
  readonly name: string;
  /**
   * Subjects that the stream stores. No two streams may catch the same one: all locations share one account.
   *
   * @default - none: the stream is a mirror or an aggregate
   */
  readonly subjects?: readonly string[];
  /**
   * The stream that this one copies, sequence by sequence. Excludes subjects and sources. Servers take no other origin
   * later (10055); from 2.12 on they let go of it.
   *
   * @default - none
   */
  readonly mirror?: Origin;
  /**
   * Streams that this one gathers.
   *
   * @default - none
   */
  readonly sources?: readonly Origin[];
  /**
   * Servers of the location that each hold the stream: 1, 3 or 5.
   *
   * @default 3
   */
  readonly replicas?: number;
  /** How long a message is kept, in whole seconds. Lowering it deletes what is older, at once. */
  readonly maxAgeSeconds: number;
  /** What the stream may store, in bytes, in each replica. When it is full it refuses new messages. */
  readonly maxBytes: number;
  /** @default - none */
  readonly description?: string;
  /**
   * How long a `Nats-Msg-Id` is remembered, in seconds; at most `maxAgeSeconds` (10052).
   *
   * @default - 120, or `maxAgeSeconds` where that is shorter; the server's own choice on a stream without subjects
   * (120 on 2.9.19, none on 2.15.2)
   */
  readonly duplicateWindowSeconds?: number;
  /**
   * Takes over a stream of this name that is there already and was not made by this stack.
   *
   * @default false
   */
  readonly adopt?: boolean;
}

/** A stream with each default filled in: what is compared with the server. */
export interface StreamConfig {
  readonly location: string;
  readonly name: string;
  readonly description: string;
  readonly subjects: readonly string[];
  readonly mirror?: Origin;
  readonly sources: readonly Origin[];
  readonly replicas: number;
  readonly maxAgeSeconds: number;
  readonly maxBytes: number;
  /** Absent: whatever the server chose. */
  readonly duplicateWindowSeconds?: number;
  /** `limits` in each declaration: other origins lose messages over a cut link on servers before 2.14. */
  readonly retention: string;
  /** `new` in each declaration: a full stream refuses messages instead of losing old ones. */
  readonly discard: string;
  /** `file` in each declaration. */
  readonly storage: string;
  /** -1, no limit, in each declaration, as is the next: a limit by number would refuse or lose messages that nobody declared a bound for. */
  readonly maxMessages: number;
  readonly maxMessagesPerSubject: number;
  /** `false` in each declaration: else a publisher does not learn that its message was refused. */
  readonly noAck: boolean;
}

/** A field of a stream that is managed here; the location is no part of what a server returns. */
export type StreamField = Exclude<keyof StreamConfig, "location">;

/** A mirror or source on the wire. */
export interface WireOrigin {
  readonly name: string;
  readonly external?: { readonly api: string; readonly deliver?: string };
}

/** JetStream's StreamConfig: the fields managed here, and any other that a server returns. */
export interface WireConfig {
  readonly name: string;
  readonly description?: string;
  readonly subjects?: readonly string[];
  readonly mirror?: WireOrigin;
  readonly sources?: readonly WireOrigin[];
  readonly num_replicas: number;
  /** Nanoseconds. */
  readonly max_age: number;
  readonly max_bytes: number;
  /** Nanoseconds. */
  readonly duplicate_window?: number;
  readonly retention: string;
  readonly discard: string;
  readonly storage: string;
  readonly max_msgs?: number;
  readonly max_msgs_per_subject?: number;
  readonly no_ack?: boolean;
  readonly metadata?: Readonly<Record<string, string>>;
}

const wireNames: Readonly<Record<StreamField, keyof WireConfig>> = {
  name: "name",
  description: "description",
  subjects: "subjects",
  mirror: "mirror",
  sources: "sources",
  replicas: "num_replicas",
  maxAgeSeconds: "max_age",
  maxBytes: "max_bytes",
  duplicateWindowSeconds: "duplicate_window",
  retention: "retention",
  discard: "discard",
  storage: "storage",
  maxMessages: "max_msgs",
  maxMessagesPerSubject: "max_msgs_per_subject",
  noAck: "no_ack",
};

const streamFields = Object.keys(wireNames) as readonly StreamField[];
const nanosPerSecond = 1e9;
const defaultDuplicateWindowSeconds = 120;

/** What no declaration chooses: without it an acknowledged message could be lost. */
const promised = {
  retention: "limits",
  discard: "new",
  storage: "file",
  maxMessages: -1,
  maxMessagesPerSubject: -1,
  noAck: false,
} as const;

/** The external API prefix of a location: under which subjects its JetStream answers from anywhere. Made here alone. */
export function externalApiPrefix(location: string): string {
  return `$JS.${location}.API`;
}

/** The location that an external API prefix names; the prefix itself where it names none. */
export function locationOfPrefix(prefix: string): string {
  const [, location] = /^\$JS\.([^.]+)\.API$/.exec(prefix) ?? [];
  return location ?? prefix;
}

/**
 * Under which subjects the messages of an origin cross to its followers in another location. Each pair of locations has subjects of
 * its own: on the servers' default, one for all, a spoke's leafnode user could read what another's origin sends, and send in its name
 * (tried on 2.14.2). Made here alone.
 */
export function deliverPrefix(originLocation: string, followerLocation: string): string {
  return `$JS.DELIVER.${originLocation}.${followerLocation}`;
}

/** A declaration with each default filled in. */
export function streamConfig(declaration: StreamDeclaration): StreamConfig {
  const { location, name, description = "", subjects = [], mirror, sources = [], replicas = 3 } = declaration;
  const { maxAgeSeconds, maxBytes } = declaration;
  const duplicateWindowSeconds =
    declaration.duplicateWindowSeconds ??
    (subjects.length > 0 ? Math.min(defaultDuplicateWindowSeconds, maxAgeSeconds) : undefined);
  return {
    location,
    name,
    description,
    subjects,
    ...(mirror && { mirror }),
    sources,
    replicas,
    maxAgeSeconds,
    maxBytes,
    ...(duplicateWindowSeconds !== undefined && { duplicateWindowSeconds }),
    ...promised,
  };
}

/** What the API is sent for a stream. */
export function wireConfig(config: StreamConfig): WireConfig {
  const { location, name, description, subjects, mirror, sources, retention, discard, storage } = config;
  return {
    name,
    ...(description !== "" && { description }),
    ...(subjects.length > 0 && { subjects }),
    ...(mirror && { mirror: wireOrigin(mirror, location) }),
    ...(sources.length > 0 && { sources: sources.map((source) => wireOrigin(source, location)) }),
    num_replicas: config.replicas,
    max_age: config.maxAgeSeconds * nanosPerSecond,
    max_bytes: config.maxBytes,
    ...(config.duplicateWindowSeconds !== undefined && {
      duplicate_window: config.duplicateWindowSeconds * nanosPerSecond,
    }),
    retention,
    discard,
    storage,
    max_msgs: config.maxMessages,
    max_msgs_per_subject: config.maxMessagesPerSubject,
    no_ack: config.noAck,
  };
}

// `external` only: its client-side shorthand `domain` makes a local link on 2.9.19 and is refused by 2.15.2 (10025).
function wireOrigin(origin: Origin, location: string): WireOrigin {
  const external = {
    api: externalApiPrefix(origin.location),
    deliver: deliverPrefix(origin.location, location),
  };
  return { name: origin.stream, ...(origin.location !== location && { external }) };
}

/** The stream that a server of `location` returned, in the words of a declaration. */
export function configOfWire(wire: WireConfig, location: string): StreamConfig {
  const { name, description = "", subjects = [], mirror, sources = [], retention, discard, storage } = wire;
  return {
    location,
    name,
    description,
    subjects,
    ...(mirror && { mirror: foundOrigin(mirror, location) }),
    sources: sources.map((source) => foundOrigin(source, location)),
    replicas: wire.num_replicas,
    maxAgeSeconds: wire.max_age / nanosPerSecond,
    maxBytes: wire.max_bytes,
    duplicateWindowSeconds: (wire.duplicate_window ?? 0) / nanosPerSecond,
    retention,
    discard,
    storage,
    maxMessages: wire.max_msgs ?? promised.maxMessages,
    maxMessagesPerSubject: wire.max_msgs_per_subject ?? promised.maxMessagesPerSubject,
    noAck: wire.no_ack ?? promised.noAck,
  };
}

/** An origin with what only a hand adds to it: a filter, a start, a transform or another delivery, each of which keeps messages back. */
interface AlteredOrigin extends Origin {
  readonly altered: object;
}

function foundOrigin(wire: WireOrigin, location: string): Origin | AlteredOrigin {
  const { name: _name, external, ...rest } = wire;
  const origin = originOfWire(wire, location);
  const deliver = external?.deliver ?? "";
  const isOwn = !external || deliver === deliverPrefix(origin.location, location);
  const altered = { ...rest, ...(!isOwn && { deliver }) };
  return { ...origin, ...(Object.keys(altered).length > 0 && { altered }) };
}

/** Where a mirror or source on the wire takes from, as seen by a follower in `location`. */
export function originOfWire(origin: WireOrigin, location: string): Origin {
  return { location: origin.external ? locationOfPrefix(origin.external.api) : location, stream: origin.name };
}

/**
 * Fields in which a stream differs from what is wanted. Order within subjects and sources means nothing, and a duplicate
 * window that nobody declared is the server's to choose.
 */
export function changedFields(wanted: StreamConfig, found: StreamConfig): StreamField[] {
  return streamFields.filter(
    (field) =>
      comparable(wanted[field]) !== comparable(found[field]) &&
      !(field === "duplicateWindowSeconds" && wanted[field] === undefined),
  );
}

function comparable(value: StreamConfig[StreamField] | Origin | AlteredOrigin): string {
  if (typeof value !== "object") return String(value);
  if (!("location" in value)) return value.map(comparable).sort().join(" ");
  return `${value.location}/${value.stream}${"altered" in value ? JSON.stringify(value.altered) : ""}`;
}

/** What is there, with the changed fields as wanted: what nobody declared stays as the server has it. */
export function updatedWire(found: WireConfig, wanted: WireConfig, changed: readonly StreamField[]): WireConfig {
  const names = changed.map((field) => wireNames[field]);
  return { ...found, ...Object.fromEntries(names.map((name) => [name, wanted[name]])) };
}
