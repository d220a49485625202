/** Whether a location is well by now, still on its way, or not getting there: over several looks. Pure: the caller tells the time. */
import { linkName, type LinkStatus } from "../../../streams/jetstream/link-status";
import { lacksOf, missingOf, type UpgradeLook } from "./upgrade-lacks";

/** What the looks so far say. */
export interface Health {
  /**
   * - `well`: nothing lacks;
   * - `waits`: something does, which may mend itself;
   * - `given-up`: nothing has got better for as long as it is waited for.
   */
  readonly kind: "well" | "waits" | "given-up";
  readonly lacks: readonly string[];
}

export interface HealthWatchOptions {
  /** Version that every server is to have. @default - any */
  readonly version?: string;
  /** How long it may go without getting better. */
  readonly patienceMs: number;
}

/** The looks so far, told one after the other. */
export class HealthWatch {
  private since: number | undefined;
  private readonly targets = new Map<string, number>();
  private best = { lacks: Infinity, missing: Infinity };
  private bestAt = 0;

  constructor(private readonly options: HealthWatchOptions) {}

  /** What is so after one more look. */
  note(look: UpgradeLook): Health {
    this.since ??= look.now;
    for (const { link } of look.links) {
      const name = linkName(link);
      if (link.targetSeq !== undefined && !this.targets.has(name)) this.targets.set(name, link.targetSeq);
    }
    const lacks = lacksOf(look, { version: this.options.version, since: this.since, targets: this.targets });
    if (lacks.length === 0) return { kind: "well", lacks };
    this.noteProgress(look, lacks.length);
    return { kind: look.now - this.bestAt < this.options.patienceMs ? "waits" : "given-up", lacks };
  }

  /** Fewer lacks than ever, or fewer missing messages. */
  private noteProgress({ links, silences, now }: UpgradeLook, lacks: number): void {
    const unknown = silences.length > 0 ? Infinity : 0;
    const missing = links.reduce((sum, { link }) => sum + (this.missingOf(link) ?? Infinity), unknown);
    if (lacks >= this.best.lacks && missing >= this.best.missing) return;
    this.best = { lacks: Math.min(lacks, this.best.lacks), missing: Math.min(missing, this.best.missing) };
    this.bestAt = now;
  }

  private missingOf(link: LinkStatus): number | undefined {
    return missingOf(link, this.targets.get(linkName(link)));
  }
}
