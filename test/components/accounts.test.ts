import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { Accounts } from "../../components/accounts";
import { leafnodePermissions, type SpokeLink } from "../../components/leafnode-permissions";
import type { HubLocation } from "../../components/location";
import { ofAllAccounts } from "../../components/rotation";
import { recordResources, resolved, type Recorded } from "../rig/mocks";

const hub: HubLocation = {
  name: "hub",
  role: "hub",
  clusterName: "headquarter",
  replicas: 3,
  serverVersion: "2.14.2",
  maxFileStoreBytes: 2 ** 30,
  platform: { kind: "local", folder: "/lab/hub", portBase: 14_200 },
  spokes: ["cinema-a"],
  leafnodeAdvertise: "127.0.0.1:9",
  leafnodeTls: { kind: "plaintext" },
  passwords: {},
  rotation: ofAllAccounts([1]),
  leafnodePasswords: {},
};

const links: SpokeLink[] = [
  { spoke: "cinema-a", direction: "to-hub", originLocation: "cinema-a", origin: "tickets-1", deliver: "$JS.S.*" },
];

/** As the server is told of a spoke's user: the spoke's rights, and no other way in than as a leafnode. */
const guest = (account: "ACC" | "SYS", user: string, passwordHash: string, of = links) => ({
  user,
  passwordHash,
  permissions: leafnodePermissions(account, "cinema-a", of),
  connectionTypes: ["LEAFNODE"],
});

/** As the resources would answer: a generated password, and a hash that tells which password it is of. */
function answers({ type, name, inputs }: Recorded): Record<string, unknown> {
  if (type === "random:index/randomPassword:RandomPassword") return { result: `generated for ${name}` };
  if (type !== "pulumi-nodejs:dynamic/accounts:PasswordHash") return {};
  return { hash: `hash of ${(inputs["password"] as { value: string }).value}` };
}

describe("Accounts", () => {
  it("makes an administrator and each spoke's user in both accounts, all with names of their own", async () => {
    await recordResources(answers);
    const accounts = new Accounts("hub", { location: hub, links });

    expect(await resolved(accounts.serverAccounts)).to.deep.equal({
      ACC: [
        { user: "acc", passwordHash: "hash of generated for hub-acc-password" },
        guest("ACC", "acc-cinema-a", "hash of generated for hub-acc-cinema-a-password"),
      ],
      SYS: [
        { user: "sys", passwordHash: "hash of generated for hub-sys-password" },
        guest("SYS", "sys-cinema-a", "hash of generated for hub-sys-cinema-a-password"),
      ],
    });
    expect(await resolved(accounts.logins)).to.deep.equal({
      ACC: { user: "acc", password: "generated for hub-acc-password" },
      SYS: { user: "sys", password: "generated for hub-sys-password" },
    });
    expect(await resolved(accounts.leafnodeLogins)).to.deep.equal({
      "cinema-a": {
        ACC: { user: "acc-cinema-a", password: "generated for hub-acc-cinema-a-password" },
        SYS: { user: "sys-cinema-a", password: "generated for hub-sys-cinema-a-password" },
      },
    });
  });

  it("generates no password where config gives one, so that no plugin is needed", async () => {
    const recorded = await recordResources(answers);
    const passwords = { ACC: "a", SYS: "b" };
    const accounts = new Accounts("hub", {
      location: { ...hub, passwords, leafnodePasswords: { "cinema-a": { ACC: "c", SYS: "d" } } },
    });

    expect((await resolved(accounts.serverAccounts)).ACC).to.deep.equal([
      { user: "acc", passwordHash: "hash of a" },
      guest("ACC", "acc-cinema-a", "hash of c", []),
    ]);
    expect(recorded.filter(({ type }) => type.startsWith("random:"))).to.deep.equal([]);
  });

  it("makes the users of both generations, and hands out the newer ones", async () => {
    const recorded = await recordResources(answers);
    const accounts = new Accounts("hub", {
      location: {
        ...hub,
        rotation: ofAllAccounts([1, 2]),
        passwords: { ACC: "a", "ACC.2": "a2" },
        leafnodePasswords: { "cinema-a": { "ACC.2": "c2" } },
      },
    });

    expect(
      (await resolved(accounts.serverAccounts)).ACC.map(({ user, passwordHash }) => [user, passwordHash]),
    ).to.deep.equal([
      ["acc", "hash of a"],
      ["acc-cinema-a", "hash of generated for hub-acc-cinema-a-password"],
      ["acc.2", "hash of a2"],
      ["acc-cinema-a.2", "hash of c2"],
    ]);
    expect((await resolved(accounts.logins)).ACC).to.deep.equal({ user: "acc.2", password: "a2" });
    expect((await resolved(accounts.leafnodeLogins))["cinema-a"]?.SYS).to.deep.equal({
      user: "sys-cinema-a.2",
      password: "generated for hub-sys-cinema-a.2-password",
    });
    expect(recorded.map(({ name }) => name)).to.include.members(["hub-acc-hash", "hub-acc.2-hash"]);
  });

  it("makes new users of one account alone, and changes nothing of the other's", async () => {
    const made = async (rotation: HubLocation["rotation"]) => {
      const recorded = await recordResources(answers);
      const accounts = new Accounts("hub", { location: { ...hub, rotation }, links });
      const { SYS, ACC } = await resolved(accounts.serverAccounts);
      const { "cinema-a": leafnodes } = await resolved(accounts.leafnodeLogins);
      const logins = await resolved(accounts.logins);
      return {
        system: [SYS, logins.SYS, leafnodes?.SYS, recorded.filter(({ name }) => name.startsWith("hub-sys"))],
        users: ACC.map(({ user }) => user),
        handedOut: [logins.ACC.user, leafnodes?.ACC.user],
      };
    };
    const before = await made(ofAllAccounts([1]));
    const after = await made({ ACC: [1, 2], SYS: [1] });
    expect(after.system).to.deep.equal(before.system);
    expect(after.users).to.deep.equal(["acc", "acc-cinema-a", "acc.2", "acc-cinema-a.2"]);
    expect(after.handedOut).to.deep.equal(["acc.2", "acc-cinema-a.2"]);
  });

  it("hands out nothing that is not secret", async () => {
    await recordResources(answers);
    const accounts = new Accounts("hub", { location: hub });
    expect(await pulumi.isSecret(accounts.logins)).to.equal(true);
    expect(await pulumi.isSecret(accounts.leafnodeLogins)).to.equal(true);
    expect(await pulumi.isSecret(accounts.serverAccounts)).to.equal(true);
  });

  it("a spoke has administrators only", async () => {
    await recordResources(answers);
    const { leafnodeAdvertise: _, leafnodePasswords: __, leafnodeTls: ___, spokes: ____, ...base } = hub;
    const accounts = new Accounts("cinema-a", { location: { ...base, name: "cinema-a", role: "spoke", hub: "hub" } });

    expect(await resolved(accounts.leafnodeLogins)).to.deep.equal({});
    expect((await resolved(accounts.serverAccounts)).SYS).to.deep.equal([
      { user: "sys", passwordHash: "hash of generated for cinema-a-sys-password" },
    ]);
  });
});
