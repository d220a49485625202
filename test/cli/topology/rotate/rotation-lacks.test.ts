import { expect } from "chai";
import { locationLacks } from "../../../../cli/topology/rotate/rotation-lacks";
import { notWellText, oldClientsText } from "../../../../cli/topology/rotate/rotation-text";
import type { ServerStatus } from "../../../../cli/topology/status/servers";
import { servers } from "../operations/a-look";

const well: ServerStatus[] = [{ server: "cinema-a-nats-0", lacks: [] }];

describe("what keeps a location from the next phase of a rotation", () => {
  for (const [what, reached, own, lacks] of [
    ["nothing, where both accounts have their leafnodes", servers("cinema-a"), well, []],
    ["nothing of a hub, which dials nobody", servers("hub", []), well, []],
    [
      "a cut line",
      servers("cinema-a", [], 3),
      well,
      ["none of the 3 servers of 'cinema-a' answers: its line is cut, or it is down"],
    ],
    [
      "a server that is away",
      servers("cinema-a", ["ACC", "SYS"], 1),
      well,
      ["2 of the 3 servers of 'cinema-a' answer"],
    ],
    [
      "leafnodes that are missing for the system account alone",
      servers("cinema-a", ["ACC"]),
      well,
      [0, 1, 2].map((i) => `server cinema-a-nats-${i}: no leafnode for account SYS`),
    ],
    [
      "what a server says of itself, its configuration among it",
      servers("cinema-a"),
      [{ server: "cinema-a-nats-0", lacks: [{ kind: "config", what: "runs another configuration" }] }],
      ["server cinema-a-nats-0: runs another configuration"],
    ],
  ] as const)
    it(`is ${what}`, () => {
      expect(locationLacks(reached, own, "hub").lacks).to.deep.equal(lacks);
    });

  it("is told with the old users' fate and the way on", () => {
    const lacking = [{ location: "cinema-a", lacks: ["its line is cut"] }];
    expect(notWellText(lacking)).to.equal(
      "not well: cinema-a\n  - cinema-a: its line is cut\nthe old users are still accepted, so nobody is cut off; bring cinema-a back and " +
        "run the same command again: it goes on from there",
    );
    expect(notWellText(lacking, "drop")).to.contain("the old users are gone");
  });

  it("is also whoever is logged in as an old user, with or without a name", () => {
    const client = { location: "hub", server: "hub-nats-0", user: "acc", name: "till", address: "10.0.0.7:50123" };
    const text = oldClientsText([client, { ...client, name: "" }], "");
    expect(text).to.contain("2 client(s) are logged in as users that are to go:");
    expect(text).to.contain("  - hub: 'till' at 10.0.0.7:50123, user 'acc', on hub-nats-0");
    expect(text).to.contain("  - hub: a client without a name at 10.0.0.7:50123");
  });
});
