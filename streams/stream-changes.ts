/**
 * Which changes of a live stream its servers make in place, by server version; what they delete by it is in jetstream/loss.ts. Pure.
 *
 * Measured on nats-server 2.9.19, 2.10.27, 2.11.17, 2.12.15, 2.14.2 and 2.15.2; first minor releases after their sources.
 * test/live/stream-changes.test.ts tries each row on real servers.
 */
import semver from "semver";
import type { StreamConfig } from "./stream-config";

/** A field that a declaration may change while the stream lives; its location and name are its identity. */
export type ChangeableField = Exclude<keyof StreamConfig, "location" | "name">;

/** Why a change is not made. */
export interface ChangeRefusal {
  /** The server's `err_code`; absent: servers accept the change, and drop it in silence or do harm by it. */
  readonly errCode?: number;
  /** What to do instead, after "To get there, ...". */
  readonly wayOut: string;
}

/** Changes that are refused; `when` is absent where all are. Methods, as the type of a field's value is lost where all fields are gone through. */
interface RefusedChange<Value> extends ChangeRefusal {
  /** First server version that takes the change in place; absent: none does. */
  readonly until?: string;
  when?(before: Value, after: Value): boolean;
}

/** An empty one: in place, on every supported server, without a message lost. */
interface Change<Value> {
  /** First server version that has the field; absent: all supported ones. */
  readonly since?: string;
  /** The first that applies holds. */
  readonly refused?: readonly RefusedChange<Value>[];
}

const invalidConfig = 10052;
const mirrorNotUpdatable = 10055;
const invalidJson = 10025;

const newName =
  "declare a stream under another name that has this one as its source, and move publishers and consumers over";
const newMirror = "declare a mirror under another name, and remove this stream once the mirror has caught up";

const never = [{ errCode: invalidConfig, wayOut: newName }];
const neverOff = [
  {
    errCode: invalidConfig,
    when: (before: boolean | undefined) => before === true,
    wayOut: `keep it true, or ${newName}`,
  },
];
const notBefore = (version: string) => [
  { errCode: invalidConfig, until: version, wayOut: `run nats-server ${version} or newer, or ${newName}` },
];

const changes: { readonly [Field in ChangeableField]: Change<StreamConfig[Field]> } = {
  description: {},
  subjects: {},
  mirror: {
    refused: [
      { errCode: mirrorNotUpdatable, when: (_before, after) => after !== undefined, wayOut: newMirror },
      {
        errCode: mirrorNotUpdatable,
        until: "2.12.0",
        wayOut: `run nats-server 2.12.0 or newer, which makes a mirror an origin, or ${newName}`,
      },
    ],
  },
  // A source with another filter, transform or external prefix is another source: from 2.10 on all that it catches is stored once more.
  // Another start of a source that was already followed changes nothing.
  sources: {},
  // A lone server takes any number and keeps one; from 2.15 on it refuses (10074).
  replicas: {},
  maxAgeSeconds: {},
  maxBytes: {},
  maxMessages: {},
  maxMessagesPerSubject: {},
  maxMessageSize: {},
  maxConsumers: { refused: notBefore("2.12.0") },
  duplicateWindowSeconds: {},
  retention: {
    refused: [
      {
        errCode: invalidConfig,
        when: (before, after) => before === "workqueue" || after === "workqueue",
        wayOut: newName,
      },
      ...notBefore("2.10.0"),
    ],
  },
  discard: {},
  discardNewPerSubject: {},
  storage: { refused: never },
  noAck: {},
  // A cluster refuses one that no server matches (10005), a lone server takes any.
  placement: {},
  republish: { refused: notBefore("2.10.0") },
  subjectTransform: { since: "2.10.0" },
  compression: { since: "2.10.0" },
  firstSequence: {
    // 2.10.0 to 2.10.27, 2.11.0 and 2.11.1 delete all messages of a stream that has one, at the server's first restart.
    since: "2.11.2",
    refused: [
      {
        // Servers to 2.15.2 accept it, renumber nothing, and at their next restart delete all messages of a stream that begins below it.
        when: (_before, after) => after !== undefined,
        wayOut:
          "keep it as it is: it counts when a stream is made, and a stream under another name starts where you like",
      },
    ],
  },
  allowDirect: {},
  // Without effect on a mirror of a stream in its own domain, which has its origin's `allowDirect`.
  mirrorDirect: {},
  // On the way to true the server sets max_age 0, discard new, deny_delete, deny_purge, and takes roll-ups away.
  sealed: { refused: neverOff },
  denyDelete: { refused: neverOff },
  denyPurge: { refused: neverOff },
  allowRollup: {},
  allowMessageTtl: { since: "2.11.0", refused: neverOff },
  // Set, it turns allow_msg_ttl on, which stays: taken away again, `allowMessageTtl: true` must be declared.
  deleteMarkerTtlSeconds: { since: "2.11.0" },
  allowCounters: { since: "2.12.0", refused: never },
  allowAtomicPublish: { since: "2.12.0" },
  allowBatchPublish: { since: "2.14.0" },
  allowSchedules: { since: "2.12.0", refused: neverOff },
  persistMode: { since: "2.12.0", refused: never },
  // Refused where a consumer of the stream is beyond the new limits (10069, in some clusters 10051).
  consumerLimits: { since: "2.10.0" },
  metadata: { since: "2.10.0" },
};

/** All fields that may change, in the order of the table. */
export const changeableFields = Object.keys(changes) as readonly ChangeableField[];

/** First server version on which a field may be used; undefined: all supported ones. */
export function fieldSince(field: ChangeableField): string | undefined {
  return changes[field].since;
}

/**
 * Why a server would not make a change, or must not be asked to; undefined where it is made in place.
 *
 * @param before what the server has, which differs from `after`
 */
export function changeRefusal<Field extends ChangeableField>(
  field: Field,
  before: StreamConfig[Field],
  after: StreamConfig[Field],
  serverVersion: string,
): ChangeRefusal | undefined {
  const { since, refused = [] }: Change<StreamConfig[Field]> = changes[field];
  if (since !== undefined && after !== undefined && semver.lt(serverVersion, since)) {
    return lacking(since, serverVersion);
  }
  const found = refused.find(
    ({ until, when }) => (!until || semver.lt(serverVersion, until)) && (!when || when(before, after)),
  );
  return found && { ...(found.errCode !== undefined && { errCode: found.errCode }), wayOut: found.wayOut };
}

// Servers before 2.12 drop what they do not know, later ones refuse it.
function lacking(since: string, serverVersion: string): ChangeRefusal {
  const wayOut = `run nats-server ${since} or newer, or leave it out`;
  return semver.lt(serverVersion, "2.12.0") ? { wayOut } : { errCode: invalidJson, wayOut };
}
