/** The declared links seen from the spokes: what a hub grants their leafnode users rights for. Pure. */
import type { SpokeLink } from "../components/leafnode-permissions";
import type { Topology } from "./declarations";
import type { DeclaredLink } from "./topology";
import { declaredLinks } from "./topology";

/** Every link of a topology that crosses the line between the hub and a spoke; one of two spokes crosses both their lines. */
export function spokeLinks(topology: Pick<Topology, "spokes" | "streams">): SpokeLink[] {
  return declaredLinks(topology)
    .filter(({ follower, origin }) => follower.location !== origin.location)
    .flatMap((link) => [
      ...crossing(topology, link, link.origin.location, "to-hub"),
      ...crossing(topology, link, link.follower.location, "from-hub"),
    ]);
}

function crossing(
  { spokes }: Pick<Topology, "spokes">,
  { kind, origin }: DeclaredLink,
  spoke: string,
  direction: SpokeLink["direction"],
): SpokeLink[] {
  if (!spokes.includes(spoke)) return [];
  return [{ spoke, direction, originLocation: origin.location, origin: origin.stream, deliver: deliverSubjects[kind] }];
}

/** What the servers choose where a link names no prefix: one random token more (2.9.19 to 2.15.2). */
const deliverSubjects: Readonly<Record<DeclaredLink["kind"], string>> = { mirror: "$JS.M.*", source: "$JS.S.*" };
