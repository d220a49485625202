import { expect } from "chai";
import { leafnodePermissions, permissionsChanged, type SpokeLink } from "../../components/leafnode-permissions";
import { externalApiPrefix } from "../../streams/origin";

const films: SpokeLink = {
  spoke: "cinema-a",
  direction: "from-hub",
  originLocation: "hub",
  origin: "cinema-a",
  deliver: "$JS.M.*",
};
const tickets: SpokeLink = {
  spoke: "cinema-a",
  direction: "to-hub",
  originLocation: "cinema-a",
  origin: "tickets-1",
  deliver: "$JS.S.*",
};

describe("leafnodePermissions", () => {
  it("a spoke that feeds the hub and is fed by it sends and receives for these links, each direction its own subjects", () => {
    expect(leafnodePermissions("ACC", "cinema-a", [films, tickets])).to.deep.equal({
      publish: {
        allow: ["_INBOX.>", "$JS.hub.API.CONSUMER.CREATE.cinema-a", "$JS.FC.cinema-a.>", "$JSC.R.*", "$JS.S.*"],
      },
      subscribe: { allow: ["$JS.cinema-a.API.>", "$JSC.R.*", "$JS.M.*", "$JS.FC.tickets-1.>"] },
    });
  });

  it("a spoke without a link has its JetStream reached, and nothing else", () => {
    expect(leafnodePermissions("ACC", "cinema-b", [films, tickets])).to.deep.equal({
      publish: { allow: ["_INBOX.>"] },
      subscribe: { allow: [`${externalApiPrefix("cinema-b")}.>`] },
    });
  });

  it("names the origin's API as the follower's servers do", () => {
    const { publish } = leafnodePermissions("ACC", "cinema-a", [{ ...films, originLocation: "cinema-b", origin: "x" }]);
    expect(publish.allow).to.include(`${externalApiPrefix("cinema-b")}.CONSUMER.CREATE.x`);
  });

  it("the system account's user lets the hub ask the spoke's servers, whatever the links", () => {
    expect(leafnodePermissions("SYS", "cinema-a", [films])).to.deep.equal({
      publish: { allow: ["_INBOX.>"] },
      subscribe: { allow: ["$SYS.REQ.SERVER.PING", "$SYS.REQ.SERVER.PING.*"] },
    });
  });
});

describe("permissionsChanged", () => {
  const user = (name: string, links?: readonly SpokeLink[]) => ({
    user: name,
    passwordHash: "#",
    ...(links && { permissions: leafnodePermissions("ACC", "cinema-a", links) }),
  });
  const before = { ACC: [user("acc"), user("acc-cinema-a", [films])], SYS: [] };

  for (const [title, ACC, changed] of [
    ["not where a hash changes", [user("acc"), { ...user("acc-cinema-a", [films]), passwordHash: "##" }], false],
    ["not where a user comes or goes", [user("acc"), user("acc-cinema-a.2", [])], false],
    ["where a user gets a link", [user("acc"), user("acc-cinema-a", [films, tickets])], true],
    ["where a user may do everything now", [user("acc"), user("acc-cinema-a")], true],
  ] as const) {
    it(title, () => expect(permissionsChanged(before, { ACC, SYS: [] })).to.equal(changed));
  }
});
