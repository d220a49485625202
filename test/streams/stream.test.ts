import * as pulumi from "@pulumi/pulumi";
import { specialSecretSig, specialSigKey } from "@pulumi/pulumi/runtime/rpc";
import { expect } from "chai";
import type { LocationFacts, LocationReference, LocationSecrets } from "../../components/stack-outputs";
import { topology, type Topology } from "../../streams/declarations";
import { streamConfig } from "../../streams/stream-config";
import { Streams, TopologyError } from "../../streams/stream";
import { recordResources, resolved } from "../rig/mocks";
import { until } from "../rig/until";

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
    rotation: { ACC: [1], SYS: [1] },
    dialledGeneration: null,
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

const system = { user: "sys-hub", password: "secret" };
const locations = [location("hub", "2.15.2"), location("cinema-a", "2.14.2"), location("cinema-b", "2.9.19")];

describe("Streams", () => {
  it("registers each stream after its origins, with its location's version and one secret connection to the hub", async () => {
    const recorded = await recordResources();
    await resolved(new Streams("streams", { topology, locations }).streamIds);

    const versions: Readonly<Record<string, string>> = { hub: "2.15.2", "cinema-a": "2.14.2", "cinema-b": "2.9.19" };
    const expected = topology.streams.map((declaration) => {
      const { location, name } = declaration;
      const logicalName = `${location}.${name}`;
      const value = { servers: ["nats://hub:4222"], user: "acc-hub", password: "secret", system };
      const connection = { [specialSigKey]: specialSecretSig, value };
      const owner = `cinema-jetstream/hub/${logicalName}`;
      const serverVersion = versions[location];
      const guards = { owner, domains: ["hub", "cinema-a", "cinema-b"], linkTimeoutSeconds: 60 };
      const { bytesPerSecond, sources = [{}] } = declaration;
      // What a policy needs of a declaration and no server is told.
      const outages = bytesPerSecond ? { bytesPerSecond } : { outageBudgetsSeconds: sources.map(() => 7 * 86_400) };
      const inputs = { ...streamConfig(declaration), ...guards, ...outages, connection, serverVersion };
      return { type, name: logicalName, inputs };
    });
    const streams = recorded.filter((each) => each.type === type);
    expect(streams).to.have.deep.members(expected);
    const names = streams.map(({ name }) => name);
    expect(names.indexOf("hub.cinema-a")).to.be.below(names.indexOf("cinema-a.cinema-a-mirror"));
    expect(names.indexOf("cinema-a.tickets-1")).to.be.below(names.indexOf("hub.sales"));
    expect(names.indexOf("cinema-b.tickets-2")).to.be.below(names.indexOf("hub.sales"));
  });

  it("keeps a list of the declared streams, which every stream waits for", async () => {
    const recorded = await recordResources();
    const streams = topology.streams.map((each, i) => (i === 0 ? { ...each, allowDataLoss: true } : each));
    await resolved(new Streams("streams", { topology: { ...topology, streams }, locations }).streamIds);

    const list = recorded.filter((each) => each.type === "pulumi-nodejs:dynamic/jetstream:DeclaredStreams");
    const owner = (place: string) => ({ owner: `cinema-jetstream/hub/${place}` });
    expect(list.map(({ name, inputs }) => [name, inputs["domains"], inputs["streams"]])).to.deep.equal([
      [
        "declared-streams",
        ["hub", "cinema-a", "cinema-b"],
        {
          "hub/cinema-a": { ...owner("hub.cinema-a"), allowDataLoss: true },
          "cinema-a/cinema-a-mirror": owner("cinema-a.cinema-a-mirror"),
          "cinema-a/tickets-1": owner("cinema-a.tickets-1"),
          "cinema-b/tickets-2": owner("cinema-b.tickets-2"),
          "hub/sales": owner("hub.sales"),
        },
      ],
    ]);
    expect(recorded.findIndex(({ name }) => name === "declared-streams")).to.be.below(
      recorded.findIndex(({ name }) => name === "hub.cinema-a"),
    );
  });

  it("lets every stream and consumer go where the whole stack says so", async () => {
    const consumers = [{ location: "hub", stream: "sales", name: "ledger" }];
    const recorded = await recordResources();
    const streams = new Streams("streams", { topology: { ...topology, consumers }, locations, allowDataLoss: true });
    await resolved(streams.streamIds);
    await until(async () => recorded.some(({ type }) => type.endsWith("jetstream:Consumer")));
    const allowed = recorded.filter((each) => each.inputs["allowDataLoss"] === true).map(({ name }) => name);
    const places = topology.streams.map(({ location, name }) => `${location}.${name}`);
    expect(allowed).to.have.members([...places, "hub.sales.ledger"]);
  });

  it("reaches a hub whose ports are not open by a port-forward into its cluster", async () => {
    const access = { kubeconfig: "", context: "hub" };
    const kubernetes = { access, clusterUid: "a-uid", namespace: "nats", podSelector: "app.kubernetes.io/name=nats" };
    const hub = { ...location("hub", "2.14.2"), clientUrls: pulumi.output([]), kubernetes: pulumi.output(kubernetes) };
    const recorded = await recordResources();
    await resolved(new Streams("streams", { topology, locations: [hub, ...locations.slice(1)] }).streamIds);

    const value = { servers: [], user: "acc-hub", password: "secret", forward: kubernetes, system };
    const connections = recorded.filter((each) => each.type === type).map(({ inputs }) => inputs["connection"]);
    expect(connections).to.deep.equal(topology.streams.map(() => ({ [specialSigKey]: specialSecretSig, value })));
  });

  it("refuses a link timeout that is no time, with the command that mends it", () => {
    expect(() => new Streams("streams", { topology, locations, linkTimeoutSeconds: 0 })).to.throw(
      TopologyError,
      "'linkTimeout' is 0; allowed: whole seconds above 0; run: pulumi config set linkTimeout 60",
    );
  });

  it("throws all faults in one error, before any resource is registered", async () => {
    const recorded = await recordResources();
    const faulty: Topology = { ...topology, streams: topology.streams.map((each) => ({ ...each, maxBytes: 2 ** 30 })) };
    const fault = (place: string) =>
      `'maxBytes' of the streams in '${place}' come to ${2 ** 31} bytes a server; ` +
      `allowed: its file store of ${2 ** 30}; lower some or raise the location's file store (rule Z7)`;
    expect(() => new Streams("streams", { topology: faulty, locations })).to.throw(
      TopologyError,
      `2 fault(s) in the declared streams; nothing was touched:\n- ${fault("hub")}\n- ${fault("cinema-a")}`,
    );
    expect(recorded).to.deep.equal([]);
  });
});
