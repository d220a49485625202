/** How a follower stands to one of its origins, measured at both ends: the server's own lag says 0 while a link is cut. */
import type { Origin } from "../stream-config";
import { externalApiPrefix, originOfWire } from "../stream-config";
import type { Ask } from "./request";
import type { StreamInfo, WireLinkStatus } from "./stream-api";
import { findStream, lastHeaders } from "./stream-api";

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
  /** Last sequence of the origin. Undefined where it cannot be asked. */
  readonly originLastSeq?: number;
  /**
   * Messages of the origin that the follower does not hold, counted by sequence. Negative: the origin's sequence is behind
   * what was already taken, so it was made anew. Undefined where one of the two ends does not tell.
   */
  readonly gap?: number;
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

function reasons({ unreachable, error, activeMs, gap, origin }: LinkStatus): string[] {
  if (unreachable !== undefined) return [unreachable];
  const found: string[] = [];
  if (error !== undefined) found.push(`the server says: ${error}`);
  if (activeMs === undefined) found.push("never active: the follower has not heard of its origin");
  else if (activeMs > silentAfterMs) {
    found.push(`silent: the follower has not heard of its origin for ${Math.round(activeMs / 1000)} s`);
  }
  if (gap === undefined) found.push("gap unknown: the follower holds no message that tells how far it has come");
  else if (gap > 0) found.push(`behind: ${gap} message(s) of the origin are missing`);
  else if (gap < 0) {
    found.push(
      `origin made anew: '${origin.stream}' ends ${-gap} message(s) before what was already taken from it, ` +
        "so nothing new arrives until it is past that; make the follower anew",
    );
  }
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
  const apiPrefix = origin.location === domain ? "" : externalApiPrefix(origin.location);
  const before = await look(ask, origin.location, origin.stream, "origin");
  const after = await look(ask, domain, stream, "follower");
  const told = typeof after === "string" ? undefined : wireStatus(after, link);
  const status = { ...link, apiPrefix, ...(told && toldBy(told)) };
  if (typeof before === "string") return { ...status, unreachable: before };
  if (typeof after === "string") return { ...status, unreachable: after };
  if (!told) return { ...status, unreachable: "follower without this link: the server does not list it" };
  try {
    const gap = await readGap(ask, link, { before, after, told }, target);
    return { ...status, originLastSeq: before.state.last_seq, ...(gap !== undefined && { gap }) };
  } catch (error) {
    return { ...status, unreachable: `gap out of reach: ${text(error)}` };
  }
}

function toldBy({ active, lag, error }: WireLinkStatus): Pick<LinkStatus, "activeMs" | "lag" | "error"> {
  return {
    ...(active >= 0 && { activeMs: active / 1e6 }),
    lag,
    ...(error && { error: error.description }),
  };
}

/** A stream, or why nothing is known of it. */
async function look(
  ask: Ask,
  domain: string,
  stream: string,
  end: "origin" | "follower",
): Promise<StreamInfo | string> {
  try {
    return (await findStream(ask, domain, stream)) ?? `${end} missing: there is no stream '${stream}' in '${domain}'`;
  } catch (error) {
    return `${end} out of reach: ${text(error)}`;
  }
}

function wireStatus({ mirror, sources = [] }: StreamInfo, { domain, origin }: Link): WireLinkStatus | undefined {
  return [...(mirror ? [mirror] : []), ...sources].find((status) => {
    const { location, stream } = originOfWire(status, domain);
    return location === origin.location && stream === origin.stream;
  });
}

interface Ends {
  readonly before: StreamInfo;
  readonly after: StreamInfo;
  readonly told: WireLinkStatus;
}

async function readGap(ask: Ask, link: Link, ends: Ends, target?: number): Promise<number | undefined> {
  const held = await heldSequence(ask, link, ends);
  if (held === undefined) return undefined;
  const { messages, last_seq: lastSeq } = ends.before.state;
  // An emptied origin has nothing left to give, whatever its last sequence is.
  if (held <= lastSeq) return messages === 0 ? 0 : Math.max(0, (target ?? lastSeq) - held);
  const now = await findStream(ask, link.origin.location, link.origin.stream);
  return now && Math.min(0, now.state.last_seq - held);
}

/** Last sequence of the origin that the follower holds; undefined where nothing tells. */
async function heldSequence(ask: Ask, link: Link, { before, after, told }: Ends): Promise<number | undefined> {
  const { messages, last_seq: lastSeq } = after.state;
  if (link.kind === "mirror") return lastSeq;
  // 2.15 tells the sequence of each source and leaves out a 0; where a sibling has one, the server is one that tells.
  const tells = (after.sources ?? []).some(({ seq }) => seq !== undefined);
  if (tells) return told.seq ?? 0;
  const sequences = await Promise.all(
    (before.config.subjects ?? []).map((subject) => headerSequence(ask, link, subject)),
  );
  const known = sequences.filter((sequence) => sequence !== undefined);
  if (known.length > 0) return Math.max(...known);
  // Nothing was ever removed from the follower, so what it does not hold it never took.
  return messages === lastSeq ? 0 : undefined;
}

/**
 * What an aggregate's last message on a subject says of its origin's sequence: `tickets-1:WFqLFPOZ 5` on 2.9.19, and
 * `tickets-1:WFqLFPOZ 5 > > tickets-1.a ACTJFL3I` on 2.15.2; without the part from `:` on where both are in one domain.
 */
async function headerSequence(
  ask: Ask,
  { domain, stream, origin }: Link,
  subject: string,
): Promise<number | undefined> {
  const headers = await lastHeaders(ask, domain, stream, subject);
  const [, source, sequence] = /^Nats-Stream-Source: (\S+) (\d+)/m.exec(headers ?? "") ?? [];
  return source?.split(":")[0] === origin.stream ? Number(sequence) : undefined;
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
