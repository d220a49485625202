/** What the checks look at: a topology with its links resolved, and what is known of its locations. Pure. */
import semver from "semver";
import type { LocationFacts } from "../../components/stack-outputs";
import type { ConsumerDeclaration } from "../consumers/consumer-declaration";
import type { LinkDeclaration, StreamDeclaration } from "../stream-declaration";

/** What the checks need to know of a location. */
export type LocationLimits = Pick<
  LocationFacts,
  "location" | "clusterName" | "replicas" | "maxFileStoreBytes" | "serverVersion"
>;

/** A stream that takes its messages from another one. */
export interface DeclaredLink {
  readonly follower: StreamDeclaration;
  readonly kind: "mirror" | "source";
  readonly origin: LinkDeclaration;
}

/** A link with the stream that it names; undefined where none is declared, or where it is in another account. */
export interface ResolvedLink extends DeclaredLink {
  readonly from: StreamDeclaration | undefined;
}

/** A link whose origin is declared. */
export type SoundLink = DeclaredLink & { readonly from: StreamDeclaration };

/** A topology as the checks see it. */
export interface Declared {
  readonly streams: readonly StreamDeclaration[];
  readonly links: readonly ResolvedLink[];
  readonly consumers: readonly ConsumerDeclaration[];
  /** Locations that are known; the others' limits and versions are not checked. */
  readonly locations: readonly LocationLimits[];
}

/** Where a stream is, as the texts name it. */
export function place({ location, name }: Pick<StreamDeclaration, "location" | "name">): string {
  return `${location}/${name}`;
}

/** The links whose origins are declared. */
export function soundLinks({ links }: Pick<Declared, "links">): readonly SoundLink[] {
  return links.flatMap((link) => (link.from ? [{ ...link, from: link.from }] : []));
}

/** The links that a cut line between locations cuts. */
export function crossingLinks(declared: Pick<Declared, "links">): readonly SoundLink[] {
  return soundLinks(declared).filter(({ follower, from }) => follower.location !== from.location);
}

/** Version of a location's servers; undefined where it is not known, as in a preview before the location is up. */
export function versionOf({ locations }: Pick<Declared, "locations">, location: string): string | undefined {
  return locations.find((each) => each.location === location)?.serverVersion;
}

/** Whether the servers of a location are known to be older than a version. */
export function isKnownOlder(declared: Pick<Declared, "locations">, location: string, version: string): boolean {
  const found = versionOf(declared, location);
  return found !== undefined && semver.lt(found, version);
}
