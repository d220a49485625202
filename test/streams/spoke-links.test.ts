import { expect } from "chai";
import { topology } from "../../streams/declarations";
import { spokeLinks } from "../../streams/spoke-links";
import type { StreamDeclaration } from "../../streams/stream-declaration";

const sizes = { maxAgeSeconds: 60, maxBytes: 1 };
const stream = (location: string, name: string, more: Partial<StreamDeclaration>): StreamDeclaration => ({
  location,
  name,
  ...sizes,
  ...more,
});
const of = (...streams: StreamDeclaration[]) => spokeLinks({ spokes: ["cinema-a", "cinema-b"], streams });

describe("spokeLinks", () => {
  it("tells of the declared topology what crosses each line", () => {
    const link = { direction: "to-hub" };
    expect(spokeLinks(topology)).to.deep.equal([
      {
        spoke: "cinema-a",
        direction: "from-hub",
        originLocation: "hub",
        origin: "cinema-a",
        deliver: "$JS.DELIVER.hub.cinema-a.M.*",
      },
      {
        ...link,
        spoke: "cinema-a",
        originLocation: "cinema-a",
        origin: "tickets-1",
        deliver: "$JS.DELIVER.cinema-a.hub.S.*",
      },
      {
        ...link,
        spoke: "cinema-b",
        originLocation: "cinema-b",
        origin: "tickets-2",
        deliver: "$JS.DELIVER.cinema-b.hub.S.*",
      },
    ]);
  });

  it("a link of two spokes crosses both lines", () => {
    const mirror = { location: "cinema-a", stream: "x" };
    const link = { originLocation: "cinema-a", origin: "x", deliver: "$JS.DELIVER.cinema-a.cinema-b.M.*" };
    expect(of(stream("cinema-b", "y", { mirror }))).to.deep.equal([
      { ...link, spoke: "cinema-a", direction: "to-hub" },
      { ...link, spoke: "cinema-b", direction: "from-hub" },
    ]);
  });

  it("a link within one location crosses none", () => {
    const sources = [{ location: "cinema-a", stream: "x" }];
    expect(of(stream("cinema-a", "y", { sources }), stream("hub", "z", {}))).to.deep.equal([]);
  });
});
