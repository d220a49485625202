/** What keeps a location from being well, of all that is seen at one moment. Pure. */
import { linkName, type LinkStatus } from "../../../streams/jetstream/link-status";
import type { Verdict } from "../operations/repair-verdict";
import type { ServerStatus } from "../status/servers";

/** A stream as its leader tells it. */
export interface StreamSight {
  readonly domain: string;
  readonly stream: string;
  /** Undefined while there is none. */
  readonly leader?: string;
  /** Replicas that are offline, or do not hold yet what the leader holds. */
  readonly behind: readonly string[];
}

/** Everything that was seen at one moment. */
export interface UpgradeLook {
  /** Milliseconds since any moment. */
  readonly now: number;
  /** Servers of the locations that the step concerns. */
  readonly servers: readonly ServerStatus[];
  /** Streams of those locations. */
  readonly streams: readonly StreamSight[];
  /** Links that have an end there. */
  readonly links: readonly Verdict[];
  /** What could not be asked at all, with the reason. */
  readonly silences: readonly string[];
}

/** What the location is to be, and what was seen of its links at first. */
export interface Wanted {
  /** Every server's version. Undefined before the upgrade: whatever runs is fine as long as it serves. */
  readonly version: string | undefined;
  /** When it was first looked at. */
  readonly since: number;
  /** By link: the origin's sequence that is to be held. */
  readonly targets: ReadonlyMap<string, number>;
}

/** Each thing that is not well, in words; none where all is. */
export function lacksOf(look: UpgradeLook, wanted: Wanted): string[] {
  return [
    ...look.silences,
    ...look.servers.flatMap((each) => serverLacks(each, wanted)),
    ...look.streams.flatMap(streamLacks),
    ...look.links.flatMap((each) => linkLacks(each, look.now, wanted)),
  ];
}

function serverLacks({ server, version, lacks }: ServerStatus, wanted: Wanted): string[] {
  const counted = lacks.filter(({ kind }) => kind === "service" || wanted.version !== undefined);
  const found = counted.map(({ what }) => `server ${server}: ${what}`);
  const isOther = wanted.version !== undefined && version !== undefined && version !== wanted.version;
  return isOther && found.length === 0 ? [`server ${server}: runs ${version}, wanted ${wanted.version}`] : found;
}

function streamLacks({ domain, stream, leader, behind }: StreamSight): string[] {
  const name = `stream ${stream} in ${domain}`;
  if (leader === undefined) return [`${name}: no leader`];
  return behind.length > 0 ? [`${name}: not current on ${behind.join(", ")}`] : [];
}

/** A link is well once it was heard of anew, and its follower holds what its origin held at the first look. */
function linkLacks({ link, kind, reason }: Verdict, now: number, { since, targets }: Wanted): string[] {
  const name = linkName(link);
  if (kind !== "moves") return [`${name}: ${reason}`];
  const missing = missingOf(link, targets.get(name));
  if (missing === undefined) return [`${name}: how far its follower is cannot be told`];
  if (missing > 0) return [`${name}: ${missing} message(s) behind`];
  const isHeard = link.activeMs !== undefined && now - link.activeMs >= since;
  return isHeard ? [] : [`${name}: not heard of yet`];
}

/** Messages up to the target that the follower does not hold. */
export function missingOf({ gap, heldSeq }: LinkStatus, target: number | undefined): number | undefined {
  if (gap === undefined || gap <= 0) return gap === undefined ? undefined : 0;
  return heldSeq === undefined || target === undefined ? gap : Math.min(gap, Math.max(0, target - heldSeq));
}
