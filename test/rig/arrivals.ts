/** What arrived at the far end of a link, compared with what was published. */
import { setTimeout as sleep } from "node:timers/promises";
import { connectionTo } from "../../streams/jetstream/connection";
import { askPatiently } from "../../streams/jetstream/request";
import { findStream } from "../../streams/jetstream/stream-api";
import type { Connections, Publisher } from "./publisher";

/** A stream that takes its messages from others. */
export interface Follower {
  readonly location: string;
  readonly stream: string;
}

/** A heal of the link is noticed by 2.14 and 2.15 only after some 40 s, when they are not told. */
const patienceMs = 90_000;

/**
 * What is wrong with a follower of what the publishers had acknowledged: messages that are missing, twice, unknown, or behind
 * a later one of their origin. Waits for the missing ones, in bounded time.
 */
export async function arrivalFaults(
  connections: Connections,
  follower: Follower,
  publishers: readonly Publisher[],
): Promise<string[]> {
  const expected = publishers.map(({ ids }) => ids);
  await awaitCount(connections, follower, expected.flat().length);
  return orderFaults(expected, await heldIds(connections, follower));
}

/** Faults of what is held, given the ids of each origin in their order. */
export function orderFaults(expected: readonly (readonly string[])[], held: readonly string[]): string[] {
  const known = new Set(expected.flat());
  const holds = new Set(held);
  const twice = held.filter((id, i) => held.indexOf(id) !== i);
  const behind = expected.flatMap((ids) => {
    const place = new Map(ids.map((id, i) => [id, i]));
    const places = held.flatMap((id) => place.get(id) ?? []);
    return places.flatMap((at, i) => (at < (places[i - 1] ?? -1) ? (ids[at] ?? []) : []));
  });
  return Object.entries({
    missing: [...known].filter((id) => !holds.has(id)),
    twice,
    unknown: held.filter((id) => !known.has(id)),
    "behind a later one": behind.filter((id) => !twice.includes(id)),
  }).flatMap(([what, ids]) => (ids.length > 0 ? [`${ids.length} ${what}: ${firstOf(ids)}`] : []));
}

/** Mocha shows nothing of a difference that is longer than 8 kB. */
function firstOf(ids: readonly string[]): string {
  return ids.length > 30 ? `${ids.slice(0, 30).join(", ")} …` : ids.join(", ");
}

async function awaitCount(connections: Connections, { location, stream }: Follower, count: number): Promise<void> {
  const ask = askPatiently(connections(location));
  for (const deadline = performance.now() + patienceMs; performance.now() < deadline; await sleep(200)) {
    const found = await findStream(ask, location, stream);
    if ((found?.state.messages ?? 0) >= count) return;
  }
}

/** Ids of all messages of a stream, in its order; one whose content is not its id is told with both. */
export async function heldIds(connections: Connections, { location, stream }: Follower): Promise<string[]> {
  const { streams } = await (await connectionTo(connections(location))).jetstreamManager();
  const { messages, first_seq: first, last_seq: last } = (await streams.info(stream)).state;
  const ids: string[] = [];
  for (let seq = first; messages > 0 && seq <= last; seq++) {
    const message = await streams.getMessage(stream, { seq });
    const id = message.header.get("Nats-Msg-Id");
    const content = message.string();
    ids.push(id === content ? id : `${id} (content: ${content})`);
  }
  return ids;
}
