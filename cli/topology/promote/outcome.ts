/** What there is once a stream was promoted: asked of the servers again. */
import { place } from "../../../streams/checks/declared";
import type { Topology } from "../../../streams/declarations";
import { linkTimeoutMs, settledLinkFaults } from "../../../streams/jetstream/await-links";
import { linkName } from "../../../streams/jetstream/link-status";
import type { Ask } from "../../../streams/jetstream/request";
import { streamConfig } from "../../../streams/stream-config";
import { declaredLinks } from "../../../streams/topology";
import type { Candidate } from "./candidate";
import { followerLink, requireStream, settledGap, type Standing } from "./standing";

/** A stream that follows the new origin. */
export interface Following {
  /** `sales <- tickets-1 in cinema-a`. */
  readonly link: string;
  /** Messages of the new origin that it lacks; left out where nothing tells. */
  readonly gap?: number;
  readonly unreachable?: string;
}

export interface Outcome {
  readonly stream: string;
  readonly subjects: readonly string[];
  readonly lastSequence: number;
  /** Its old origin takes nothing more, is not there any more, or has to be told once its location serves again. */
  readonly origin: { readonly stream: string; readonly state: "retired" | "gone" | "silent" };
  readonly following: readonly Following[];
  /** What ails declared links, after a minute; those of a location that does not answer are left out. */
  readonly linkFaults: readonly string[];
}

/**
 * Looks at the new origin and its followers.
 *
 * @param before how it stood before anything changed
 * @throws Error where the stream is no origin, or begins below what it held.
 */
export async function readOutcome(
  ask: Ask,
  { stream, origin }: Candidate,
  before: Standing,
  topology: Topology,
): Promise<Outcome> {
  const { config, state, cluster } = await requireStream(ask, stream);
  const subjects = config.subjects ?? [];
  const faults = [
    ...(config.mirror ? ["its servers have it as a mirror still"] : []),
    ...(subjects.length === 0 ? ["it takes no subject"] : []),
    ...(cluster && !cluster.leader ? ["it has no leader"] : []),
    ...(state.last_seq < before.lastSequence ? [`it ends at ${state.last_seq}, and held ${before.lastSequence}`] : []),
  ];
  if (faults.length > 0)
    throw new Error(
      `${place(stream)} is not an origin as it should be: ${faults.join("; ")}; see: npm run topology -- status; then run the same command again`,
    );
  const links = declaredLinks(topology)
    .filter(
      (link) => !link.origin.external && link.origin.location === stream.location && link.origin.stream === stream.name,
    )
    .map((link) => followerLink(link, stream));
  const following = links.map(async (link) => ({ link: linkName(link), ...(await settledGap(ask, link)) }));
  return {
    stream: place(stream),
    subjects,
    lastSequence: state.last_seq,
    origin: { stream: place(origin), state: before.origin.state === "serves" ? "retired" : before.origin.state },
    following: await Promise.all(following),
    linkFaults: await faultsOfLinks(ask, topology, before.origin.state === "silent" ? origin.location : undefined),
  };
}

/** All links, as the changes reload servers and give followers new consumers: each is given the time that an `up` gives it. */
async function faultsOfLinks(ask: Ask, { hub, streams }: Topology, silent: string | undefined): Promise<string[]> {
  const reached = streams.filter(({ location, mirror, sources = [] }) =>
    [location, ...[mirror ?? [], sources].flat().map((link) => link.location)].every((each) => each !== silent),
  );
  const faults = reached.map((each) => settledLinkFaults(ask, streamConfig(each), linkTimeoutMs, hub));
  return (await Promise.all(faults)).flat();
}
