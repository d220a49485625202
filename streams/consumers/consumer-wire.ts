/** A consumer as JetStream's API spells it, to and fro. Pure. */
import type { ConsumerConfig } from "./consumer-config";
import type { Spelling, Spellings } from "../spelling";
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
} from "../spelling";

/** JetStream's ConsumerConfig: the fields that are read here by name, and any other that a server returns. */
export interface ConsumerWire {
  readonly durable_name: string;
  readonly description?: string;
  readonly filter_subject?: string;
  readonly filter_subjects?: readonly string[];
  readonly pause_until?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** A field of a consumer that is managed here; where it lives is no part of what a server returns. */
export type ConsumerField = Exclude<keyof ConsumerConfig, "location" | "stream">;

const moment = (wire: string) =>
  spelled<string, string>(
    wire,
    (value) => new Date(value).toISOString(),
    (found) => new Date(found).toISOString(),
  );

/** What servers choose: 30 s for an acknowledgement, 1000 that wait for one, 512 pull requests; 0 where there are none of them. */
const defaults = { ackWaitSeconds: 30, maxAckPending: 1000, maxWaiting: 512, priorityTimeoutSeconds: 120 };

const spellings: Spellings<Pick<ConsumerConfig, ConsumerField>> = {
  name: plain("durable_name"),
  description: plain("description"),
  deliverPolicy: plain("deliver_policy"),
  startSequence: limit("opt_start_seq"),
  startTime: moment("opt_start_time"),
  ackPolicy: plain("ack_policy"),
  ackWaitSeconds: seconds("ack_wait", 0, defaults.ackWaitSeconds),
  maxDeliver: limit("max_deliver"),
  backoffSeconds: spelled<readonly number[], readonly number[]>(
    "backoff",
    (each) => each.map((value) => Math.round(value * nanosPerSecond)),
    (found) => found.map((value) => value / nanosPerSecond),
  ),
  filterSubjects: set("filter_subjects"),
  replayPolicy: unless<"instant" | "original">("replay_policy", "instant"),
  samplePercent: spelled<number, string>(
    "sample_freq",
    (value) => `${value}`,
    (found) => Number.parseInt(found, 10) || undefined,
  ),
  maxAckPending: unless<number>("max_ack_pending", 0, defaults.maxAckPending),
  headersOnly: flag("headers_only"),
  maxWaiting: unless<number>("max_waiting", 0, defaults.maxWaiting),
  maxRequestBatch: limit("max_batch"),
  maxRequestExpiresSeconds: seconds("max_expires", 0),
  maxRequestBytes: limit("max_bytes"),
  inactiveThresholdSeconds: seconds("inactive_threshold", 0),
  replicas: limit("num_replicas"),
  memoryStorage: flag("mem_storage"),
  metadata: notes("metadata"),
  deliverSubject: unless<string>("deliver_subject", ""),
  deliverGroup: unless<string>("deliver_group", ""),
  flowControl: flag("flow_control"),
  idleHeartbeatSeconds: seconds("idle_heartbeat", 0),
  rateLimitBitsPerSecond: limit("rate_limit_bps"),
  pauseUntil: moment("pause_until"),
  priorityPolicy: unless<"none" | "overflow" | "pinned_client" | "prioritized">("priority_policy", "none"),
  priorityGroups: set("priority_groups"),
  priorityTimeoutSeconds: seconds("priority_timeout", 0, defaults.priorityTimeoutSeconds),
};

/** All fields that are managed here. */
export const consumerFields = Object.keys(spellings) as readonly ConsumerField[];

/** What the API is sent for a consumer: what is declared, and nothing else. */
export function consumerWire(config: ConsumerConfig): ConsumerWire {
  return withFilters({ durable_name: config.name, ...sentFields(spellings, consumerFields, config, config.location) });
}

/** The consumer that a server of `location` returned, in the words of a declaration. */
export function consumerOfWire(wire: ConsumerWire, location: string, stream: string): ConsumerConfig {
  const found = foundFields(spellings, withoutFilter(wire), location);
  return { location, stream, description: "", filterSubjects: [], ...found } as ConsumerConfig;
}

/** Fields in which a consumer differs from what is wanted. What a server fills in is no difference. */
export function changedConsumerFields(wanted: ConsumerConfig, found: ConsumerConfig): ConsumerField[] {
  return consumerFields.filter((field) => isDifferent(field, wanted, found) && !isServersChoice(field, wanted));
}

function isDifferent(field: ConsumerField, wanted: ConsumerConfig, found: ConsumerConfig): boolean {
  const spelling: Spelling<unknown> = spellings[field];
  return comparable(spelling, wanted[field], wanted.location) !== comparable(spelling, found[field], found.location);
}

/** The first of `backoffSeconds` is the wait that a server tells; flow control as an acknowledgement has its own options. */
function isServersChoice(field: ConsumerField, { backoffSeconds = [], ackPolicy }: ConsumerConfig): boolean {
  if (field === "ackWaitSeconds") return backoffSeconds.length > 0;
  return ackPolicy === "flow_control" && (field === "flowControl" || field === "idleHeartbeatSeconds");
}

/**
 * What is there, with the changed fields as wanted. A field that the declaration leaves out is left out: the server puts it back to its
 * default. A pause is no part of an update: servers pass over it.
 */
export function updatedConsumerWire(
  found: ConsumerWire,
  wanted: ConsumerConfig,
  changed: readonly ConsumerField[],
): ConsumerWire {
  const renewed = consumerFields.filter((field) => changed.includes(field) || wanted[field] === undefined);
  const names = renewed.map((field) => spellings[field].wire);
  const kept = Object.entries(withoutFilter(found)).filter(([name]) => !names.includes(name));
  const ownNotes = Object.entries(found.metadata ?? {}).filter(([key]) => ownMetadata.test(key));
  const metadata = { ...Object.fromEntries(ownNotes), ...wanted.metadata };
  return withFilters({
    ...(Object.fromEntries(kept) as ConsumerWire),
    ...sentFields(spellings, changed, wanted, wanted.location),
    ...(Object.keys(metadata).length > 0 && { metadata }),
  });
}

/** One filter has a field of its own, the only one that servers before 2.10 know; both together are refused (10136). */
function withFilters({ filter_subjects = [], ...wire }: ConsumerWire): ConsumerWire {
  const [first, ...others] = filter_subjects;
  if (first === undefined) return wire;
  return { ...wire, ...(others.length > 0 ? { filter_subjects } : { filter_subject: first }) };
}

function withoutFilter({ filter_subject: filter = "", filter_subjects, ...wire }: ConsumerWire): ConsumerWire {
  const filters = filter === "" ? filter_subjects : [filter];
  return { ...wire, ...(filters && { filter_subjects: filters }) };
}
