/** Faults of the declared graph, all found before anything is touched, and the order in which its streams are made. Pure. */
import type { LocationFacts } from "../components/stack-outputs";
import type { Topology } from "./declarations";
import { declarationFaults } from "./declaration";
import type { Origin, StreamDeclaration } from "./stream-config";
import { streamConfig } from "./stream-config";
import { subjectsOverlap } from "./subject";

/** What the checks need to know of a location. */
export type LocationLimits = Pick<LocationFacts, "location" | "replicas" | "maxFileStoreBytes">;

/** A stream that takes its messages from another one. */
export interface DeclaredLink {
  readonly follower: StreamDeclaration;
  readonly kind: "mirror" | "source";
  readonly origin: Origin;
}

/**
 * Every fault of a topology at once, each with what is wrong, the value, what is allowed and the cure.
 *
 * @param limits Locations whose limits are known; the others' are not checked.
 */
export function topologyFaults(topology: Topology, limits: readonly LocationLimits[] = []): string[] {
  const { streams } = topology;
  return [
    ...locationFaults(topology),
    ...streams.flatMap(declarationFaults),
    ...streams.flatMap((stream) => placeFaults(topology, stream)),
    ...nameFaults(streams),
    ...declaredLinks(topology).flatMap((link) => originFaults(topology, link)),
    ...cycles(topology).map(
      (cycle) =>
        `links form a cycle: ${cycle.join(" <- ")}; allowed: links that end at a stream with subjects; drop one`,
    ),
    ...catchFaults(streams),
    ...limits.flatMap((each) => limitFaults(streams, each)),
  ];
}

/** Every link of a topology. */
export function declaredLinks({ streams }: Pick<Topology, "streams">): DeclaredLink[] {
  return streams.flatMap((follower) => [
    ...(follower.mirror ? [{ follower, kind: "mirror" as const, origin: follower.mirror }] : []),
    ...(follower.sources ?? []).map((origin) => ({ follower, kind: "source" as const, origin })),
  ]);
}

/** Origins of a stream, as declared. */
export function originsOf({ mirror, sources = [] }: StreamDeclaration): readonly Origin[] {
  return mirror ? [mirror, ...sources] : sources;
}

/** The streams with each origin before its followers, else in the order of declaration. */
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

function isAt({ location, name }: StreamDeclaration, origin: Origin): boolean {
  return location === origin.location && name === origin.stream;
}

function place({ location, name }: StreamDeclaration): string {
  return `${location}/${name}`;
}

function locationFaults({ hub, spokes }: Topology): string[] {
  const names = [hub, ...spokes];
  return [
    ...repeated(names).map(
      (name) => `two locations are named '${name}'; allowed: one name a location, its JetStream domain; rename one`,
    ),
    ...[...new Set(names)]
      .filter((name) => !/^[^\s.*>]+$/.test(name))
      .map(
        (name) =>
          `'${name}' cannot name a location; allowed: one subject token, without whitespace, '.', '*', '>'; rename it`,
      ),
  ];
}

function placeFaults({ hub, spokes }: Topology, stream: StreamDeclaration): string[] {
  const known = [hub, ...spokes];
  return known.includes(stream.location)
    ? []
    : [`'location' of stream '${stream.name}' is '${stream.location}'; allowed: ${known.join(", ")}; name one of them`];
}

function nameFaults(streams: readonly StreamDeclaration[]): string[] {
  return repeated(streams.map(place)).map(
    (twice) =>
      `stream ${twice} is declared twice; allowed: one declaration for each name in a location; drop or rename one`,
  );
}

function originFaults({ streams }: Topology, { follower, kind, origin }: DeclaredLink): string[] {
  if (streams.some((stream) => isAt(stream, origin))) return [];
  const there = streams.filter(({ location }) => location === origin.location).map(({ name }) => name);
  const allowed = there.length > 0 ? there.join(", ") : "none, as no stream is declared in that location";
  return [
    `${kind} of stream ${place(follower)} is '${origin.stream}' in '${origin.location}', which is not declared; ` +
      `allowed there: ${allowed}; correct the link or declare its origin`,
  ];
}

/** Cycles of links, each as the places it leads through, the first again at the end. */
function cycles(topology: Topology): string[][] {
  const found: string[][] = [];
  const left = new Set<string>();
  const walk = (stream: StreamDeclaration, path: readonly string[]): void => {
    const here = place(stream);
    if (path.includes(here)) found.push([...path.slice(path.indexOf(here)), here]);
    if (path.includes(here) || left.has(here)) return;
    for (const origin of originsOf(stream)) {
      topology.streams.filter((each) => isAt(each, origin)).forEach((each) => walk(each, [...path, here]));
    }
    left.add(here);
  };
  topology.streams.forEach((stream) => walk(stream, []));
  return found;
}

/** Leafnodes join the account of all locations, so that a message is stored by each stream that catches its subject. */
function catchFaults(streams: readonly StreamDeclaration[]): string[] {
  const caught = streams.flatMap((stream) => (stream.subjects ?? []).map((subject) => ({ stream, subject })));
  return caught.flatMap((one, i) =>
    caught
      .slice(i + 1)
      .filter((other) => subjectsOverlap(one.subject, other.subject))
      .map(
        (other) =>
          `'${one.subject}' of stream ${place(one.stream)} and '${other.subject}' of stream ${place(other.stream)} catch ` +
          "the same messages; allowed: each message stored once over all locations, which share one account; narrow one",
      ),
  );
}

function limitFaults(streams: readonly StreamDeclaration[], limits: LocationLimits): string[] {
  const { location, replicas: servers, maxFileStoreBytes } = limits;
  const there = streams.filter((stream) => stream.location === location).map(streamConfig);
  // A stream with fewer replicas than servers counts by its share: the servers spread such streams out.
  const needed = Math.ceil(there.reduce((sum, { maxBytes, replicas }) => sum + (maxBytes * replicas) / servers, 0));
  return [
    ...there
      .filter(({ replicas }) => replicas > servers)
      .map(
        ({ name, replicas }) =>
          `'replicas' of stream ${location}/${name} is ${replicas}; ` +
          `allowed: at most the ${servers} servers of '${location}'; lower it or add servers`,
      ),
    ...(needed > maxFileStoreBytes
      ? [
          `'maxBytes' of the streams in '${location}' come to ${needed} bytes a server; ` +
            `allowed: its file store of ${maxFileStoreBytes}; lower some or raise the location's file store`,
        ]
      : []),
  ];
}

function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, i) => names.indexOf(name) !== i))];
}
