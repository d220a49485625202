/** Measures once a second, and tells everybody who watches. */
import { setTimeout as sleep } from "node:timers/promises";
import type { LocationStatus } from "../lab/status";
import type { Report } from "../report/report";
import { History } from "./history";
import { snapshotOf } from "./snapshot";
import type { Source } from "./source";
import type { Sample, Snapshot } from "./wire";

/** Pause between two measurements, in milliseconds. */
const pauseMs = 1_000;

/** Told of each change; of a point for the charts where there is a new one. */
export type Watcher = (snapshot: Snapshot, sample?: Sample) => void;

/** What came of one measurement: a value, or why there is none. */
interface Outcome<T> {
  readonly value?: T;
  /** When it came, in milliseconds since 1970. */
  readonly at?: number;
  readonly trouble?: string;
}

/** The newest snapshot of a source, and its history. */
export class Live {
  private readonly watchers = new Set<Watcher>();
  private readonly history = new History();
  private status: Outcome<readonly LocationStatus[] | undefined> = {};
  private report: Outcome<Report> = {};

  constructor(private readonly source: Source) {}

  get snapshot(): Snapshot {
    const trouble = this.status.trouble ?? this.report.trouble;
    const measured = {
      status: this.status.value,
      report: this.report.value,
      reportedAt: this.report.at,
      ...(trouble !== undefined && { trouble }),
    };
    return snapshotOf(this.source, measured, Date.now());
  }

  get samples(): readonly Sample[] {
    return this.history.samples;
  }

  /** Calls the watcher with each change. Returns what ends that. */
  watch(watcher: Watcher): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  /** Measures until the signal is aborted. Servers answer at once, streams behind a cut line only after seconds: each at its own pace. */
  async run(signal: AbortSignal): Promise<void> {
    const measureReport = async () => {
      this.report = await outcomeOf(this.source.report());
      this.tell(this.report.value && this.history.add(this.snapshot));
    };
    await Promise.all([again(signal, () => this.measureStatus()), again(signal, measureReport)]);
  }

  /** Measures servers and lines now, so that what a button did shows at once. */
  async measureStatus(): Promise<void> {
    this.status = await outcomeOf(this.source.status());
    this.tell();
  }

  private tell(sample?: Sample): void {
    const { snapshot } = this;
    for (const watcher of this.watchers) watcher(snapshot, sample);
  }
}

async function outcomeOf<T>(measuring: Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await measuring, at: Date.now() };
  } catch (error) {
    return { trouble: (error as Error).message };
  }
}

async function again(signal: AbortSignal, measure: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await measure();
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined); // aborted: the loop ends
  }
}
