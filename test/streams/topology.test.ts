import { expect } from "chai";
import { topology as deployed } from "../../streams/declarations";
import { linkOrder, topologyFaults } from "../../streams/topology";
import { locationOf } from "./checks/a-topology";

describe("topologyFaults", () => {
  for (const serverVersion of ["2.9.19", "2.14.2", "2.15.2"])
    it(`finds none in the topology that is deployed, on servers ${serverVersion}`, () => {
      const locations = [deployed.hub, ...deployed.spokes].map((location) => locationOf(location, serverVersion));
      expect(topologyFaults(deployed, locations)).to.deep.equal([]);
    });

  it("finds those of consumers too", () => {
    const consumers = [{ location: "hub", stream: "none", name: "c" }];
    const [fault, ...others] = topologyFaults({ ...deployed, consumers });
    expect(others).to.deep.equal([]);
    expect(fault).to.contain("'stream' of consumer 'c' is 'none' in 'hub', which is not declared");
  });
});

describe("linkOrder", () => {
  it("puts origins before mirrors and aggregates, whatever the order of declaration", () => {
    const names = linkOrder({ streams: [...deployed.streams].reverse() }).map(({ name }) => name);
    expect(names).to.deep.equal(["tickets-1", "tickets-2", "sales", "cinema-a", "cinema-a-mirror"]);
  });

  it("holds every stream of a cycle, and those behind it", () => {
    const stream = (name: string, origin: string) => ({
      ...{ location: "hub", name, maxAgeSeconds: 1, maxBytes: 1 },
      sources: [{ location: "hub", stream: origin }],
    });
    const streams = [stream("last", "y"), stream("x", "y"), stream("y", "x")];
    expect(linkOrder({ streams }).map(({ name }) => name)).to.deep.equal(["x", "y", "last"]);
  });

  it("takes an origin in another account for none of the declared streams", () => {
    const external = { apiPrefix: "$JS.partner.API", deliverPrefix: "deliver.partner" };
    const sizes = { maxAgeSeconds: 1, maxBytes: 1 };
    const follower = { location: "hub", name: "y", mirror: { location: "hub", stream: "x", external }, ...sizes };
    const streams = [follower, { location: "hub", name: "x", subjects: ["x"], ...sizes }];
    expect(linkOrder({ streams }).map(({ name }) => name)).to.deep.equal(["y", "x"]);
  });
});
