/** `lab publish`: messages where they arise, each kept at until the server acknowledges it. */
import type { NatsConnection } from "nats";
import { randomUUID } from "node:crypto";
import pRetry from "p-retry";
import { topology, type StreamDeclaration } from "../../streams/declarations";
import { connectionTo } from "../../streams/jetstream/connection";
import { connectionOf } from "../../streams/jetstream/login";
import { Engine } from "./engine";
import { declaredLocations, type LabHome } from "./home";
import { readOutputs } from "./stacks";

export interface PublishOptions {
  /** Messages to each stream. */
  readonly count: number;
  /** Ends the publishing early; what was acknowledged is still reported. */
  readonly signal: AbortSignal;
}

/** How many messages one stream acknowledged. */
export interface Published {
  readonly location: string;
  readonly stream: string;
  readonly subject: string;
  readonly acknowledged: number;
}

/** The most that one command publishes to a stream. */
export const maxMessages = 1_000_000;

/** What `lab publish` prints of one stream. */
export function publishedText({ acknowledged, location, subject, stream }: Published): string {
  return `${acknowledged} messages published in ${location} to ${subject}, each acknowledged by stream ${stream}`;
}

/** @throws Error where no stream of the locations takes messages, with the locations that have one. */
export function requirePublishable(locations: readonly string[]): void {
  if (publishableStreams(locations).length > 0) return;
  const takers = declaredLocations()
    .map(({ name }) => name)
    .filter((name) => publishableStreams([name]).length > 0);
  throw new Error(
    `no stream in '${locations.join(", ")}' takes messages; allowed: ${takers.join(", ")}; run: npm run lab -- publish ${takers[0] ?? ""}`,
  );
}

/** Streams that take messages of their own at these locations. */
export function publishableStreams(locations: readonly string[]): StreamDeclaration[] {
  return topology.streams.filter(({ location, subjects }) => locations.includes(location) && subjects !== undefined);
}

/** Publishes at each of the locations, on a kept connection from a client there: a cut line to the hub does not hold it up. */
export async function labPublish(
  home: LabHome,
  locations: readonly string[],
  options: PublishOptions,
): Promise<Published[]> {
  const engine = new Engine(home);
  const perLocation = locations.map(async (location) => {
    const outputs = await readOutputs(engine, location);
    const connection = await connectionTo(connectionOf(outputs, outputs.logins.ACC));
    return Promise.all(publishableStreams([location]).map((stream) => publish(connection, stream, options)));
  });
  return (await Promise.all(perLocation)).flat();
}

/**
 * While a leader is being elected publishing is refused for seconds: the same message id makes the retry safe. No header names the
 * expected stream: 2.9.19 compares it in an aggregate again, which stands still at such a message for ever.
 */
async function publish(
  connection: NatsConnection,
  stream: StreamDeclaration,
  { count, signal }: PublishOptions,
): Promise<Published> {
  const subject = (stream.subjects?.[0] ?? "").replaceAll("*", "lab").replace(">", "lab");
  const jetstream = connection.jetstream();
  let acknowledged = 0;
  for (let i = 0; i < count && !signal.aborted; i++) {
    const msgID = randomUUID();
    const message = JSON.stringify({ number: i + 1, at: new Date().toISOString() });
    const send = () => jetstream.publish(subject, message, { msgID });
    try {
      await pRetry(send, { retries: 10, minTimeout: 200, maxTimeout: 2000, signal });
    } catch (error) {
      if (signal.aborted) break;
      const outcome = `acknowledged ${acknowledged} of ${count} messages, then no more: ${(error as Error).message}`;
      throw new Error(`stream '${stream.name}' in '${stream.location}' ${outcome}; see: npm run lab -- status`, {
        cause: error,
      });
    }
    acknowledged++;
  }
  return { location: stream.location, stream: stream.name, subject, acknowledged };
}
