/** An origin that is made while followers of an older one of its name are there: they would wait, without a word, until it is past what they took. */
import type { Follower, Followers } from "../jetstream/followers";
import { sequenceIn } from "../jetstream/held-sequence";
import type { Link } from "../jetstream/link-status";
import type { Ask } from "../jetstream/request";
import { findMessage } from "../jetstream/stream-api";
import { originOfWire } from "../origin";
import { say } from "../say";
import type { StreamInputs } from "../stream-state";
import { place } from "../stream-state";

/** An origin is not made, as its followers are ahead of it. The message names them, and the ways out. */
export class OriginAnewError extends Error {
  override readonly name = "OriginAnewError";
  constructor(stream: StreamInputs, text: string) {
    super(`stream ${place(stream)} is not made: ${text}`);
  }
}

/** Followers of an older origin were there before this run began: one list of each domain serves all its creates. */
const listedForMs = 600_000;

interface Ahead {
  readonly follower: Follower;
  /** Last sequence that it took from the origin of old. */
  readonly taken: number;
}

/**
 * Looks for followers of a stream that is about to be made, which begins at `firstSequence` or 1. Domains that do not answer are left out: a location that
 * is away holds up no other one.
 *
 * @throws OriginAnewError unless `allowDataLoss`, which tells instead
 */
export async function guardOrigin(ask: Ask, followers: Followers, stream: StreamInputs): Promise<void> {
  const { connection, location, name, domains = [location], firstSequence = 1, allowDataLoss = false } = stream;
  const origin = { location, stream: name };
  const found = await followers.of(connection, domains, origin, listedForMs);
  const taken = await Promise.all(
    found.followers.map(async (follower) => ({ follower, taken: await takenBy(ask, follower, stream) })),
  );
  const ahead = taken.filter((each) => each.taken >= firstSequence);
  if (ahead.length === 0) return;
  const text = aheadText(ahead);
  if (!allowDataLoss) throw new OriginAnewError(stream, text);
  say(`stream ${place(stream)} is made all the same, as 'allowDataLoss' lets it: ${text}`);
}

function aheadText(ahead: readonly Ahead[]): string {
  const names = ahead.map(({ follower, taken }) => `${place(follower)} (to sequence ${taken})`).join(", ");
  const next = Math.max(...ahead.map(({ taken }) => taken)) + 1;
  return (
    `streams took messages from an older one of this name: ${names}; what the new one stores below sequence ${next} would never reach ` +
    `them; allowed: 'firstSequence' of ${next} or more; declare 'firstSequence: ${next}' (from server 2.11.2 on), make the ` +
    "followers anew under other names, or declare 'allowDataLoss: true'"
  );
}

/** 0 where it took nothing, or nothing tells. */
async function takenBy(ask: Ask, { location, name, kind, info }: Follower, stream: StreamInputs): Promise<number> {
  if (kind === "mirror") return info.state.last_seq;
  const told = info.sources?.find((source) => {
    const origin = originOfWire(source, location);
    return origin.location === stream.location && origin.stream === stream.name;
  });
  if (told?.seq !== undefined) return told.seq;
  const found = await Promise.all(
    stream.subjects.map((subject) => findMessage(ask, location, name, { last_by_subj: subject })),
  );
  const link: Link = {
    domain: location,
    stream: name,
    kind,
    origin: { location: stream.location, stream: stream.name },
  };
  return Math.max(0, ...found.map((message) => sequenceIn(message?.headers ?? "", link) ?? 0));
}
