/** A stream as JetStream's API spells it, to and fro. Pure; with origin.ts the only one that knows the wire's snake_case. */
import type { WireOrigin, WireTransform } from "./origin";
import { linkOfWire, transformOfWire, wireOrigin, wireTransform } from "./origin";
import type { Spelling, Spellings } from "./spelling";
import {
  comparable,
  flag,
  foundFields,
  limit,
  nanosPerSecond,
  notes,
  ownMetadata,
  plain,
  seconds,
  sentFields,
  set,
  spelled,
  unless,
} from "./spelling";
import type { StreamConfig } from "./stream-config";
import { defaultDuplicateWindowSeconds } from "./stream-config";

/** JetStream's StreamConfig: the fields that are read here by name, and any other that a server returns. */
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
  readonly metadata?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** A field of a stream that is managed here; the location is no part of what a server returns. */
export type StreamField = Exclude<keyof StreamConfig, "location">;

type Republish = NonNullable<StreamConfig["republish"]>;
type WireRepublish = WireTransform & { readonly headers_only?: boolean };

/** Servers before 2.11 keep an empty placement, which is then another config than none. */
const unlessEmpty = <Value extends object>(value: Value) => (Object.keys(value).length > 0 ? value : undefined);

const spellings: Spellings<Pick<StreamConfig, StreamField>> = {
  name: plain("name"),
  description: plain("description"),
  subjects: set("subjects"),
  mirror: spelled("mirror", wireOrigin, linkOfWire),
  sources: spelled(
    "sources",
    (links, location) => links.map((link) => wireOrigin(link, location)),
    (found: readonly WireOrigin[], location) => found.map((wire) => linkOfWire(wire, location)),
    true,
  ),
  replicas: plain("num_replicas"),
  maxAgeSeconds: seconds("max_age"),
  maxBytes: plain("max_bytes"),
  duplicateWindowSeconds: seconds("duplicate_window"),
  retention: plain("retention"),
  discard: plain("discard"),
  storage: plain("storage"),
  discardNewPerSubject: flag("discard_new_per_subject"),
  maxMessages: limit("max_msgs"),
  maxMessagesPerSubject: limit("max_msgs_per_subject"),
  maxMessageSize: limit("max_msg_size"),
  maxConsumers: limit("max_consumers"),
  noAck: flag("no_ack"),
  placement: spelled(
    "placement",
    ({ cluster, tags = [] }) =>
      unlessEmpty({ ...(cluster && { cluster }), ...(tags.length > 0 && { tags: [...tags].sort() }) }),
    (found?: { readonly cluster?: string; readonly tags?: readonly string[] }) =>
      found?.cluster || found?.tags?.length ? found : undefined,
  ),
  republish: spelled<Republish, WireRepublish>(
    "republish",
    ({ headersOnly = false, ...transform }) => ({
      ...wireTransform(transform),
      ...(headersOnly && { headers_only: true }),
    }),
    ({ headers_only, ...transform }) => ({
      ...transformOfWire(transform),
      ...(headers_only && { headersOnly: true }),
    }),
  ),
  subjectTransform: spelled("subject_transform", wireTransform, transformOfWire),
  compression: unless<"none" | "s2">("compression", "none"),
  firstSequence: unless<number>("first_seq", 0, 1),
  allowDirect: flag("allow_direct"),
  mirrorDirect: flag("mirror_direct"),
  sealed: flag("sealed"),
  denyDelete: flag("deny_delete"),
  denyPurge: flag("deny_purge"),
  allowRollup: flag("allow_rollup_hdrs"),
  allowMessageTtl: flag("allow_msg_ttl"),
  deleteMarkerTtlSeconds: seconds("subject_delete_marker_ttl", 0),
  allowCounters: flag("allow_msg_counter"),
  allowAtomicPublish: flag("allow_atomic"),
  allowBatchPublish: flag("allow_batched"),
  allowSchedules: flag("allow_msg_schedules"),
  persistMode: unless<"default" | "async">("persist_mode", "default"),
  consumerLimits: spelled(
    "consumer_limits",
    ({ inactiveThresholdSeconds, maxAckPending }) =>
      unlessEmpty({
        ...(inactiveThresholdSeconds && { inactive_threshold: inactiveThresholdSeconds * nanosPerSecond }),
        ...(maxAckPending && { max_ack_pending: maxAckPending }),
      }),
    ({ inactive_threshold, max_ack_pending }: { inactive_threshold?: number; max_ack_pending?: number } = {}) =>
      inactive_threshold || max_ack_pending
        ? {
            ...(inactive_threshold && { inactiveThresholdSeconds: inactive_threshold / nanosPerSecond }),
            ...(max_ack_pending && { maxAckPending: max_ack_pending }),
          }
        : undefined,
  ),
  metadata: notes("metadata"),
};

