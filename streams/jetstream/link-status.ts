/** How a follower stands to one of its origins, measured at both ends: the server's own lag says 0 while a link is cut. */
import type { Origin } from "../origin";
import { externalApiPrefix, originOfWire } from "../origin";
import type { Ends } from "./held-sequence";
import { heldSequence } from "./held-sequence";
import { lastWanted, wireLink } from "./last-wanted";
import type { Ask } from "./request";
import { isAway } from "./request";
import type { StreamInfo, WireLinkStatus } from "./stream-api";
import { findStream } from "./stream-api";

/** A stream that takes its messages from another one, and that other one. */
export interface Link {
  /** Where the follower lives. */
  readonly domain: string;
  /** The follower. */
  readonly stream: string;
  readonly kind: "mirror" | "source";
  readonly origin: Origin;
}

/** A link as measured. */
export interface LinkStatus extends Link {
  /** External API prefix of the origin; empty where both live in one domain. */
  readonly apiPrefix: string;
  /** Milliseconds since the follower last heard of its origin; undefined where it never did. */
  readonly activeMs?: number;
  /** What the follower's server believes is missing. Undefined where it does not answer. */
  readonly lag?: number;
  /** What the follower's server says is wrong with the link. */
  readonly error?: string;
  /** Why nothing is known of one of the two streams. */
  readonly unreachable?: string;
  /** Location of the two that has no server within reach of the hub. Left out where both have. */
  readonly away?: string;
  /** Last sequence of the origin. Undefined where it cannot be asked. */
  readonly originLastSeq?: number;
  /** Sequence of the origin up to which the gap is counted. Undefined where nothing tells. */
  readonly targetSeq?: number;
  /** Last sequence of the origin that the follower has taken. Undefined where nothing tells. */
  readonly heldSeq?: number;
  /**
   * Messages of the origin that the follower does not hold yet, counted by sequence; those that have left the origin are none.
   * Negative: the origin's sequence is behind what was already taken, so it was made anew. Undefined where one of the two
   * ends does not tell.
   */
  readonly gap?: number;
  /**
   * Messages that left the origin, by age or by hand, before the follower took them; counted since the last one that it took. They
   * never arrive. Left out where there is none, or nothing tells.
   */
  readonly lost?: number;
}

/** A healthy link shows a sign of life at least each second; the servers themselves give up on it after 10 s. */
const silentAfterMs = 10_000;

/** A link's name in every text: `sales <- tickets-1 in cinema-a`. */
export function linkName({ stream, origin }: Link): string {
  return `${stream} <- ${origin.stream} in ${origin.location}`;
}

/** Why a link is not well, each reason with its name; none where it is active and the follower holds everything. */
export function linkFaults(status: LinkStatus): string[] {
  return reasons(status).map((reason) => `${linkName(status)}: ${reason}`);
}

/**
 * Whether an origin is in another account: it has an API prefix of its own, which no location is named like. Nothing is known of such a
 * one but what the follower's server tells.
 */
export function isForeign({ location }: Origin): boolean {
  return location.includes(".");
}

function reasons({ unreachable, error, activeMs, gap, lost, origin }: LinkStatus): string[] {
  if (unreachable !== undefined) return [unreachable];
  const found: string[] = [];
  if (error !== undefined) found.push(`the server says: ${error}`);
  if (activeMs === undefined) found.push("never active: the follower has not heard of its origin");
  else if (activeMs > silentAfterMs) {
    found.push(`silent: the follower has not heard of its origin for ${Math.round(activeMs / 1000)} s`);
  }
  if (isForeign(origin)) return found;
  if (gap === undefined) found.push("gap unknown: the follower holds no message that tells how far it has come");
  else if (gap > 0) found.push(`behind: ${gap} message(s) of the origin are missing`);
  else if (gap < 0) {
    found.push(
      `origin made anew: '${origin.stream}' ends ${-gap} message(s) before what was already taken from it, ` +
        "so nothing new arrives until it is past that; make the follower anew",
    );
  }
  if (lost !== undefined) found.push(`lost: ${lost} message(s) left the origin before they were taken`);
  return found;
}

