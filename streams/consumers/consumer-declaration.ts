/** What the streams project declares of a consumer: a durable one, pulled or pushed. */
import type { Adopt } from "../stream-declaration";

/** One consumer of a declared stream. It is pushed where it has a `deliverSubject`, and pulled else, which never changes. */
export interface ConsumerDeclaration extends ConsumerOptions {
  /** Location that stores the stream. Identity: never changed. */
  readonly location: string;
  /** Stream that is consumed, declared in the same location. Identity: never changed. */
  readonly stream: string;
  /** Durable name: at most 255 characters, none of `. * > / \` or whitespace. Identity: never changed. */
  readonly name: string;
  /** @default - none */
  readonly description?: string;
  /** @default "never" */
  readonly adopt?: Adopt;
  /**
   * Lets this consumer be deleted from a stream of `interest` or `workqueue`, or its filter be narrowed on one of `interest`, while messages wait for it
   * or for its acknowledgements. The refusal says how many.
   *
   * @default false
   */
  readonly allowDataLoss?: boolean;
  /**
   * Refuses every plan that would delete the consumer: Pulumi's option of that name.
   *
   * @default false
   */
  readonly protect?: boolean;
  /**
   * Leaves the consumer on its servers when it leaves the declarations: Pulumi's option of that name.
   *
   * @default false
   */
  readonly retainOnDelete?: boolean;
}

