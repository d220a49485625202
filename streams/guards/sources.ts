/** What a change of an aggregate's sources does that no server tells. Pure. */
import type { StreamLink } from "../origin";
import { wireOrigin } from "../origin";
import type { StreamConfig } from "../stream-config";

/**
 * A line for each source that is changed rather than added or removed: for servers from 2.10 on one with another filter, transform or prefix is another source,
 * whose messages they take from the start; another start has no effect on one that they follow already (2.9.19 to 2.15.2).
 */
export function sourceNotices(olds: StreamConfig, news: StreamConfig): string[] {
  return news.sources.flatMap((link) => {
    const before = olds.sources.find((old) => old.location === link.location && old.stream === link.stream);
    if (!before) return [];
    const { location, name } = news;
    const text = `'sources' of stream ${location}/${name}: that of '${link.stream}' in '${link.location}' is changed, so that`;
    if (selection(before, location) !== selection(link, location))
      return [`${text} all that it takes is stored once more, beside what is there`];
    return before.startSequence !== link.startSequence || before.startTime !== link.startTime
      ? [`${text} nothing happens: another start has no effect on a source that is followed already`]
      : [];
  });
}

/** What of an origin is taken, wherever it starts. */
function selection(link: StreamLink, location: string): string {
  const { opt_start_seq: _seq, opt_start_time: _time, ...rest } = wireOrigin(link, location);
  return JSON.stringify(Object.entries(rest).sort(([one], [other]) => (one < other ? -1 : 1)));
}
