import { expect } from "chai";
import fc from "fast-check";
import { streamConfig } from "../../streams/stream-config";
import { declarationOf } from "../../streams/stream-import";
import { changedFields, configOfWire, wireConfig } from "../../streams/wire-config";
import { anyDeclaration } from "../rig/any-stream";

describe("the declaration of a stream that is there", () => {
  it("says what differs from our defaults, and nothing else", () => {
    const declared = { location: "hub", name: "films", subjects: ["films.>"], maxAgeSeconds: 3600, maxBytes: 1000 };
    expect(declarationOf(streamConfig(declared))).to.deep.equal({ ...declared, adopt: "if-equal" });
    const other = { ...declared, discard: "old", replicas: 1, maxMessages: 5, denyDelete: true } as const;
    expect(declarationOf(streamConfig(other))).to.deep.equal({ ...other, adopt: "if-equal" });
  });

  it("names the origin of a link that we would make so, and keeps the prefixes of one that we would not", () => {
    const wire = {
      ...wireConfig(streamConfig({ location: "hub", name: "sales", maxAgeSeconds: 0, maxBytes: 1000 })),
      sources: [
        { name: "tickets-1", external: { api: "$JS.cinema-a.API", deliver: "$JS.DELIVER.cinema-a.hub" } },
        { name: "tickets-2", external: { api: "$JS.cinema-b.API", deliver: "" } },
      ],
    };
    expect(declarationOf(configOfWire(wire, "hub")).sources).to.deep.equal([
      { location: "cinema-a", stream: "tickets-1" },
      {
        location: "cinema-b",
        stream: "tickets-2",
        external: { apiPrefix: "$JS.cinema-b.API", deliverPrefix: "" },
      },
    ]);
  });

  it("is that stream, whatever it is", () => {
    const property = fc.property(anyDeclaration, (declaration) => {
      const found = configOfWire(wireConfig(streamConfig(declaration)), declaration.location);
      expect(changedFields(streamConfig(declarationOf(found)), found)).to.deep.equal([]);
    });
    fc.assert(property, { seed: 20_261_124, numRuns: 300 });
  });
});
