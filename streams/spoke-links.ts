/** The declared links seen from the spokes: what a hub grants their leafnode users rights for. Pure. */
import type { SpokeLink } from "../components/leafnode-permissions";
import type { Topology } from "./declarations";
import { deliverPrefix } from "./origin";
import type { DeclaredLink } from "./topology";
import { declaredLinks } from "./topology";

/**
 * Every link of a topology that crosses the line between the hub and a spoke; one of two spokes crosses both their lines. One from another
 * account comes over that account's imports, not over this line.
 */
export function spokeLinks(topology: Pick<Topology, "spokes" | "streams">): SpokeLink[] {
  return declaredLinks(topology)
    .filter(({ follower, origin }) => follower.location !== origin.location && !origin.external)
    .flatMap((link) => [
      ...crossing(topology, link, link.origin.location, "to-hub"),
      ...crossing(topology, link, link.follower.location, "from-hub"),
    ]);
}

function crossing(
  { spokes }: Pick<Topology, "spokes">,
  { kind, follower, origin }: DeclaredLink,
  spoke: string,
  direction: SpokeLink["direction"],
): SpokeLink[] {
  if (!spokes.includes(spoke)) return [];
  const deliver = `${deliverPrefix(origin.location, follower.location)}.${deliverTokens[kind]}.*`;
  return [{ spoke, direction, originLocation: origin.location, origin: origin.stream, deliver }];
}

/** What the servers put after a link's prefix, and then a random token (2.9.19 to 2.15.2). */
const deliverTokens: Readonly<Record<DeclaredLink["kind"], string>> = { mirror: "M", source: "S" };
