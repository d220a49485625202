/** Looks at one link of the hub's `sales`, for tests. */
import type { LocationLeafnodes } from "../../../../cli/topology/operations/leafnodes";
import type { RepairLook, WatchedLink } from "../../../../cli/topology/operations/repair-verdict";

export const aLink: WatchedLink = {
  domain: "hub",
  stream: "sales",
  kind: "source",
  origin: { location: "cinema-a", stream: "tickets-1" },
  apiPrefix: "$JS.cinema-a.API",
  activeMs: 100,
  lag: 0,
  originLastSeq: 10,
  targetSeq: 10,
  heldSeq: 10,
  gap: 0,
  followerReplicas: 3,
};

/** As a server tells it 20 s after the line was cut, once that is back. */
export const aStall: WatchedLink = { ...aLink, activeMs: 20_000, heldSeq: 4, gap: 6 };

/** As it is while the line is cut. */
export const aCutLink: WatchedLink = { ...aStall, unreachable: "origin out of reach: no answer", away: "cinema-a" };

/** A location's three servers, each with leafnodes for these accounts; `gone` of them do not answer. */
export function servers(location: string, accounts = ["ACC", "SYS"], gone = 0): LocationLeafnodes {
  const names = [0, 1, 2].slice(gone).map((i) => `${location}-nats-${i}`);
  return { location, replicas: 3, servers: names.map((server) => ({ server, version: "2.14.2", accounts })) };
}

export const allBack: readonly LocationLeafnodes[] = [servers("hub", []), servers("cinema-a")];

/** One look; everything is back unless said otherwise. */
export function aLook(now: number, link: WatchedLink = aStall, locations = allBack): RepairLook {
  return { now, links: [link], locations };
}