/** The links of a stream, as its server tells them. */
export function linksOf(domain: string, { config, mirror, sources = [] }: StreamInfo): Link[] {
  const stream = config.name;
  const link = (kind: Link["kind"], status: WireLinkStatus): Link => ({
    domain,
    stream,
    kind,
    origin: originOfWire(status, domain),
  });
  return [...(mirror ? [link("mirror", mirror)] : []), ...sources.map((source) => link("source", source))];
}

/**
 * Measures a link: asks for the origin, then for the follower, so that a message on its way in between never counts as a
 * gap by mistake; where the follower is ahead the origin is asked again.
 *
 * @param target Last sequence of the origin to be held; by default what the origin has now.
 */
export async function readLink(ask: Ask, link: Link, target?: number): Promise<LinkStatus> {
  const { domain, stream, origin } = link;
  const apiPrefix = origin.location === domain ? "" : apiPrefixOf(origin);
  const before = isForeign(origin) ? undefined : await look(ask, origin.location, origin.stream, "origin");
  const after = await look(ask, domain, stream, "follower");
  const told = "fault" in after ? undefined : wireStatus(after, link);
  const status = { ...link, apiPrefix, ...(told && toldBy(told)) };
  for (const end of [before, after]) if (end && "fault" in end) return { ...status, ...unreachable(end) };
  if (!told) return { ...status, unreachable: "follower without this link: the server does not list it" };
  if (!isFound(before) || !isFound(after)) return status;
  try {
    const standing = await readStanding(ask, link, { before, after, told }, target);
    return { ...status, originLastSeq: before.state.last_seq, ...standing };
  } catch (error) {
    return { ...status, unreachable: `gap out of reach: ${text(error)}` };
  }
}

function apiPrefixOf(origin: Origin): string {
  return isForeign(origin) ? origin.location : externalApiPrefix(origin.location);
}

function toldBy({ active, lag, error }: WireLinkStatus): Pick<LinkStatus, "activeMs" | "lag" | "error"> {
  return {
    ...(active >= 0 && { activeMs: active / 1e6 }),
    lag,
    ...(error && { error: error.description }),
  };
}

/** Why nothing is known of a stream. */
interface Blank {
  readonly fault: string;
  /** Its location, where no server of that is within reach. */
  readonly away?: string;
}

function isFound(end: StreamInfo | Blank | undefined): end is StreamInfo {
  return end !== undefined && !("fault" in end);
}

function unreachable({ fault, away }: Blank): Pick<LinkStatus, "unreachable" | "away"> {
  return { unreachable: fault, ...(away !== undefined && { away }) };
}

async function look(ask: Ask, domain: string, stream: string, end: "origin" | "follower"): Promise<StreamInfo | Blank> {
  try {
    const missing = `${end} missing: there is no stream '${stream}' in '${domain}'`;
    return (await findStream(ask, domain, stream)) ?? { fault: missing };
  } catch (error) {
    return { fault: `${end} out of reach: ${text(error)}`, ...(isAway(error) && { away: domain }) };
  }
}

function wireStatus({ mirror, sources = [] }: StreamInfo, link: Link): WireLinkStatus | undefined {
  return wireLink({ mirror, sources }, link);
}

async function readStanding(
  ask: Ask,
  link: Link,
  ends: Ends,
  fixedTarget: number | undefined,
): Promise<Pick<LinkStatus, "gap" | "lost" | "targetSeq" | "heldSeq">> {
  const { last, takesAll, firstSeq: firstTaken } = await lastWanted(ask, link, ends);
  const target = fixedTarget ?? last;
  const held = await heldSequence(ask, link, ends, target);
  const { messages, first_seq: firstSeq, last_seq: lastSeq } = ends.before.state;
  if (held !== undefined && held > Math.max(lastSeq, firstTaken - 1)) {
    const now = await findStream(ask, link.origin.location, link.origin.stream);
    return { targetSeq: target, heldSeq: held, ...(now && { gap: Math.min(0, now.state.last_seq - held) }) };
  }
  // Nobody can take what has left the origin. A follower that took nothing yet begins with what is there.
  const gone = messages === 0 ? lastSeq : firstSeq - 1;
  if (held === undefined) return { targetSeq: target, ...(gone >= target && { gap: 0 }) };
  return {
    targetSeq: target,
    heldSeq: held,
    gap: Math.max(0, target - Math.max(held, gone)),
    ...(takesAll && held > 0 && gone > held && { lost: gone - held }),
  };
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
