/** What several looks at one link show together. Pure: the caller tells the time. */
import type { LinkStatus } from "./link-status";
import { linkFaults } from "./link-status";

/**
 * A healthy link is heard of once a second (2.9.19 to 2.15.2). One whose messages are held back is not: its follower makes another
 * consumer each 3 s (2.9.19), or each 10 or 20 s (2.14.2, 2.15.2), and only that counts as heard of.
 */
const beatMs = 1_500;
/** By how much the last sign of life must move on to be another one. */
const nextBeatMs = 500;

/** A follower that took nothing for so long is stalled. */
const stalledAfterMs = 10_000;

/** A location whose servers are gone answers 503 at once; one whose leafnode is being connected anew is back within that time. */
const awayAfterMs = 2_000;

/** The looks so far, told one after the other. */
export class LinkProgress {
  /** Last sequence of the origin that is to be held: what it was at the first look that told. */
  target: number | undefined;
  private heldSeq: number | undefined;
  private advancedAt: number | undefined;
  /** When the link was heard of at the first of a row of looks that each found it beating. */
  private firstBeatAt: number | undefined;
  private awaySince: number | undefined;
  private arrives = false;
  private faults: readonly string[] = [];

  /** @param now Milliseconds since any moment. */
  note(status: LinkStatus, now: number): void {
    this.target ??= status.targetSeq;
    this.faults = linkFaults(status);
    this.awaySince = status.away === undefined ? undefined : (this.awaySince ?? now);
    this.noteHeld(status, now);
    this.noteBeat(status, now);
  }

  /** Active, without error, and everything up to the target is held. */
  get isWell(): boolean {
    return this.faults.length === 0 && this.arrives;
  }

  /** What the origin sends was seen to arrive: messages, or two beats. */
  get isHeard(): boolean {
    return this.arrives;
  }

  /** The follower has taken more of the origin a short time ago. */
  isAdvancing(now: number): boolean {
    return this.advancedAt !== undefined && now - this.advancedAt < stalledAfterMs;
  }

  /** One end's location has no server within reach, and not just for a moment. */
  isAway(now: number): boolean {
    return this.awaySince !== undefined && now - this.awaySince >= awayAfterMs;
  }

  private noteHeld({ heldSeq }: LinkStatus, now: number): void {
    if (heldSeq === undefined) return;
    if (this.heldSeq !== undefined && heldSeq > this.heldSeq) {
      this.advancedAt = now;
      this.arrives = true;
    }
    this.heldSeq = heldSeq;
  }

  private noteBeat({ activeMs }: LinkStatus, now: number): void {
    if (activeMs === undefined || activeMs > beatMs) {
      this.firstBeatAt = undefined;
      return;
    }
    const heardAt = now - activeMs;
    this.firstBeatAt ??= heardAt;
    if (heardAt - this.firstBeatAt > nextBeatMs) this.arrives = true;
  }
}
