import { expect } from "chai";
import type { WireOrigin } from "../../streams/origin";
import { externalApiPrefix, locationOfPrefix } from "../../streams/origin";
import { streamConfig } from "../../streams/stream-config";
import type { StreamDeclaration } from "../../streams/stream-declaration";
import type { WireConfig } from "../../streams/wire-config";
import { changedFields, configOfWire, updatedWire, wireConfig } from "../../streams/wire-config";

const sizes = { maxAgeSeconds: 60, maxBytes: 1024 };
const origin = { location: "hub", stream: "cinema-a" };
const mirror: StreamDeclaration = { location: "cinema-a", name: "cinema-a-mirror", mirror: origin, ...sizes };
const sales: StreamDeclaration = {
  location: "hub",
  name: "sales",
  sources: [
    { location: "cinema-a", stream: "tickets-1" },
    { location: "hub", stream: "returns" },
  ],
  ...sizes,
};

describe("a link", () => {
  it("an external API prefix names its location, and any other text itself", () => {
    expect(externalApiPrefix("cinema-a")).to.equal("$JS.cinema-a.API");
    expect(locationOfPrefix("$JS.cinema-a.API")).to.equal("cinema-a");
    expect(locationOfPrefix("elsewhere.API")).to.equal("elsewhere.API");
  });

  const external = { apiPrefix: "films.API", deliverPrefix: "films.deliver" };
  const transforms = [{ source: "a.*", destination: "b.{{wildcard(1)}}" }];

  for (const [link, wire] of [
    [{ startSequence: 3 }, { opt_start_seq: 3 }],
    [{ startTime: "2026-11-24T14:00:00+02:00" }, { opt_start_time: "2026-11-24T12:00:00.000Z" }],
    [{ filterSubject: "films.new" }, { filter_subject: "films.new" }],
    [{ subjectTransforms: transforms }, { subject_transforms: [{ src: "a.*", dest: "b.{{wildcard(1)}}" }] }],
    [{ subjectTransforms: [] }, {}],
    [{ consumer: { name: "c", deliverSubject: "d" } }, { consumer: { name: "c", deliver_subject: "d" } }],
    [{ location: "films.API", external }, { external: { api: "films.API", deliver: "films.deliver" } }],
  ] as const) {
    it(`with ${JSON.stringify(link)} is sent as ${JSON.stringify(wire)}, and read back as one`, () => {
      const config = streamConfig({ ...mirror, mirror: { ...origin, ...link } });
      const sent = wireConfig(config).mirror;
      expect(sent).to.deep.equal({ ...wireConfig(streamConfig(mirror)).mirror, ...wire });
      expect(changedFields(config, configOfWire(wireConfig(config), "cinema-a"))).to.deep.equal([]);
    });
  }

  for (const altered of [
    { filter_subject: "tickets-1.a" },
    { opt_start_seq: 3 },
    { opt_start_time: "2026-01-01T00:00:00Z" },
    { subject_transforms: [{ src: "a", dest: "b" }] },
    { consumer: { name: "c", deliver_subject: "d" } },
    { external: { api: "$JS.cinema-a.API", deliver: "elsewhere" } },
    { external: { api: "$JS.cinema-a.API", deliver: "" } },
    { of_later_servers: true },
  ]) {
    it(`with ${JSON.stringify(altered)} on the server is a change, and ours is sent back`, () => {
      for (const [declaration, field] of [
        [mirror, "mirror"],
        [sales, "sources"],
      ] as const) {
        const config = streamConfig({ ...declaration, location: "hub" });
        const wanted = wireConfig(config);
        const alter = (origin: WireOrigin) => ({ ...origin, ...altered });
        const found: WireConfig = {
          ...wanted,
          ...(wanted.mirror && { mirror: alter(wanted.mirror) }),
          ...(wanted.sources && { sources: wanted.sources.map(alter) }),
        };
        const changed = changedFields(config, configOfWire(found, "hub"));
        expect(changed).to.deep.equal([field]);
        expect(updatedWire(found, config, changed)).to.deep.equal(wanted);
      }
    });
  }
});
