/** For each field that is managed here: a value, how the API spells it, what stands for it where it is left out, and another value. */
import type { StreamConfig } from "../../streams/stream-config";
import { streamConfig } from "../../streams/stream-config";
import type { StreamDeclaration } from "../../streams/stream-declaration";
import type { StreamField } from "../../streams/wire-config";

/** One field by example. Every sample is valid in a spoke `cinema-a` of three servers. */
export interface Sample<Value = unknown> {
  readonly value: Value;
  /** The one field of the API that has the value. */
  readonly wire: Readonly<Record<string, unknown>>;
  /** What servers return for the API's field where the declaration leaves it out, beside nothing at all. Absent: it is never left out. */
  readonly leftOut?: readonly unknown[];
  /** Another value of the API's field. */
  readonly byHand: unknown;
  /** What servers want declared with it. */
  readonly beside?: Partial<StreamDeclaration>;
  /** Fields that servers set with it, where it is set by hand. */
  readonly sets?: readonly StreamField[];
  /** The oldest server that knows it. @default 2.9.0 */
  readonly since?: string;
}

const films = { location: "hub", stream: "films" };
const wireFilms = { name: "films", external: { api: "$JS.hub.API", deliver: "$JS.DELIVER.hub.cinema-a" } };
const follower = { subjects: [] };

/** A switch that is off unless it is declared. */
function flag(wire: string, more: Partial<Sample<boolean>> = {}): Sample<boolean> {
  return { value: true, wire: { [wire]: true }, leftOut: [false], byHand: false, ...more };
}

/** A number that is no limit unless it is declared. */
function limit(wire: string, value: number): Sample<number> {
  return { value, wire: { [wire]: value }, leftOut: [-1, 0], byHand: value - 1 };
}

