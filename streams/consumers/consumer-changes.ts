/**
 * What a change of each field of a live consumer costs, by server version. Pure.
 *
 * Measured on nats-server 2.9.19, 2.10.27, 2.11.17, 2.12.15, 2.14.2 and 2.15.2, which differ in two fields only.
 * test/live/consumer-changes.test.ts tries each row on real servers.
 */
import semver from "semver";
import type { ConsumerConfig } from "./consumer-config";
import type { ConsumerField } from "./consumer-wire";
import { changedConsumerFields } from "./consumer-wire";

/** Why a change is not made. */
export interface ConsumerChangeRefusal {
  readonly field: ConsumerField;
  /** The server's `err_code`; absent: the server accepts the change and does not make it. */
  readonly errCode?: number;
  /** What to do instead. */
  readonly wayOut: string;
}

interface Refused extends Omit<ConsumerChangeRefusal, "field"> {
  /** First server version that refuses; older ones accept the change and do not make it. Absent: all refuse. */
  readonly since?: string;
  /** Absent: every change. */
  when?(before: ConsumerConfig, after: ConsumerConfig): boolean;
}

const notUpdatable = 10012;
const newName =
  "declare a consumer under another name beside it, move its clients over, and drop this one when nothing waits for it any more";
const never: Refused = { errCode: notUpdatable, wayOut: newName };

const isPush = ({ deliverSubject }: ConsumerConfig) => deliverSubject !== undefined;

/** In place, or refused. */
const changes: Readonly<Record<ConsumerField, "update" | Refused>> = {
  name: { wayOut: newName },
  description: "update",
  deliverPolicy: never,
  startSequence: never,
  startTime: never,
  ackPolicy: never,
  ackWaitSeconds: "update",
  maxDeliver: "update",
  backoffSeconds: "update",
  filterSubjects: "update",
  replayPolicy: never,
  samplePercent: "update",
  maxAckPending: "update",
  headersOnly: "update",
  maxWaiting: never,
  maxRequestBatch: "update",
  maxRequestExpiresSeconds: "update",
  maxRequestBytes: "update",
  inactiveThresholdSeconds: "update",
  replicas: "update",
  // Older servers write it down, and leave the state where it is (source).
  memoryStorage: { ...never, since: "2.14.4" },
  metadata: "update",
  // Between two subjects; 10013 while somebody listens on the old one.
  deliverSubject: { ...never, when: (before, after) => isPush(before) !== isPush(after) },
  deliverGroup: "update",
  flowControl: never,
  idleHeartbeatSeconds: never,
  rateLimitBitsPerSecond: "update",
  // By a request of its own: an update passes over it.
  pauseUntil: "update",
  priorityPolicy: "update",
  priorityGroups: "update",
  priorityTimeoutSeconds: "update",
};

/** Changes between two configs that servers of a version do not make. */
export function consumerChangeRefusals(
  before: ConsumerConfig,
  after: ConsumerConfig,
  serverVersion: string,
): ConsumerChangeRefusal[] {
  const changed = changedConsumerFields(after, before);
  const refusals = changed.flatMap((field): ConsumerChangeRefusal[] => {
    const change = changes[field];
    if (change === "update" || change.when?.(before, after) === false) return [];
    const { errCode, wayOut, since = "0.0.0" } = change;
    const isRefused = errCode !== undefined && semver.gte(serverVersion, since);
    return [{ field, ...(isRefused && { errCode }), wayOut }];
  });
  return refusals.length > 0 ? refusals : timedRefusals(changed, after, serverVersion);
}

/** Servers before 2.10 take the same `startTime` for another one at each update. */
function timedRefusals(
  changed: readonly ConsumerField[],
  { startTime }: ConsumerConfig,
  serverVersion: string,
): ConsumerChangeRefusal[] {
  if (startTime === undefined || semver.gte(serverVersion, "2.10.0")) return [];
  const wayOut = `run nats-server 2.10.0 or newer, as older ones change nothing of a consumer with 'startTime', or ${newName}`;
  return changed.map((field) => ({ field, errCode: notUpdatable, wayOut }));
}
