import { expect } from "chai";
import { connectionKey, connectionOf, loginKey } from "../../../streams/jetstream/login";

const kubernetes = {
  access: { kubeconfig: "~/.kube/config", context: "hub" },
  clusterUid: "a-uid",
  namespace: "nats",
  podSelector: "app.kubernetes.io/name=nats",
};
const login = { user: "acc", password: "secret" };
const clientUrls = ["nats://hub:4222"];

describe("a login to a location", () => {
  it("is by its URLs where it has any, else by a port-forward into its cluster, else by nothing", () => {
    expect(connectionOf({ clientUrls, kubernetes: null }, login)).to.deep.equal({ servers: clientUrls, ...login });
    expect(connectionOf({ clientUrls, kubernetes }, login)).to.deep.equal({ servers: clientUrls, ...login });
    expect(connectionOf({ clientUrls: [], kubernetes }, login)).to.deep.equal({
      servers: [],
      ...login,
      forward: kubernetes,
    });
    expect(connectionOf({ clientUrls: [], kubernetes: null }, login)).to.deep.equal({ servers: [], ...login });
  });

  it("may have that of its account SYS beside it, which makes another connection of it, and no other login", () => {
    const system = { user: "sys", password: "secret" };
    const both = connectionOf({ clientUrls, kubernetes: null }, login, system);
    expect(both).to.deep.equal({ servers: clientUrls, ...login, system });
    const rotated = { ...both, system: { ...system, password: "another" } };
    const others = [both, rotated, { servers: clientUrls, ...login }];
    expect(new Set(others.map(connectionKey))).to.have.length(3);
    expect(new Set(others.map(loginKey))).to.have.length(1);
  });

  it("is the same however the fields of its cluster are ordered", () => {
    const { access, clusterUid, namespace, podSelector } = kubernetes;
    const { kubeconfig, context } = access;
    const reordered = { podSelector, namespace, clusterUid, access: { context, kubeconfig } };
    expect(connectionKey({ servers: [], ...login, forward: reordered })).to.equal(
      connectionKey({ servers: [], ...login, forward: kubernetes }),
    );
  });

  const forwarded = { servers: [], ...login, forward: kubernetes };
  const others = [
    { ...forwarded, servers: clientUrls },
    { ...forwarded, user: "sys" },
    { ...forwarded, password: "another" },
    { servers: [], ...login },
    { ...forwarded, forward: { ...kubernetes, access: { ...kubernetes.access, kubeconfig: "" } } },
    { ...forwarded, forward: { ...kubernetes, access: { ...kubernetes.access, context: "spoke" } } },
    { ...forwarded, forward: { ...kubernetes, clusterUid: "another" } },
    { ...forwarded, forward: { ...kubernetes, namespace: "another" } },
    { ...forwarded, forward: { ...kubernetes, podSelector: "another" } },
  ];
  for (const other of others) {
    it(`is another one: ${JSON.stringify(other)}`, () => {
      expect(connectionKey(other)).to.not.equal(connectionKey(forwarded));
      expect(loginKey(other)).to.not.equal(loginKey(forwarded));
    });
  }
});
