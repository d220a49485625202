/** What the charts show: the last ten minutes or so, kept by the server, so that a page that is opened again has them too. Pure. */
import type { Sample, Snapshot } from "./wire";

/** Points that are kept; one a second while all is well. */
const maxSamples = 600;

/** The newest samples, oldest first. */
export class History {
  private readonly kept: Sample[] = [];
  private last?: Snapshot;

  /** @param size samples that are kept */
  constructor(private readonly size = maxSamples) {}

  get samples(): readonly Sample[] {
    return this.kept;
  }

  /** Takes a newly measured snapshot, and returns the point that it makes. */
  add(snapshot: Snapshot): Sample {
    const sample = sampleOf(snapshot, this.last);
    this.last = snapshot;
    this.kept.push(sample);
    if (this.kept.length > this.size) this.kept.shift();
    return sample;
  }
}

/** One point of the charts; rates are counted since the snapshot before. */
export function sampleOf(now: Snapshot, before?: Snapshot): Sample {
  const seconds = before ? (now.at - before.at) / 1000 : 0;
  const rates = now.streams.map(({ location, name, lastSeq }) => {
    const old = before?.streams.find((each) => each.location === location && each.name === name)?.lastSeq;
    const known = seconds > 0 && lastSeq !== undefined && old !== undefined && lastSeq >= old; // less: made anew
    return [`${location}/${name}`, known ? (lastSeq - old) / seconds : null] as const;
  });
  return {
    at: now.at / 1000,
    gaps: Object.fromEntries(now.links.map(({ id, gap }) => [id, gap ?? null])),
    lags: Object.fromEntries(now.links.map(({ id, lag }) => [id, lag ?? null])),
    rates: Object.fromEntries(rates),
  };
}
