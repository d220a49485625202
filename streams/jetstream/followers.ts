/** Who takes messages from a stream, in any domain: no server knows, as only followers name their origins. */
import type { Origin, WireOrigin } from "../origin";
import { originOfWire } from "../origin";
import { reasonOf } from "../say";
import type { StreamConfig } from "../stream-config";
import type { Connection } from "./login";
import { connectionKey } from "./login";
import type { Ask } from "./request";
import type { StreamInfo } from "./stream-api";
import { findStream, listStreams } from "./stream-api";

/** A follower as it is now. */
export interface Follower {
  readonly location: string;
  readonly name: string;
  readonly kind: "mirror" | "source";
  readonly info: StreamInfo;
}

/** What is known of a stream's followers. */
export interface FollowersFound {
  readonly followers: readonly Follower[];
  /** Domains and streams that did not answer, each with the reason; any of them may be one more. */
  readonly silences: readonly string[];
}

/** A stream that may be a follower of the origin: it was when its domain was listed. */
interface Candidate {
  readonly location: string;
  readonly name: string;
  readonly origin: Origin;
}

interface Listing {
  readonly candidates: readonly Candidate[];
  readonly silences: readonly string[];
}

/** How long a domain's list is used by default: a destroy of 500 streams reads it once or twice instead of 500 times. */
const freshForMs = 10_000;

/**
 * Looks for followers. Lists each domain at most each 10 s, or as rarely as its caller asks, by a request for 256 streams; whoever was a follower then is asked once more, so
 * that one which is gone since counts no more.
 */
export class Followers {
  private readonly listings = new Map<string, { readonly at: number; readonly listing: Promise<Listing> }>();
  private readonly made: Candidate[] = [];

  /** @param asking Gives the requests over a connection. */
  constructor(private readonly asking: (connection: Connection) => Ask) {}

  /** Takes note of a stream that this process makes or changes: a list may be older. */
  note({ location, name, mirror, sources }: StreamConfig): void {
    for (const origin of [...(mirror ? [mirror] : []), ...sources]) this.made.push({ location, name, origin });
  }

  /**
   * The followers of a stream in the domains named. A domain that does not answer is a silence, never an error.
   *
   * @param listedForMs How old a domain's list may be; what this process made since is known all the same.
   */
  async of(
    connection: Connection,
    domains: readonly string[],
    origin: Origin,
    listedForMs = freshForMs,
  ): Promise<FollowersFound> {
    const ask = this.asking(connection);
    const listings = await Promise.all(domains.map((domain) => this.listed(connection, domain, listedForMs)));
    const candidates = [...listings.flatMap((listing) => listing.candidates), ...this.made].filter((candidate) =>
      isSame(candidate.origin, origin),
    );
    const places = new Map(candidates.map(({ location, name }) => [`${location}/${name}`, { location, name }]));
    const looks = await Promise.all([...places.values()].map((each) => look(ask, each, origin)));
    return {
      followers: looks.flatMap((each) => (typeof each === "string" ? [] : each)),
      silences: [
        ...listings.flatMap((listing) => listing.silences),
        ...looks.filter((each) => typeof each === "string"),
      ],
    };
  }

  private listed(connection: Connection, domain: string, listedForMs: number): Promise<Listing> {
    const key = `${domain} ${connectionKey(connection)}`;
    const kept = this.listings.get(key);
    if (kept && kept.at > Date.now() - listedForMs) return kept.listing;
    const listing = list(this.asking(connection), domain);
    this.listings.set(key, { at: Date.now(), listing });
    return listing;
  }
}

async function list(ask: Ask, domain: string): Promise<Listing> {
  try {
    const { streams, silent } = await listStreams(ask, domain);
    const asked = await Promise.all(silent.map((name) => find(ask, { location: domain, name })));
    const infos = [...streams, ...asked.filter((each) => typeof each !== "string").flatMap((each) => each ?? [])];
    return {
      candidates: infos.flatMap((info) =>
        originsOf(info, domain).map(({ origin }) => ({ location: domain, name: info.config.name, origin })),
      ),
      silences: asked.filter((each) => typeof each === "string"),
    };
  } catch (error) {
    return { candidates: [], silences: [`domain '${domain}': ${reasonOf(error)}`] };
  }
}

/** A candidate as it is now: a follower, none, or why that is not known. */
async function look(ask: Ask, at: Pick<Follower, "location" | "name">, origin: Origin): Promise<Follower[] | string> {
  const info = await find(ask, at);
  if (typeof info === "string") return info;
  if (!info) return [];
  const link = originsOf(info, at.location).find((each) => isSame(each.origin, origin));
  return link ? [{ ...at, kind: link.kind, info }] : [];
}

async function find(
  ask: Ask,
  { location, name }: Pick<Follower, "location" | "name">,
): Promise<StreamInfo | string | undefined> {
  try {
    return await findStream(ask, location, name);
  } catch (error) {
    return `stream '${name}' in '${location}': ${reasonOf(error)}`;
  }
}

function originsOf({ config }: StreamInfo, location: string): { kind: Follower["kind"]; origin: Origin }[] {
  const link = (kind: Follower["kind"]) => (wire: WireOrigin) => ({ kind, origin: originOfWire(wire, location) });
  return [...(config.mirror ? [link("mirror")(config.mirror)] : []), ...(config.sources ?? []).map(link("source"))];
}

function isSame(one: Origin, other: Origin): boolean {
  return one.location === other.location && one.stream === other.stream;
}
