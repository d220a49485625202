/** What the streams project declares of a stream. */
import type { StreamLink } from "./origin";
import type { StreamOptions } from "./stream-options";

/** Whether a stream that is there already, and is not this stack's, is taken over: never, if it is as declared, or whatever it is. */
export type Adopt = "never" | "if-equal" | "always";

/** A mirror or source as declared. */
export interface LinkDeclaration extends StreamLink {
  /**
   * How long the link may be cut without a loss, in seconds: the origin must keep what it takes in for that long.
   *
   * @default 604800 (7 days)
   */
  readonly outageBudgetSeconds?: number;
}

/** One stream of the topology. */
export interface StreamDeclaration extends StreamOptions {
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
   * later (10055); from 2.12 on they let go of it, which makes the mirror an origin.
   *
   * @default - none
   */
  readonly mirror?: LinkDeclaration;
  /**
   * Streams that this one gathers.
   *
   * @default - none
   */
  readonly sources?: readonly LinkDeclaration[];
  /**
   * Servers of the location that each hold the stream: 1, 3 or 5.
   *
   * @default 3
   */
  readonly replicas?: number;
  /** How long a message is kept, in whole seconds; 0: as long as there is room. Lowering it deletes what is older, at once. */
  readonly maxAgeSeconds: number;
  /** What the stream may store, in bytes, in each replica. When it is full it refuses new messages. Lowering it may delete the oldest at once. */
  readonly maxBytes: number;
  /**
   * What publishers store in the stream in a second, in bytes with headers, averaged over the longest outage. Tells whether the stream's
   * size covers its followers' outage budgets; an origin of a link into another location declares it.
   *
   * @default - unknown
   */
  readonly bytesPerSecond?: number;
  /** @default - none */
  readonly description?: string;
  /**
   * How long a `Nats-Msg-Id` is remembered, in seconds; at most `maxAgeSeconds` (10052).
   *
   * @default - 120, or `maxAgeSeconds` where that is shorter; the server's own choice on a stream without subjects
   * (120 on 2.9.19, none on 2.15.2)
   */
  readonly duplicateWindowSeconds?: number;
  /** @default "never" */
  readonly adopt?: Adopt;
  /**
   * Lets this stream be deleted with the messages in it, and its limits be lowered where that deletes some. The preview says how much would go.
   *
   * @default false
   */
  readonly allowDataLoss?: boolean;
  /**
   * Refuses every plan that would delete the stream: Pulumi's option of that name.
   *
   * @default false
   */
  readonly protect?: boolean;
  /**
   * Leaves the stream on its servers when it leaves the declarations: Pulumi's option of that name.
   *
   * @default false
   */
  readonly retainOnDelete?: boolean;
}
