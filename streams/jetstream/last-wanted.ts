/** Which of an origin's messages a link takes at all: a filter, a transform, a start or a consumer of its own leave others out. */
import type { WireOrigin } from "../origin";
import { originOfWire } from "../origin";
import type { Ends } from "./held-sequence";
import type { Link } from "./link-status";
import type { Ask } from "./request";
import { findMessage } from "./stream-api";

/** What of an origin a link takes, as far as its messages go now. */
export interface Wanted {
  /** Sequence of the last message that the link takes; 0 where it takes none of them. */
  readonly last: number;
  /** Whether it takes every message from its start on. */
  readonly takesAll: boolean;
  /** First sequence that it was told to take; a mirror on 2.15.2 that starts past the end counts those before it as taken. */
  readonly firstSeq: number;
}

/** What is taken, in the server's words. */
interface Selection {
  readonly filters: readonly string[];
  readonly opt_start_seq?: number;
  readonly opt_start_time?: string;
}

/** The entry of a link among a stream's mirror and sources, in its configuration or in its status. */
export function wireLink<T extends WireOrigin>(
  { mirror, sources = [] }: { readonly mirror?: T; readonly sources?: readonly T[] },
  { domain, origin }: Link,
): T | undefined {
  return [...(mirror ? [mirror] : []), ...sources].find((entry) => {
    const { location, stream } = originOfWire(entry, domain);
    return location === origin.location && stream === origin.stream;
  });
}

/**
 * What a link takes of its origin's messages. No request for a link that takes all of them; else one for each filter.
 *
 * @throws JetStreamRequestError
 */
export async function lastWanted(ask: Ask, link: Link, ends: Pick<Ends, "before" | "after">): Promise<Wanted> {
  const selection = await selectionOf(ask, link, wireLink(ends.after.config, link));
  const { filters, opt_start_seq: startSeq, opt_start_time: startTime } = selection;
  const takesAll = filters.length === 0;
  if (takesAll && startSeq === undefined && startTime === undefined) {
    return { last: ends.before.state.last_seq, takesAll, firstSeq: 1 };
  }
  const { location, stream } = link.origin;
  const asked = (takesAll ? [">"] : filters).map((filter) =>
    findMessage(ask, location, stream, { last_by_subj: filter }),
  );
  const taken = (await Promise.all(asked))
    .filter((message) => message !== undefined)
    .filter(({ seq, time }) => seq >= (startSeq ?? 0) && (startTime === undefined || time >= Date.parse(startTime)));
  return { last: Math.max(0, ...taken.map(({ seq }) => seq)), takesAll, firstSeq: startSeq ?? 1 };
}

async function selectionOf(ask: Ask, { origin }: Link, entry: WireOrigin | undefined): Promise<Selection> {
  if (!entry) return { filters: [] };
  if (entry.consumer) return consumerSelection(ask, origin.location, origin.stream, entry.consumer.name);
  const { filter_subject, subject_transforms = [], opt_start_seq, opt_start_time } = entry;
  const filters = [...(filter_subject ? [filter_subject] : []), ...subject_transforms.map(({ src }) => src)];
  return { filters, ...(opt_start_seq && { opt_start_seq }), ...(opt_start_time && { opt_start_time }) };
}

interface ConsumerInfo {
  readonly config: Omit<Selection, "filters"> & {
    readonly filter_subject?: string;
    readonly filter_subjects?: readonly string[];
  };
}

async function consumerSelection(ask: Ask, domain: string, stream: string, consumer: string): Promise<Selection> {
  const { config } = await ask<ConsumerInfo>(domain, `CONSUMER.INFO.${stream}.${consumer}`);
  const { filter_subject, filter_subjects = [], ...start } = config;
  return { ...start, filters: filter_subject ? [filter_subject] : filter_subjects };
}