/** Complete by type: a field without a sample does not compile. */
export const samples: { readonly [Field in StreamField]-?: Sample<NonNullable<StreamConfig[Field]>> } = {
  name: { value: "sample", wire: { name: "sample" }, byHand: "other" },
  description: { value: "Seats", wire: { description: "Seats" }, leftOut: [""], byHand: "Chairs" },
  subjects: {
    value: ["sample.a", "sample.b"],
    wire: { subjects: ["sample.a", "sample.b"] },
    leftOut: [[]],
    byHand: ["sample.a"],
    beside: { sources: [films], duplicateWindowSeconds: 120 },
  },
  mirror: {
    value: { ...films, startSequence: 5, filterSubject: "films.new" },
    wire: { mirror: { ...wireFilms, opt_start_seq: 5, filter_subject: "films.new" } },
    leftOut: [null],
    byHand: { ...wireFilms, opt_start_seq: 5 },
    beside: follower,
  },
  sources: {
    value: [films, { location: "cinema-a", stream: "returns", startTime: "2026-11-24T12:00:00.000Z" }],
    wire: { sources: [wireFilms, { name: "returns", opt_start_time: "2026-11-24T12:00:00.000Z" }] },
    leftOut: [[]],
    byHand: [wireFilms, { name: "returns" }],
  },
  replicas: { value: 1, wire: { num_replicas: 1 }, leftOut: [3], byHand: 3 },
  maxAgeSeconds: { value: 3600, wire: { max_age: 3600e9 }, byHand: 7200e9 },
  maxBytes: { value: 2 ** 20, wire: { max_bytes: 2 ** 20 }, byHand: 2 ** 21 },
  duplicateWindowSeconds: { value: 60, wire: { duplicate_window: 60e9 }, leftOut: [120e9], byHand: 90e9 },
  retention: { value: "interest", wire: { retention: "interest" }, leftOut: ["limits"], byHand: "limits" },
  discard: { value: "old", wire: { discard: "old" }, leftOut: ["new"], byHand: "new" },
  storage: { value: "memory", wire: { storage: "memory" }, leftOut: ["file"], byHand: "file" },
  discardNewPerSubject: flag("discard_new_per_subject", { beside: { maxMessagesPerSubject: 5 } }),
  maxMessages: limit("max_msgs", 100),
  maxMessagesPerSubject: limit("max_msgs_per_subject", 10),
  maxMessageSize: limit("max_msg_size", 4096),
  maxConsumers: limit("max_consumers", 8),
  noAck: flag("no_ack"),
  placement: {
    value: { cluster: "spoke-cinema-a" },
    wire: { placement: { cluster: "spoke-cinema-a" } },
    leftOut: [{}, { tags: [] }],
    byHand: {},
  },
  republish: {
    value: { source: "sample.>", destination: "copies.>", headersOnly: true },
    wire: { republish: { src: "sample.>", dest: "copies.>", headers_only: true } },
    leftOut: [null],
    byHand: { src: "sample.>", dest: "copies.>" },
  },
  subjectTransform: {
    value: { source: "sample.>", destination: "seats.>" },
    wire: { subject_transform: { src: "sample.>", dest: "seats.>" } },
    leftOut: [null],
    byHand: { src: "sample.a", dest: "seats.a" },
    since: "2.10.0",
  },
  compression: { value: "s2", wire: { compression: "s2" }, leftOut: ["none"], byHand: "none", since: "2.10.0" },
  firstSequence: { value: 100, wire: { first_seq: 100 }, leftOut: [0, 1], byHand: 50, since: "2.10.0" },
  allowDirect: flag("allow_direct"),
  mirrorDirect: flag("mirror_direct", { beside: { ...follower, mirror: films } }),
  sealed: flag("sealed", { sets: ["maxAgeSeconds", "denyDelete", "denyPurge"] }),
  denyDelete: flag("deny_delete"),
  denyPurge: flag("deny_purge"),
  allowRollup: flag("allow_rollup_hdrs"),
  allowMessageTtl: flag("allow_msg_ttl", { since: "2.11.0" }),
  deleteMarkerTtlSeconds: {
    value: 60,
    wire: { subject_delete_marker_ttl: 60e9 },
    leftOut: [0],
    byHand: 30e9,
    sets: ["allowRollup", "allowMessageTtl"],
    since: "2.11.0",
  },
  allowCounters: flag("allow_msg_counter", { beside: { discard: "old" }, since: "2.12.0" }),
  allowAtomicPublish: flag("allow_atomic", { since: "2.12.0" }),
  allowBatchPublish: flag("allow_batched", { since: "2.14.0" }),
  allowSchedules: flag("allow_msg_schedules", { beside: { discard: "old" }, sets: ["allowRollup"], since: "2.12.0" }),
  persistMode: {
    value: "async",
    wire: { persist_mode: "async" },
    leftOut: ["default"],
    byHand: "default",
    since: "2.12.0",
  },
  consumerLimits: {
    value: { inactiveThresholdSeconds: 60, maxAckPending: 100 },
    wire: { consumer_limits: { inactive_threshold: 60e9, max_ack_pending: 100 } },
    leftOut: [{}],
    byHand: { max_ack_pending: 100 },
    since: "2.10.0",
  },
  metadata: {
    value: { team: "box office" },
    wire: { metadata: { team: "box office" } },
    leftOut: [{}, { "_nats.ver": "2.15.2", "_nats.level": "5", "cinema-jetstream.owner": "p/s/n#0123abcd" }],
    byHand: { team: "foyer" },
    since: "2.10.0",
  },
};

/** A stream with the field as in its sample, and one that leaves it out. */
export function sampleConfigs(field: StreamField): { declared: StreamConfig; leftOut: StreamConfig } {
  const { value, beside }: Sample = samples[field];
  const base = { location: "cinema-a", name: "sample", maxAgeSeconds: 3600, maxBytes: 2 ** 20, replicas: 1 };
  const declaration: StreamDeclaration = { ...base, subjects: ["sample.>"], ...beside };
  const { [field]: _left, ...without } = declaration;
  return {
    declared: streamConfig({ ...declaration, [field]: value }),
    leftOut: streamConfig({ ...base, ...without, ...(field === "replicas" && { replicas: 3 }) }),
  };
}

/** The field's name in the API. */
export function wireName(field: StreamField): string {
  const [name = field] = Object.keys(samples[field].wire);
  return name;
}
