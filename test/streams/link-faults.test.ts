import { expect } from "chai";
import type { LinkStatus } from "../../streams/jetstream/link-status";
import { linkFaults } from "../../streams/jetstream/link-status";

const well: LinkStatus = {
  domain: "hub",
  stream: "sales",
  kind: "source",
  origin: { location: "cinema-a", stream: "tickets-1" },
  apiPrefix: "$JS.cinema-a.API",
  activeMs: 500,
  lag: 0,
  originLastSeq: 10,
  gap: 0,
};

const cases: readonly (readonly [string, Partial<LinkStatus>, readonly string[]])[] = [
  ["a link that is active and has everything", {}, []],
  ["a link that was heard of 10 s ago", { activeMs: 10_000 }, []],
  ["a lag without a gap", { lag: 5 }, []],
  ["an end out of reach, which alone is told", { unreachable: "origin missing", gap: undefined }, ["origin missing"]],
  ["an error of the server", { error: "no route" }, ["the server says: no route"]],
  ["a link never active", { activeMs: undefined }, ["never active: the follower has not heard of its origin"]],
  ["a silent link", { activeMs: 25_400 }, ["silent: the follower has not heard of its origin for 25 s"]],
  ["a gap while the lag says 0", { gap: 10 }, ["behind: 10 message(s) of the origin are missing"]],
  [
    "a gap that nothing tells",
    { gap: undefined },
    ["gap unknown: the follower holds no message that tells how far it has come"],
  ],
  [
    "an origin made anew",
    { gap: -7 },
    [
      "origin made anew: 'tickets-1' ends 7 message(s) before what was already taken from it, " +
        "so nothing new arrives until it is past that; make the follower anew",
    ],
  ],
  [
    "an origin in another account, of which no gap is known",
    { origin: { location: "JS.partner.API", stream: "x" }, gap: undefined },
    [],
  ],
  ["lost messages without a gap", { lost: 8 }, ["lost: 8 message(s) left the origin before they were taken"]],
  [
    "several faults, all told",
    { activeMs: 60_000, gap: 3 },
    ["silent: the follower has not heard of its origin for 60 s", "behind: 3 message(s) of the origin are missing"],
  ],
];

describe("linkFaults", () => {
  for (const [title, change, faults] of cases) {
    it(title, () => {
      const named = faults.map((fault) => `sales <- tickets-1 in cinema-a: ${fault}`);
      expect(linkFaults({ ...well, ...change })).to.deep.equal(named);
    });
  }
});
