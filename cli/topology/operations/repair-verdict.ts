/** Whether a link that stands still is helped by a new leader of its follower now. Pure: the caller looks, and tells the time. */
import { brokenHop } from "../../../streams/jetstream/broken-hop";
import { LinkProgress } from "../../../streams/jetstream/link-progress";
import { linkName, type LinkStatus } from "../../../streams/jetstream/link-status";
import type { LocationLeafnodes } from "./leafnodes";

/** A link as measured, and how many replicas its follower has. */
export interface WatchedLink extends LinkStatus {
  readonly followerReplicas: number;
}

/** Everything that was seen at one moment. */
export interface RepairLook {
  /** Milliseconds since any moment. */
  readonly now: number;
  readonly links: readonly WatchedLink[];
  readonly locations: readonly LocationLeafnodes[];
}

/** What is to be done about a link. */
export interface Verdict {
  readonly link: WatchedLink;
  /**
   * - `moves`: nothing, its messages arrive;
   * - `waits`: nothing yet, a line is not back;
   * - `settles`: nothing yet, its lines are back, but only just;
   * - `repair`: its follower's leader is to be stepped down now;
   * - `repaired`: that was done, and it is given a moment;
   * - `stands`: it is nothing that a new leader helps.
   */
  readonly kind: "moves" | "waits" | "settles" | "repair" | "repaired" | "stands";
  /** Why, in words that do not change while it stays so. */
  readonly reason: string;
}

/** A healthy link is heard of once a second. */
const silentAfterMs = 3_000;
/**
 * How long all leafnodes must be back. A leader that steps down before all are makes its link wait longer, 41 s in place of 36 (2.14.2);
 * stepped down in the moment when the last one was back it moved within a second, so this is a margin.
 */
export const settledAfterMs = 1_000;
/** A link with a new leader moves within a second or two; an election under load takes up to 8 s. */
const repairedWithinMs = 10_000;

/** From when a link stands still to when it moves again. */
interface Outage {
  since: number;
  readonly progress: LinkProgress;
  repairedAt?: number;
}

/** What the looks so far show. Each outage of a link is repaired once, until a line of it goes again: a second new leader helps no more than the first. */
export class RepairWatch {
  private readonly outages = new Map<string, Outage>();
  private readonly completeSince = new Map<string, number>();
  private readonly stepDowns = new Map<string, number>();

  /** @param hub Location that all lines lead to: its servers dial nobody. */
  constructor(private readonly hub: string) {}

  /** Verdict of each link after one more look. */
  note(look: RepairLook): Verdict[] {
    this.noteLines(look);
    return look.links.map((link) => this.verdict(link, look));
  }

  /** The leader of a follower was stepped down, for all of its links that stand still. */
  noteRepair(follower: Pick<LinkStatus, "domain" | "stream">, now: number): void {
    this.stepDowns.set(followerKey(follower), now);
    for (const [key, outage] of this.outages) if (key.startsWith(followerKey(follower))) outage.repairedAt ??= now;
  }

  private noteLines({ now, locations }: RepairLook): void {
    for (const each of locations) {
      if (lineLack(each, this.hub) !== undefined) this.completeSince.delete(each.location);
      else if (!this.completeSince.has(each.location)) this.completeSince.set(each.location, now);
    }
  }