/** All fields that are managed here. */
export const streamFields = Object.keys(spellings) as readonly StreamField[];

/** What the API is sent for a stream: what is declared, and nothing else. */
export function wireConfig(config: StreamConfig): WireConfig {
  const { name, replicas, maxAgeSeconds, maxBytes } = config;
  const required = { name, num_replicas: replicas, max_age: maxAgeSeconds * nanosPerSecond, max_bytes: maxBytes };
  return { ...required, ...sentFields(spellings, streamFields, config, config.location) };
}

/** The stream that a server of `location` returned, in the words of a declaration. */
export function configOfWire(wire: WireConfig, location: string): StreamConfig {
  const found = foundFields(spellings, wire, location);
  return { location, description: "", subjects: [], sources: [], ...found } as StreamConfig;
}

/**
 * Fields in which a stream differs from what is wanted. What a server fills in, or sets because of another field, is no difference, nor is
 * a duplicate window that nobody declared.
 */
export function changedFields(wanted: StreamConfig, found: StreamConfig): StreamField[] {
  return streamFields.filter((field) => isDifferent(field, wanted, found) && !isServersChoice(field, wanted, found));
}

function isDifferent(field: StreamField, wanted: StreamConfig, found: StreamConfig): boolean {
  const spelling: Spelling<unknown> = spellings[field];
  return comparable(spelling, wanted[field], wanted.location) !== comparable(spelling, found[field], found.location);
}

/** Fields that a server sets by itself: some whenever the declaration leaves them out, some because others are set. */
function isServersChoice(field: StreamField, wanted: StreamConfig, found: StreamConfig): boolean {
  if (wanted.sealed && setBySealing.includes(field)) return true;
  if (field === "republish") return isImpliedRepublish(wanted, found);
  if (wanted[field] !== undefined) return false;
  const { deleteMarkerTtlSeconds: marker, allowSchedules, mirror } = wanted;
  switch (field) {
    case "duplicateWindowSeconds":
      return found.duplicateWindowSeconds === defaultWindow(found);
    case "allowRollup":
      return marker !== undefined || allowSchedules === true;
    case "allowMessageTtl":
      return marker !== undefined;
    case "mirrorDirect":
      return mirror !== undefined && mirror.location === wanted.location;
    default:
      return false;
  }
}

/** Sealing sets them, whatever is sent: no age, nothing new, nothing deleted (2.9.19 to 2.15.2). */
const setBySealing: readonly StreamField[] = ["maxAgeSeconds", "discard", "denyDelete", "denyPurge", "allowRollup"];

/** What servers take for a window that is left out; those from 2.14 on take none on a stream with sources. */
function defaultWindow({ maxAgeSeconds }: StreamConfig): number {
  return maxAgeSeconds > 0 ? Math.min(defaultDuplicateWindowSeconds, maxAgeSeconds) : defaultDuplicateWindowSeconds;
}

/** From 2.11 on a republish of all to itself, beside a transform of the stream's one subject, is returned as that of the transform's destination. */
function isImpliedRepublish({ republish, subjectTransform }: StreamConfig, found: StreamConfig): boolean {
  const destination = subjectTransform?.destination;
  const everything = republish?.source === ">" && republish.destination === ">";
  return everything && found.republish?.source === destination && found.republish?.destination === destination;
}

/**
 * What is there, with the changed fields as wanted. A field that the declaration leaves out is left out: the server puts it back to its
 * default, or chooses again.
 */
export function updatedWire(found: WireConfig, wanted: StreamConfig, changed: readonly StreamField[]): WireConfig {
  const renewed = streamFields.filter((field) => changed.includes(field) || wanted[field] === undefined);
  const names = renewed.map((field) => spellings[field].wire);
  const kept = Object.entries(found).filter(([name]) => !names.includes(name));
  const sent = sentFields(spellings, changed, wanted, wanted.location);
  const ownNotes = Object.entries(found.metadata ?? {}).filter(([key]) => ownMetadata.test(key));
  const metadata = { ...Object.fromEntries(ownNotes), ...wanted.metadata };
  return {
    ...(Object.fromEntries(kept) as WireConfig),
    ...sent,
    ...(Object.keys(metadata).length > 0 && { metadata }),
  };
}
