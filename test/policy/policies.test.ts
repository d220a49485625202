/** The pack's policies on resources as the components register them, without an engine. */
import { expect } from "chai";
import type { PolicyResource } from "@pulumi/policy";
import { helmValues } from "../../components/kubernetes/helm-values";
import { legacyValues } from "../../components/kubernetes/legacy-values";
import { policies } from "../../policy/policies";
import { Consumer } from "../../streams/consumers/consumer";
import type { Topology } from "../../streams/declarations";
import { Stream } from "../../streams/stream";
import { topologyFaults, type LocationLimits } from "../../streams/topology";
import { topology as deployed } from "../../streams/declarations";
import { aHub } from "../components/a-location";
import { recordResources, resolved } from "../rig/mocks";
import { a, and, copy, locationOf, of, ok, running, stream, sum, withA } from "../streams/checks/a-topology";

const connection = { servers: ["nats://hub:4222"], user: "acc", password: "secret" };

/** The resources of a program that makes no check of its own. */
async function unchecked(topology: Topology, locations: readonly LocationLimits[] = []): Promise<PolicyResource[]> {
  const recorded = await recordResources();
  const common = { serverVersion: "2.14.2", connection };
  const domains = [topology.hub, ...topology.spokes];
  const made = [
    ...topology.streams.map(
      (declaration, i) =>
        new Stream(`${declaration.location}.${declaration.name}.${i}`, {
          ...common,
          declaration,
          domains,
          linkTimeoutSeconds: 60,
        }),
    ),
    ...(topology.consumers ?? []).map(
      (declaration, i) =>
        new Consumer(`${declaration.name}.${i}`, { ...common, declaration, consumerLimits: undefined }),
    ),
  ];
  await Promise.all(made.map(({ id }) => resolved(id)));
  const references = locations.map((outputs) =>
    resource("pulumi:pulumi:StackReference", outputs.location, { outputs }),
  );
  return [...recorded.map(({ type, name, inputs }) => resource(type, name, inputs)), ...references];
}

function resource(type: string, name: string, props: PolicyResource["props"]): PolicyResource {
  return { type, name, urn: `urn:${type}::${name}`, props };
}

/** What each policy says, in the order of an engine's calls. */
function violations(resources: readonly PolicyResource[]): (readonly [policy: string, text: string])[] {
  const said: [string, string][] = [];
  const report = (name: string) => (text: string) => void said.push([name, text]);
  for (const each of resources)
    for (const { name, validateResource } of policies) validateResource?.(each, report(name));
  for (const { name, validateStack } of policies) validateStack?.({ resources }, report(name));
  return said;
}

const consumer = { location: "hub", stream: "copy", name: "ledger" };

describe("the policy pack", () => {
  it("has a policy for each group of the rules, and three beyond them, each by one name", () => {
    expect(policies.map(({ name }) => name)).to.deep.equal([
      ...["stream-options", "stream-links", "link-retention", "outage-budgets", "server-versions", "consumers"],
      ...["no-data-loss", "three-replicas", "encrypted-leafnodes"],
    ]);
  });

  const programs: readonly (readonly [string, Topology, LocationLimits[]?, string?])[] = [
    [
      "the topology that is deployed",
      deployed,
      ["hub", "cinema-a", "cinema-b"].map((each) => locationOf(each, "2.14.2")),
    ],
    ["a small one without a fault, with a consumer", { ...ok, consumers: [{ ...consumer, startSequence: 5 }] }],
    ["a name that no server answers", of({ ...a, name: "a.b" }), [], "stream-options"],
    ["a mirror with subjects", of(a, { ...copy, subjects: ["x"] }), [], "stream-options"],
    ["two streams of one name", and(stream("hub", "copy", { subjects: ["x"] })), [], "stream-options"],
    ["more than its location holds", ok, [{ ...locationOf("hub", "2.14.2"), maxFileStoreBytes: 1 }], "stream-options"],
    ["an unknown origin", of(a, sum({ stream: "b" })), [], "stream-links"],
    ["a filter beyond its origin", and(sum({ filterSubject: "x.>" })), [], "stream-links"],
    ["an origin by interest", withA({ retention: "interest" }), [], "link-retention"],
    ["an origin without a rate", withA({ bytesPerSecond: undefined }), [], "outage-budgets"],
    ["an origin that forgets", withA({ maxAgeSeconds: 60 }), [], "outage-budgets"],
    ["a budget of its own", and(sum({ outageBudgetSeconds: 2 ** 21 })), [], "outage-budgets"],
    ["an option that servers lack", withA({ compression: "s2" }), running("2.14.2", "2.9.19"), "server-versions"],
    ["a consumer of no stream", { ...ok, consumers: [{ ...consumer, stream: "gone" }] }, [], "consumers"],
  ];
  for (const [title, topology, locations = [], policy] of programs) {
    it(`says of ${title} what the checks say`, async () => {
      const faults = topologyFaults(topology, locations);
      const said = violations(await unchecked(topology, locations));
      expect(said.map(([, text]) => text)).to.have.members(faults);
      if (policy) expect(said.map(([name]) => name)).to.include(policy);
      else expect(said).to.deep.equal([]);
    });
  }

  it("refuses what lets messages go, of streams and consumers", async () => {
    const consumers = [{ ...consumer, allowDataLoss: true }];
    const said = violations(await unchecked({ ...withA({ allowDataLoss: true }), consumers }));
    expect(said).to.have.deep.members(
      ["cinema-a.a.0", "ledger.0"].map((name) => [
        "no-data-loss",
        `'allowDataLoss' of ${name} is true; allowed by policy: left out, so that no change deletes messages; take it away, ` +
          "or make this policy advisory in the pack's configuration",
      ]),
    );
  });

  it("refuses fewer than three replicas of a stream, and servers of a location", async () => {
    const text = (what: string) =>
      `'replicas' of ${what} is 1; allowed by policy: 3 or more, as one server must not be all; raise it`;
    const locations = [
      resource("pulumi-nodejs:dynamic/kubernetes:Serving", "hub-serving", { serverNames: ["hub-nats-0"] }),
      resource("pulumi-nodejs:dynamic/local:Cluster", "hub-cluster", { settings: { serverNames: ["hub-nats-0"] } }),
    ];
    const said = violations([...(await unchecked(withA({ replicas: 1 }))), ...locations]);
    expect(said).to.deep.equal(
      ["stream cinema-a.a.0", "location 'hub-serving'", "location 'hub-cluster'"].map((what) => [
        "three-replicas",
        text(what),
      ]),
    );
  });

  for (const [kind, refused] of [
    ["plaintext", true],
    ["generated", false],
  ] as const) {
    for (const write of [helmValues, legacyValues]) {
      it(`${refused ? "refuses" : "takes"} ${kind} leafnodes in ${write.name}`, () => {
        const values = write(aHub({ leafnodeTls: { kind } }), { values: "", secret: "" });
        const said = violations([resource("kubernetes:helm.sh/v3:Release", "hub-release", { values })]);
        expect(said.map(([name]) => name)).to.deep.equal(refused ? ["encrypted-leafnodes"] : []);
      });
    }
  }
});
