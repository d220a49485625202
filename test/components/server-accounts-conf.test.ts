import { expect } from "chai";
import { accountsConf, remotesConf } from "../../components/server-accounts-conf";

const remote = { account: "ACC", urls: ["nats-leaf://hub:7422"], user: "acc-a", password: "p/w" } as const;
const dialled = { account: "ACC", urls: ["nats-leaf://acc-a:p%2Fw@hub:7422"] };

describe("accountsConf", () => {
  it("says what a user may do and how it may connect, and of others nothing", () => {
    const permissions = { publish: { allow: ["a.>"], deny: ["a.b"] }, subscribe: { allow: ["c"] } };
    const guest = { user: "acc-a", passwordHash: "#a", permissions, connectionTypes: ["LEAFNODE"] as const };
    expect(accountsConf({ ACC: [{ user: "acc", passwordHash: "#" }, guest], SYS: [] })).to.deep.equal({
      SYS: { users: [] },
      ACC: {
        jetstream: "enabled",
        users: [
          { user: "acc", password: "#" },
          { user: "acc-a", password: "#a", permissions, allowed_connection_types: ["LEAFNODE"] },
        ],
      },
    });
  });

  it("denies everything where nothing is allowed: the server would take an empty list for no limit", () => {
    const permissions = { publish: { allow: [] }, subscribe: { allow: [], deny: ["a"] } };
    const accounts = { ACC: [{ user: "acc", passwordHash: "#", permissions }], SYS: [] };
    expect(accountsConf(accounts)).to.have.deep.nested.property("ACC.users[0].permissions", {
      publish: { deny: [">"] },
      subscribe: { deny: [">"] },
    });
  });
});

describe("remotesConf", () => {
  for (const [title, tls, expected] of [
    ["leaves TLS to the hub where nothing is said of it", undefined, dialled],
    ["demands TLS by the system's authorities", {}, { ...dialled, tls: {} }],
    ["demands TLS by one authority", { caFile: "/etc/ca.crt" }, { ...dialled, tls: { ca_file: "/etc/ca.crt" } }],
  ] as const) {
    it(title, () => expect(remotesConf([{ ...remote, ...(tls && { tls }) }])).to.deep.equal([expected]));
  }
});
