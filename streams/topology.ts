/** Faults of the declared graph, all found before anything is touched, and the order in which its streams are made. Pure. */
import { catchFaults } from "./checks/catches";
import { cycleFaults } from "./checks/cycles";
import type { Declared, DeclaredLink, LocationLimits } from "./checks/declared";
import { filterFaults } from "./checks/filters";
import { linkConflictFaults } from "./checks/link-conflicts";
import { originFaults } from "./checks/links";
import { wayFaults } from "./checks/ways";
import { outageFaults } from "./checks/outage";
import { placeFaults } from "./checks/places";
import { retentionFaults } from "./checks/retention";
import { roomFaults } from "./checks/room";
import { versionFaults } from "./checks/versions";
import { originWindowFaults } from "./checks/windows";
import { consumerFaults } from "./consumers/consumer-faults";
import { declarationFaults } from "./declaration";
import type { Topology } from "./declarations";
import type { LinkDeclaration, StreamDeclaration } from "./stream-declaration";

export type { DeclaredLink, LocationLimits };

/**
 * Every fault of a topology at once, each with what is wrong, the value, what is allowed, the cure, and the rule of docs/streams.md.
 *
 * @param locations Locations that are known; what depends on the others' servers is not checked.
 */
export function topologyFaults(topology: Topology, locations: readonly LocationLimits[] = []): string[] {
  const { streams } = topology;
  const declared = declaredTopology(topology, locations);
  return [
    ...placeFaults(topology),
    ...streams.flatMap(declarationFaults),
    ...declared.links.flatMap(linkConflictFaults),
    ...originFaults(declared),
    ...wayFaults(declared),
    ...filterFaults(declared),
    ...cycleFaults(declared),
    ...catchFaults(declared),
    ...locations.flatMap((each) => roomFaults(streams, each)),
    ...versionFaults(declared),
    ...retentionFaults(declared),
    ...originWindowFaults(declared),
    ...outageFaults(declared),
    ...consumerFaults(declared.consumers, declared),
  ];
}

function declaredTopology(topology: Topology, locations: readonly LocationLimits[]): Declared {
  const { streams, consumers = [] } = topology;
  const links = declaredLinks(topology).map((link) => ({ ...link, from: originOf(streams, link.origin) }));
  return { streams, links, consumers, locations };
}

function originOf(streams: readonly StreamDeclaration[], origin: LinkDeclaration): StreamDeclaration | undefined {
  return streams.find((each) => isAt(each, origin));
}

/** A stream of whatever shape that names its origins. */
interface Following<Origin> {
  readonly mirror?: Origin | undefined;
  readonly sources?: readonly Origin[] | undefined;
}

/** Every link of a topology, or of as much of one as names its links. */
export function declaredLinks<Stream, Origin>({
  streams,
}: {
  readonly streams: readonly (Stream & Following<Origin>)[];
}) {
  return streams.flatMap((follower) => [
    ...(follower.mirror ? [{ follower, kind: "mirror" as const, origin: follower.mirror }] : []),
    ...(follower.sources ?? []).map((origin) => ({ follower, kind: "source" as const, origin })),
  ]);
}

/** Origins of a stream, as declared. */
export function originsOf({ mirror, sources = [] }: StreamDeclaration): readonly LinkDeclaration[] {
  return mirror ? [mirror, ...sources] : sources;
}

/** The streams with each origin before its followers, else in the order of declaration; all of them, even where links form a cycle. */
export function linkOrder({ streams }: Pick<Topology, "streams">): StreamDeclaration[] {
  const ordered = new Set<StreamDeclaration>();
  const visited = new Set<StreamDeclaration>();
  const visit = (stream: StreamDeclaration): void => {
    if (visited.has(stream)) return;
    visited.add(stream);
    for (const origin of originsOf(stream)) streams.filter((each) => isAt(each, origin)).forEach(visit);
    ordered.add(stream);
  };
  streams.forEach(visit);
  return [...ordered];
}

/** An origin in another account is none of the declared ones, whatever its name. */
function isAt({ location, name }: StreamDeclaration, origin: LinkDeclaration): boolean {
  return !origin.external && location === origin.location && name === origin.stream;
}
