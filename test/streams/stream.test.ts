import * as pulumi from "@pulumi/pulumi";
import { specialSecretSig, specialSigKey } from "@pulumi/pulumi/runtime/rpc";
import { expect } from "chai";
import type { LocationFacts, LocationReference, LocationSecrets } from "../../components/stack-outputs";
import { topology, type Topology } from "../../streams/declarations";
import { streamConfig } from "../../streams/stream-config";
import { Streams, TopologyError } from "../../streams/stream";
import { recordResources, resolved } from "../rig/mocks";

const type = "pulumi-nodejs:dynamic/jetstream:Stream";

function location(name: string, serverVersion: string): LocationReference {
  const facts: LocationFacts = {
    location: name,
    role: name === topology.hub ? "hub" : "spoke",
    clusterName: name,
    serverVersion,
    replicas: 3,
    maxFileStoreBytes: 2 ** 30,
    spokes: [],
    clientUrls: [],
    monitorUrls: [],
    leafnodeUrls: [],
    leafnodeTls: false,
    leafnodeCa: "",
    kubernetes: null,
  };
  const login = (account: string) => ({ user: `${account}-${name}`, password: "secret" });
  return {
    facts,
    clientUrls: pulumi.output([`nats://${name}:4222`]),
    leafnodeUrls: pulumi.output([]),
    leafnodeTls: pulumi.output(false),
    leafnodeCa: pulumi.output(""),
    kubernetes: pulumi.output(null),
    logins: pulumi.output({ ACC: login("acc"), SYS: login("sys") }),
    leafnodeLogins: pulumi.secret<LocationSecrets["leafnodeLogins"]>({}),
  };
}

const locations = [location("hub", "2.15.2"), location("cinema-a", "2.14.2"), location("cinema-b", "2.9.19")];

describe("Streams", () => {
  it("registers each stream after its origins, with its location's version and one secret connection to the hub", async () => {
    const recorded = await recordResources();
    await resolved(new Streams("streams", { topology, locations }).streamIds);

    const versions: Readonly<Record<string, string>> = { hub: "2.15.2", "cinema-a": "2.14.2", "cinema-b": "2.9.19" };
    const expected = topology.streams.map((declaration) => {
      const { location, name } = declaration;
      const logicalName = `${location}.${name}`;
      const value = { servers: ["nats://hub:4222"], user: "acc-hub", password: "secret" };
      const connection = { [specialSigKey]: specialSecretSig, value };
      const owner = `cinema-jetstream/hub/${logicalName}`;
      const serverVersion = versions[location];
      return { type, name: logicalName, inputs: { ...streamConfig(declaration), connection, owner, serverVersion } };
    });
    const streams = recorded.filter((each) => each.type === type);
    expect(streams).to.have.deep.members(expected);
    const names = streams.map(({ name }) => name);
    expect(names.indexOf("hub.cinema-a")).to.be.below(names.indexOf("cinema-a.cinema-a-mirror"));
    expect(names.indexOf("cinema-a.tickets-1")).to.be.below(names.indexOf("hub.sales"));
    expect(names.indexOf("cinema-b.tickets-2")).to.be.below(names.indexOf("hub.sales"));
  });

  it("reaches a hub whose ports are not open by a port-forward into its cluster", async () => {
    const access = { kubeconfig: "", context: "hub" };
    const kubernetes = { access, clusterUid: "a-uid", namespace: "nats", podSelector: "app.kubernetes.io/name=nats" };
    const hub = { ...location("hub", "2.14.2"), clientUrls: pulumi.output([]), kubernetes: pulumi.output(kubernetes) };
    const recorded = await recordResources();
    await resolved(new Streams("streams", { topology, locations: [hub, ...locations.slice(1)] }).streamIds);

    const value = { servers: [], user: "acc-hub", password: "secret", forward: kubernetes };
    const connections = recorded.filter((each) => each.type === type).map(({ inputs }) => inputs["connection"]);
    expect(connections).to.deep.equal(topology.streams.map(() => ({ [specialSigKey]: specialSecretSig, value })));
  });

  it("throws all faults in one error, before any resource is registered", async () => {
    const recorded = await recordResources();
    const faulty: Topology = { ...topology, streams: topology.streams.map((each) => ({ ...each, maxBytes: 2 ** 30 })) };
    const fault = (place: string) =>
      `'maxBytes' of the streams in '${place}' come to ${2 ** 31} bytes a server; ` +
      `allowed: its file store of ${2 ** 30}; lower some or raise the location's file store`;
    expect(() => new Streams("streams", { topology: faulty, locations })).to.throw(
      TopologyError,
      `2 fault(s) in the declared streams; nothing was touched:\n- ${fault("hub")}\n- ${fault("cinema-a")}`,
    );
    expect(recorded).to.deep.equal([]);
  });
});