/** Each is left out for the default. Costs of a change are those of `consumer-changes.ts`: what servers refuse is refused in the preview. */
export interface ConsumerOptions {
  /**
   * First message that is delivered, of those that the filter lets through: the oldest, the newest, the newest of each subject, or the
   * next to come. Left out where `startSequence` or `startTime` says it. Never changed.
   *
   * @default "all"
   */
  readonly deliverPolicy?: "all" | "last" | "last_per_subject" | "new";
  /**
   * Sequence of the first message that is delivered. Excludes `startTime`. Never changed.
   *
   * @default - as `deliverPolicy` says
   */
  readonly startSequence?: number;
  /**
   * First moment of the stream that is delivered, RFC 3339, such as `2026-11-24T12:00:00Z`. Never changed. From server 2.10 on: older ones
   * then refuse every change of the consumer.
   *
   * @default - as `deliverPolicy` says
   */
  readonly startTime?: string;
  /**
   * Whether each message is acknowledged, all up to one, or none; `flow_control` is what links use, from server 2.14 on. Never changed. A
   * stream of `workqueue` needs `explicit` or `flow_control` (10098).
   *
   * @default "explicit"
   */
  readonly ackPolicy?: "none" | "all" | "explicit" | "flow_control";
  /**
   * How long an acknowledgement may take before the message is delivered again, in seconds. Excludes `backoffSeconds`.
   *
   * @default 30
   */
  readonly ackWaitSeconds?: number;
  /**
   * Deliveries of one message at most. One that was never acknowledged stays in a stream of `interest` or `workqueue`, and nobody gets it any more.
   *
   * @default - no limit
   */
  readonly maxDeliver?: number;
  /**
   * How long an acknowledgement may take, in seconds, at the first delivery, at the second, and so on; the last one holds for those that follow. Servers
   * before 2.10 need a `maxDeliver` above their number, later ones one that is not below (10116).
   *
   * @default - `ackWaitSeconds` each time
   */
  readonly backoffSeconds?: readonly number[];
  /**
   * Subjects that are delivered, within those of the stream; more than one from server 2.10 on. A message of an `interest` stream that no consumer's filter
   * catches is not kept: a narrower filter deletes what waits for the consumer (2.10.27 to 2.15.2), and is refused while something does, unless `allowDataLoss`.
   *
   * @default - everything
   */
  readonly filterSubjects?: readonly string[];
  /**
   * Delivers as fast as it can, or with the pauses that lay between the messages. Never changed.
   *
   * @default "instant"
   */
  readonly replayPolicy?: "instant" | "original";
  /**
   * Acknowledgements that are told on `$JS.EVENT.METRIC.CONSUMER.ACK.>`, in percent.
   *
   * @default 0
   */
  readonly samplePercent?: number;
  /**
   * Messages that wait for their acknowledgement at most; then no more are delivered. -1: no limit. Not above the stream's `consumerLimits`.
   *
   * @default - the stream's `consumerLimits`, else 1000
   */
  readonly maxAckPending?: number;
  /**
   * Delivers headers without bodies, with the size in `Nats-Msg-Size`.
   *
   * @default false
   */
  readonly headersOnly?: boolean;
  /**
   * Pull only. Requests that may wait at one time. Never changed.
   *
   * @default 512
   */
  readonly maxWaiting?: number;
  /**
   * Pull only. Messages that one request may ask for.
   *
   * @default - no limit
   */
  readonly maxRequestBatch?: number;
  /**
   * Pull only. How long one request may wait, in seconds; at least 0.001.
   *
   * @default - no limit
   */
  readonly maxRequestExpiresSeconds?: number;
  /**
   * Pull only. Bytes that one request may ask for.
   *
   * @default - no limit
   */
  readonly maxRequestBytes?: number;
  /**
   * The server deletes the consumer when nobody has used it for so long, in seconds: the next `pulumi refresh` finds it gone, and an `interest` stream
   * keeps nothing for it meanwhile. Not above the stream's `consumerLimits`.
   *
   * @default - the stream's `consumerLimits`, else never
   */
  readonly inactiveThresholdSeconds?: number;
  /**
   * Servers that hold the consumer's state. A stream of `interest` or `workqueue` needs its own number (10134).
   *
   * @default - the stream's
   */
  readonly replicas?: number;
  /**
   * Keeps the consumer's state in memory, so that it is lost when the last replica's server stops. Never changed: 2.15 refuses it, older servers
   * write it down and leave the state where it is.
   *
   * @default - the stream's storage
   */
  readonly memoryStorage?: boolean;
  /**
   * Notes kept with the consumer. From server 2.10 on. Keys that begin with `_nats.` or `cinema-jetstream.` are taken.
   *
   * @default - none
   */
  readonly metadata?: Readonly<Record<string, string>>;
  /**
   * Subject that messages are pushed to. Without wildcards, and not one that the stream stores (10081). May be changed while nobody listens on the old one (10013).
   *
   * @default - none: the consumer is pulled
   */
  readonly deliverSubject?: string;
  /**
   * Push only. Queue group of the listeners: each message goes to one of them.
   *
   * @default - each listener gets each message
   */
  readonly deliverGroup?: string;
  /**
   * Push only. Stops while listeners are behind; needs `idleHeartbeatSeconds` (10108). Never changed.
   *
   * @default false
   */
  readonly flowControl?: boolean;
  /**
   * Push only. Sends a sign of life when there is nothing to deliver, every so many seconds; at least 0.1 (10083). Never changed.
   *
   * @default - none
   */
  readonly idleHeartbeatSeconds?: number;
  /**
   * Push only. Delivers no faster than so many bits a second.
   *
   * @default - no limit
   */
  readonly rateLimitBitsPerSecond?: number;
  /**
   * Delivers nothing before this moment, RFC 3339. From server 2.11 on.
   *
   * @default - not paused
   */
  readonly pauseUntil?: string;
  /**
   * Pull only. Which of the requests in a priority group is served: an `overflow` one only when much is pending, only the one that is pinned, or the one of the
   * lowest priority. From server 2.11 on, `prioritized` from 2.12 on. Needs `priorityGroups` (10159).
   *
   * @default "none"
   */
  readonly priorityPolicy?: "none" | "overflow" | "pinned_client" | "prioritized";
  /**
   * Pull only. Names of the priority groups: 1 to 16 characters of `A-Z a-z 0-9 - _ / =` each (10162). From server 2.11 on.
   *
   * @default - none
   */
  readonly priorityGroups?: readonly string[];
  /**
   * Pull only. How long a pinned client may be silent before another one is pinned, in seconds. From server 2.11 on.
   *
   * @default 120
   */
  readonly priorityTimeoutSeconds?: number;
}
