import { expect } from "chai";
import { leafnodeRemotes, serverSettings } from "../../components/server-config";
import { aHub, aSpoke } from "./a-location";

describe("serverSettings", () => {
  it("a hub accepts leafnodes and says where", () => {
    expect(serverSettings(aHub())).to.deep.equal({
      domain: "hub",
      clusterName: "headquarter",
      serverNames: ["hub-nats-0", "hub-nats-1", "hub-nats-2"],
      maxFileStoreBytes: 10 * 2 ** 30,
      leafnodeAdvertise: "hub.example.com:30742",
    });
  });

  it("a spoke starts its JetStream without waiting for the hub", () => {
    expect(serverSettings(aSpoke())).to.deep.equal({
      domain: "cinema-a",
      clusterName: "spoke-1",
      serverNames: ["cinema-a-nats-0", "cinema-a-nats-1", "cinema-a-nats-2"],
      maxFileStoreBytes: 10 * 2 ** 30,
      extensionHint: "no_extend",
    });
  });
});

describe("leafnodeRemotes", () => {
  it("dials once an account, with the spoke's own users", () => {
    const logins = { ACC: { user: "acc-cinema-a", password: "a" }, SYS: { user: "sys-cinema-a", password: "b" } };
    expect(leafnodeRemotes(["nats-leaf://hub:7422"], logins)).to.deep.equal([
      { account: "ACC", urls: ["nats-leaf://hub:7422"], user: "acc-cinema-a", password: "a" },
      { account: "SYS", urls: ["nats-leaf://hub:7422"], user: "sys-cinema-a", password: "b" },
    ]);
  });
});
