/** All streams and links over all domains at once: what the report shows. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Link, LinkStatus } from "./link-status";
import { linksOf, readLink } from "./link-status";
import type { Ask } from "./request";
import { listStreams } from "./stream-api";

/** One stream as its server tells it. */
export interface StreamStatus {
  readonly domain: string;
  readonly stream: string;
  readonly messages: number;
  readonly bytes: number;
  readonly replicas: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Server that leads the stream's replicas; undefined while there is none. */
  readonly leader?: string;
}

/** A domain, or a part of it, that does not answer. */
export interface Silence {
  readonly domain: string;
  readonly reason: string;
}

export interface Status {
  readonly streams: readonly StreamStatus[];
  readonly links: readonly LinkStatus[];
  readonly silences: readonly Silence[];
}

// A message needs a moment to cross a slow link; what is missing longer than this is behind.
const settleMs = 1_000;

/**
 * Asks all domains side by side. A domain that does not answer is a silence among the results, never an error; it takes
 * 5 s where its requests vanish.
 *
 * @param ask Asks once: a snapshot waits for nobody.
 */
export async function readStatus(ask: Ask, domains: readonly string[]): Promise<Status> {
  const answers = await Promise.all(domains.map((domain) => readDomain(ask, domain)));
  const links = await Promise.all(answers.flatMap((answer) => answer.links).map((link) => readSettledLink(ask, link)));
  return {
    streams: answers.flatMap((answer) => answer.streams),
    links,
    silences: answers.flatMap((answer) => answer.silences),
  };
}

interface DomainAnswer {
  readonly streams: readonly StreamStatus[];
  readonly links: readonly Link[];
  readonly silences: readonly Silence[];
}

async function readDomain(ask: Ask, domain: string): Promise<DomainAnswer> {
  try {
    const { streams, silent } = await listStreams(ask, domain);
    return {
      streams: streams.map(({ config, state, cluster }) => ({
        domain,
        stream: config.name,
        messages: state.messages,
        bytes: state.bytes,
        replicas: config.num_replicas,
        firstSeq: state.first_seq,
        lastSeq: state.last_seq,
        ...(cluster?.leader && { leader: cluster.leader }),
      })),
      links: streams.flatMap((info) => linksOf(domain, info)),
      silences: silent.map((stream) => ({ domain, reason: `stream '${stream}' has no leader that answers` })),
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { streams: [], links: [], silences: [{ domain, reason }] };
  }
}

/** The link, measured a second time against what its origin held at first, where something of that had not arrived yet. */
async function readSettledLink(ask: Ask, link: Link): Promise<LinkStatus> {
  const first = await readLink(ask, link);
  if ((first.gap ?? 0) <= 0 && first.lost === undefined) return first;
  await sleep(settleMs);
  return readLink(ask, link, first.targetSeq);
}
