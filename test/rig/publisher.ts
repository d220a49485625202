/** A publisher in one location that gives no message up. */
import { setTimeout as sleep } from "node:timers/promises";
import pRetry from "p-retry";
import { connectionTo, type Connection } from "../../streams/jetstream/connection";

/** Login of each location's own clients. */
export type Connections = (location: string) => Connection;

/** Where messages arise. */
export interface Post {
  readonly location: string;
  readonly stream: string;
  readonly subject: string;
}

/** Publishes numbered messages to the servers of a location, one after the other, each until its stream acknowledges it. */
export class Publisher {
  private readonly acknowledged: string[] = [];

  constructor(
    private readonly connections: Connections,
    readonly post: Post,
  ) {}

  /** Ids of the messages that were acknowledged, in their order. A message's content is its id. */
  get ids(): readonly string[] {
    return this.acknowledged;
  }

  /** Publishes more messages, with a pause after each. */
  async publish(count: number, pauseMs = 0): Promise<void> {
    const jetstream = (await connectionTo(this.connections(this.post.location))).jetstream();
    for (const end = this.ids.length + count; this.ids.length < end; await sleep(pauseMs)) {
      const { stream, subject } = this.post;
      const id = `${stream}-${this.ids.length + 1}`;
      const send = () => jetstream.publish(subject, id, { msgID: id, timeout: 2_000 });
      // Leaders are elected for seconds; the id makes a message that was stored, but not acknowledged, count once. No header names
      // the expected stream: 2.9.19 compares it in an aggregate again, which stands still at such a message for ever.
      await pRetry(send, { retries: Infinity, minTimeout: 100, maxTimeout: 1_000, maxRetryTime: 60_000 });
      this.acknowledged.push(id);
    }
  }
}
