/** `topology watch`: looks at all links for as long as it runs, and repairs those that stand still where it is told to. */
import { setTimeout as sleep } from "node:timers/promises";
import type { RepairSession } from "./repair-session";
import { repairStep } from "./repair-step";
import { RepairWatch } from "./repair-verdict";
import { WatchEvents, type WatchEvent } from "./watch-events";

export interface WatchOptions {
  /** Steps leaders down; otherwise only tells. */
  readonly repair: boolean;
  /** Ends the watch. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: WatchEvent) => void;
}

const lookEveryMs = 1_000;
/** While a link stands still: the sooner its line is seen to be back, the sooner it moves. */
const lookSoonMs = 250;
/** Logins are read again so often while the hub does not answer: they may have been rotated. */
const reopenEveryMs = 10_000;

/** Returns once it is told to end. A hub that does not answer is waited for. */
export async function watchLinks(session: RepairSession, hub: string, options: WatchOptions): Promise<void> {
  const { signal, onEvent } = options;
  const watch = new RepairWatch(hub);
  const events = new WatchEvents(hub);
  const hubWatch = new HubWatch(session, hub, onEvent);
  while (!signal.aborted) {
    const isCalm = await lookOnce();
    await sleep(isCalm ? lookEveryMs : lookSoonMs, undefined, { signal }).catch(() => undefined); // told to end
  }

  async function lookOnce(): Promise<boolean> {
    try {
      const step = await repairStep(session, watch, !options.repair);
      hubWatch.noteAnswer();
      events.note(step, Date.now()).forEach(onEvent);
      return step.verdicts.every(({ kind }) => kind === "moves");
    } catch (error) {
      await hubWatch.noteFailure(error as Error);
      return true;
    }
  }
}

/** Tells once that the hub does not answer, and once that it does again. */
class HubWatch {
  private isAway = false;
  private reopenedAt = -Infinity;

  constructor(
    private readonly session: RepairSession,
    private readonly hub: string,
    private readonly onEvent: WatchOptions["onEvent"],
  ) {}

  noteAnswer(): void {
    if (this.isAway) this.onEvent({ of: this.hub, event: "line-back", text: "the hub answers again" });
    this.isAway = false;
  }

  async noteFailure({ message }: Error): Promise<void> {
    if (!this.isAway) this.onEvent({ of: this.hub, event: "line-away", text: `nothing can be asked: ${message}` });
    this.isAway = true;
    if (Date.now() - this.reopenedAt < reopenEveryMs) return;
    this.reopenedAt = Date.now();
    // What hinders it is what was just told, and it is tried again.
    await this.session.reopen().catch(() => undefined);
  }
}