  private verdict(link: WatchedLink, look: RepairLook): Verdict {
    const outage = this.outageOf(link, look.now);
    if (!outage) return { link, kind: "moves", reason: "its messages arrive" };
    const ends = [...new Set([link.domain, link.origin.location])];
    const lacks = ends.flatMap((end) => this.lackOf(end, look) ?? []);
    if (lacks.length > 0) {
      delete outage.repairedAt; // a line that goes again makes another outage of it
      return { link, kind: "waits", reason: lacks.join("; ") };
    }
    const hopeless = hopelessness(link);
    if (hopeless !== undefined) return { link, kind: "stands", reason: hopeless };
    if (outage.repairedAt !== undefined) return this.afterRepair(link, look.now - outage.repairedAt);
    const settled = Math.max(...ends.map((end) => (this.completeSince.get(end) ?? 0) + settledAfterMs));
    if (look.now < settled || !isSilent(link) || look.now - outage.since < silentAfterMs)
      return { link, kind: "settles", reason: "all leafnodes are there, so it may move by itself in a moment" };
    if (look.now - this.steppedDownAt(link) < repairedWithinMs) return this.afterRepair(link, 0);
    const reason = "it stands still although every server at both ends has its leafnode";
    return { link, kind: "repair", reason };
  }

  private afterRepair(link: WatchedLink, sinceMs: number): Verdict {
    if (sinceMs < repairedWithinMs) return { link, kind: "repaired", reason: "its follower has a new leader" };
    const hop = brokenHop(link, false, this.hub);
    const reason = `it stands still with a new leader too, so that is not repeated${hop === undefined ? "" : `: ${hop}`}`;
    return { link, kind: "stands", reason };
  }

  private outageOf(link: WatchedLink, now: number): Outage | undefined {
    const key = linkKey(link);
    const outage = this.outages.get(key);
    if (!outage) {
      if (link.unreachable === undefined && !isSilent(link)) return undefined;
      // A new leader makes the follower's other links anew too: it is what they are silent for.
      const steppedDownAt = this.steppedDownAt(link);
      const repair = now - steppedDownAt < repairedWithinMs ? { repairedAt: steppedDownAt } : {};
      const begun = { since: now - (link.activeMs ?? 0), progress: new LinkProgress(), ...repair };
      begun.progress.note(link, now);
      this.outages.set(key, begun);
      return begun;
    }
    outage.progress.note(link, now);
    outage.since = Math.min(outage.since, now - (link.activeMs ?? 0)); // a follower that was not reached at first tells it now
    if (!outage.progress.isHeard) return outage;
    this.outages.delete(key);
    return undefined;
  }

  private readonly steppedDownAt = (link: WatchedLink) => this.stepDowns.get(followerKey(link)) ?? -Infinity;

  private lackOf(location: string, { locations }: RepairLook): string | undefined {
    const found = locations.find((each) => each.location === location);
    return found && lineLack(found, this.hub);
  }
}

/** What a location's servers lack to be back; undefined where every one answers and, on a spoke, has its leafnode for the streams' account. */
export function lineLack({ location, replicas, servers }: LocationLeafnodes, hub: string): string | undefined {
  if (servers.length === 0)
    return `none of the ${replicas} servers of '${location}' answers: its line is cut, or it is down`;
  if (servers.length < replicas) return `${servers.length} of the ${replicas} servers of '${location}' answer`;
  const without = servers.filter(({ accounts }) => location !== hub && !accounts.includes("ACC"));
  if (without.length === 0) return undefined;
  return `without a leafnode for account ACC: ${without
    .map(({ server }) => server)
    .sort()
    .join(", ")}`;
}

/** Not heard of for longer than a healthy link ever is; one that was just made was never heard of either. */
function isSilent({ activeMs }: LinkStatus): boolean {
  return activeMs === undefined || activeMs > silentAfterMs;
}

function hopelessness({ unreachable, gap, origin, followerReplicas, stream, domain }: WatchedLink): string | undefined {
  if (unreachable !== undefined) return unreachable;
  if (gap !== undefined && gap < 0) return `its origin '${origin.stream}' was made anew; make the follower anew`;
  if (followerReplicas > 1) return undefined;
  return `'${stream}' in '${domain}' has one replica, so no other server can lead it; it moves by itself within some 40 s`;
}

const followerKey = ({ domain, stream }: Pick<LinkStatus, "domain" | "stream">) => `${domain}/${stream} `;
const linkKey = (link: WatchedLink) => `${followerKey(link)}${linkName(link)}`;
