/** How the streams of a promotion stand: asked of their servers. */
import { setTimeout as sleep } from "node:timers/promises";
import { place } from "../../../streams/checks/declared";
import type { Link } from "../../../streams/jetstream/link-status";
import { linkName, readLink } from "../../../streams/jetstream/link-status";
import type { Ask } from "../../../streams/jetstream/request";
import { findStream, type StreamInfo } from "../../../streams/jetstream/stream-api";
import { reasonOf } from "../../../streams/say";
import type { DeclaredLink } from "../../../streams/topology";
import { PromotionRefusal, type Candidate, type Place } from "./candidate";

/** What there is of an old origin. */
export type OriginStanding =
  | {
      readonly state: "serves";
      readonly lastSequence: number;
      /** Messages that the mirror lacks; negative where the origin was made anew; undefined where nothing tells. */
      readonly gap?: number;
      /** Why the gap is not known. */
      readonly unreachable?: string;
    }
  /** Its servers have no such stream. */
  | { readonly state: "gone" }
  | {
      readonly state: "silent";
      readonly reason: string;
      /** Milliseconds since the mirror last heard of it; left out where it never did. */
      readonly heardMs?: number;
    };

/** Both ends, as they are now. */
export interface Standing {
  /** Its servers still have the stream as a mirror. */
  readonly isMirror: boolean;
  readonly lastSequence: number;
  readonly messages: number;
  readonly origin: OriginStanding;
}

/** A message that was under way when it was looked first has arrived by then. */
const settleMs = 1_000;
const lookEveryMs = 250;
/** Followers take what is stored for them in this time, or something is wrong. */
const catchUpMs = 60_000;

/** @throws PromotionRefusal where the stream itself is not there. */
export async function readStanding(ask: Ask, { stream, origin }: Candidate): Promise<Standing> {
  const info = await requireStream(ask, stream);
  const isMirror = info.config.mirror !== undefined && info.config.mirror !== null;
  const { messages, last_seq: lastSequence } = info.state;
  return { isMirror, messages, lastSequence, origin: await readOrigin(ask, stream, origin, info) };
}

/**
 * A declared stream as its servers have it.
 *
 * @throws PromotionRefusal where it is not there, or does not answer.
 */
export async function requireStream(ask: Ask, stream: Place): Promise<StreamInfo> {
  let info: StreamInfo | undefined;
  try {
    info = await findStream(ask, stream.location, stream.name);
  } catch (error) {
    throw new PromotionRefusal(
      stream,
      `it does not answer (${reasonOf(error)}); allowed: a mirror that can be asked; see: npm run topology -- status`,
    );
  }
  if (info) return info;
  throw new PromotionRefusal(
    stream,
    "it is declared, and its servers do not have it; allowed: a mirror that is up; bring it up: npm run topology -- up",
  );
}

async function readOrigin(ask: Ask, stream: Place, origin: Place, info: StreamInfo): Promise<OriginStanding> {
  try {
    const found = await findStream(ask, origin.location, origin.name);
    if (!found) return { state: "gone" };
    const serves = { state: "serves", lastSequence: found.state.last_seq } as const;
    if (!info.mirror) return serves; // promoted already
    return { ...serves, ...(await settledGap(ask, mirrorLink(stream, origin))) };
  } catch (error) {
    const { active } = info.mirror ?? {};
    const heard = active !== undefined && active >= 0 ? { heardMs: active / 1e6 } : {};
    return { state: "silent", reason: reasonOf(error), ...heard };
  }
}

/** What a follower lacks, once what was under way has arrived. */
export async function settledGap(ask: Ask, link: Link): Promise<{ gap?: number; unreachable?: string }> {
  const first = await readLink(ask, link);
  if ((first.gap ?? 0) > 0) await sleep(settleMs);
  const { gap, unreachable } = (first.gap ?? 0) > 0 ? await readLink(ask, link, first.targetSeq) : first;
  return { ...(gap !== undefined && { gap }), ...(unreachable !== undefined && { unreachable }) };
}

function mirrorLink({ location: domain, name: stream }: Place, { location, name }: Place): Link {
  return { domain, stream, kind: "mirror", origin: { location, stream: name } };
}

/** A follower's link to an origin. */
export function followerLink({ follower, kind }: DeclaredLink, { location, name }: Place): Link {
  return { domain: follower.location, stream: follower.name, kind, origin: { location, stream: name } };
}

/**
 * Last sequence of a dead origin that a follower has taken: the mirror has the origin's sequences, so it is asked in its place.
 *
 * @throws PromotionRefusal where nothing tells.
 */
export async function takenOfDead(ask: Ask, { stream, origin }: Candidate, link: DeclaredLink): Promise<number> {
  const end = `.${origin.name}`;
  const inItsPlace: Ask = async <T>(domain: string, request: string, payload?: object): Promise<T> => {
    if (domain !== origin.location || !request.endsWith(end)) return ask<T>(domain, request, payload);
    const answer = await ask<T>(stream.location, `${request.slice(0, -end.length)}.${stream.name}`, payload);
    if (!request.startsWith("STREAM.INFO.")) return answer;
    const info = answer as StreamInfo;
    return { ...info, config: { ...info.config, subjects: origin.subjects } } as T;
  };
  const { heldSeq, unreachable } = await readLink(inItsPlace, followerLink(link, origin));
  if (heldSeq !== undefined) return heldSeq;
  throw new PromotionRefusal(
    stream,
    `how far ${place(link.follower)} has come in ${place(origin)} is not known${unreachable === undefined ? "" : ` (${unreachable})`}; ` +
      `allowed: followers that tell; bring its location up, or take its source out of the declarations first`,
  );
}

/**
 * Waits until the followers of an old origin, which takes nothing more, have all of it.
 *
 * @returns its last sequence
 * @throws Error naming a follower that still lacks some.
 */
export async function awaitFollowers(
  ask: Ask,
  { stream, origin, followers }: Candidate,
  signal: AbortSignal,
): Promise<number> {
  const { state } = await requireStream(ask, origin);
  const deadline = Date.now() + catchUpMs;
  for (const link of followers.map((each) => followerLink(each, origin))) {
    for (;;) {
      const { gap, unreachable } = await readLink(ask, link, state.last_seq);
      if (gap === 0) break;
      if (Date.now() > deadline)
        throw new Error(
          `${place(stream)} is an origin, and ${linkName(link)} lacks ${gap ?? "some"} message(s) of the old one` +
            `${unreachable === undefined ? "" : ` (${unreachable})`}; nothing is lost, both keep theirs; mend the link ` +
            "(npm run topology -- repair), then run the same command again: it goes on from there",
        );
      await sleep(lookEveryMs, undefined, { signal });
    }
  }
  return state.last_seq;
}
