/** What of a JetStream stream may be chosen beside its name, its contents and its size. Each is left out for the server's default. */
import type { SubjectTransform } from "./origin";

/** Costs of a change are those of `stream-changes.ts`, which names versions; "refused" there is refused in the preview. */
export interface StreamOptions {
  /**
   * When a message goes: by the limits alone, when every consumer has had it, or when one has. Which of them may stand at the ends of a link
   * is docs/streams.md's table; `interest` without a consumer keeps nothing.
   *
   * @default "limits"
   */
  readonly retention?: "limits" | "interest" | "workqueue";
  /**
   * What a full stream does: refuse new messages, which publishers see, or lose the oldest, which nobody sees.
   *
   * @default "new"
   */
  readonly discard?: "new" | "old";
  /**
   * Refuses new messages on a subject that holds `maxMessagesPerSubject`, instead of losing that subject's oldest. From server 2.9 on.
   *
   * @default false
   */
  readonly discardNewPerSubject?: boolean;
  /**
   * Where messages lie. `memory` loses them when the last replica's server stops. Never changed.
   *
   * @default "file"
   */
  readonly storage?: "file" | "memory";
  /**
   * Messages in the stream at most. Lowering it deletes the oldest at once.
   *
   * @default - no limit
   */
  readonly maxMessages?: number;
  /**
   * Messages on each subject at most: older ones go, unless `discardNewPerSubject`. Lowering it deletes at once.
   *
   * @default - no limit
   */
  readonly maxMessagesPerSubject?: number;
  /**
   * Size of one message with its headers at most, in bytes; a larger one is refused.
   *
   * @default - the server's `max_payload`
   */
  readonly maxMessageSize?: number;
  /**
   * Consumers at most.
   *
   * @default - no limit
   */
  readonly maxConsumers?: number;
  /**
   * Answers no publisher: then none learns that its message was refused.
   *
   * @default false
   */
  readonly noAck?: boolean;
  /**
   * Which servers may hold replicas: those of a cluster, those with all of the tags.
   *
   * @default - any of the location's
   */
  readonly placement?: { readonly cluster?: string; readonly tags?: readonly string[] };
  /**
   * Publishes each stored message once more, under another subject, without acknowledgement.
   *
   * @default - not published again
   */
  readonly republish?: SubjectTransform & { readonly headersOnly?: boolean };
  /**
   * Rewrites subjects before a message is stored. From server 2.10 on.
   *
   * @default - stored as published
   */
  readonly subjectTransform?: SubjectTransform;
  /**
   * Compression of blocks on disk. From server 2.10 on. A change holds for new blocks.
   *
   * @default "none"
   */
  readonly compression?: "none" | "s2";
  /**
   * Sequence of the first message, at creation only. From server 2.10 on. Not on a mirror.
   *
   * @default 1
   */
  readonly firstSequence?: number;
  /**
   * Every replica answers single-message reads, not the leader alone: faster, and perhaps stale.
   *
   * @default false
   */
  readonly allowDirect?: boolean;
  /**
   * A mirror that answers its origin's single-message reads too. Not over domains.
   *
   * @default - that of the origin where it is in the same domain, else false
   */
  readonly mirrorDirect?: boolean;
  /**
   * Takes and loses nothing any more, not even by age. Never undone.
   *
   * @default false
   */
  readonly sealed?: boolean;
  /**
   * Nobody may delete single messages. Never undone.
   *
   * @default false
   */
  readonly denyDelete?: boolean;
  /**
   * Nobody may purge the stream. Never undone.
   *
   * @default false
   */
  readonly denyPurge?: boolean;
  /**
   * A publisher may replace all older messages of a subject, or of the stream, by the header `Nats-Rollup`. Excludes `denyPurge`.
   *
   * @default - false, but true where `deleteMarkerTtlSeconds` or `allowSchedules` needs it
   */
  readonly allowRollup?: boolean;
  /**
   * A publisher may give each message an age of its own by the header `Nats-TTL`. From server 2.11 on. Never undone.
   *
   * @default - false, but true where `deleteMarkerTtlSeconds` needs it
   */
  readonly allowMessageTtl?: boolean;
  /**
   * A subject's last message that ages out leaves a marker for this long, in whole seconds. From server 2.11 on. Not on a mirror.
   *
   * @default - no markers
   */
  readonly deleteMarkerTtlSeconds?: number;
  /**
   * Each subject is a counter. From server 2.12 on. Never changed; needs `discard: "old"`.
   *
   * @default false
   */
  readonly allowCounters?: boolean;
  /**
   * Publishers may have several messages stored as one. From server 2.12 on. Not on a mirror.
   *
   * @default false
   */
  readonly allowAtomicPublish?: boolean;
  /**
   * Publishers may send batches with one acknowledgement. From server 2.14 on. Not on a mirror.
   *
   * @default false
   */
  readonly allowBatchPublish?: boolean;
  /**
   * Publishers may have messages delivered later. From server 2.12 on. Not with links; needs `discard: "old"`.
   *
   * @default false
   */
  readonly allowSchedules?: boolean;
  /**
   * `async` acknowledges before a message is on the disk, so that a crash can lose it; one replica only. From server 2.12 on. Never changed.
   *
   * @default "default"
   */
  readonly persistMode?: "default" | "async";
  /**
   * Defaults and bounds of the stream's consumers. From server 2.10 on.
   *
   * @default - none
   */
  readonly consumerLimits?: { readonly inactiveThresholdSeconds?: number; readonly maxAckPending?: number };
  /**
   * Notes kept with the stream. From server 2.10 on. Keys that begin with `_nats.` or `cinema-jetstream.` are taken.
   *
   * @default - none
   */
  readonly metadata?: Readonly<Record<string, string>>;
}
