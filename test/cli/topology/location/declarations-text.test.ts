import { expect } from "chai";
import { UnwrittenError } from "../../../../cli/topology/location/declarations-syntax";
import { addToDeclarations, removeSpoke, removeStreamsOf } from "../../../../cli/topology/location/declarations-text";
import { checkedText, topologyIn } from "../../../../cli/topology/location/declarations";
import { withLocation, withoutStreamsOf } from "../../../../cli/topology/location/declared-location";
import { checkout } from "../../../../cli/lab/home";
import { readCheckout } from "../../../../cli/topology/location/checkout";

/** A declaration in as many styles as people write. */
const styled = `// Ours.
export const topology = {
  hub: "hub",
  spokes: [
    "cinema-a", // the first one
  ],
  streams: [
    // sold here
    { location: "cinema-a", name: "sold", adopt: "always", subjects: ["sold.cinema-a", "other"], allowDataLoss: true /* for now */, maxAgeSeconds: 60 * 60, maxBytes: 1 }, // keep
    /* all of it */
    { name: "sales", location: "hub", maxAgeSeconds: 1, maxBytes: 1,
      sources: [{ location: "cinema-a", stream: "sold", outageBudgetSeconds: 5 } /* why */] }
  ],
} as const;
`;

const add = async (text: string, name: string) => {
  const { topology, copies } = withLocation(topologyIn(checkout, text), name);
  return checkedText(checkout, addToDeclarations(text, name, copies), topology);
};
const remove = async (text: string, name: string) => {
  const topology = withoutStreamsOf(topologyIn(checkout, text), name);
  const wanted = { ...topology, spokes: topology.spokes.filter((spoke) => spoke !== name) };
  return checkedText(checkout, removeSpoke(removeStreamsOf(text, name), name), wanted);
};

describe("the declarations' text", () => {
  it("takes a location after the newest one's, and gives it back to the byte", async () => {
    const { declarations } = readCheckout(checkout);
    const grown = await add(declarations, "cinema-c");
    const added = grown.split("\n").filter((line) => !declarations.split("\n").includes(line));
    expect(added.map((line) => line.trim())).to.deep.equal([
      'spokes: ["cinema-a", "cinema-b", "cinema-c"],',
      'location: "cinema-c",',
      'name: "tickets-3",',
      'description: "Tickets sold in cinema-c",',
      'subjects: ["tickets-3.>"],',
      '{ location: "cinema-c", stream: "tickets-3" },',
    ]);
    expect(await remove(grown, "cinema-c")).to.equal(declarations);
  });

  it("takes ten, one after the other", async () => {
    let text = readCheckout(checkout).declarations;
    for (let i = 0; i < 10; i++) text = await add(text, `place-${i}`);
    const { streams, spokes } = topologyIn(checkout, text);
    expect(spokes).to.have.length(12);
    expect(streams.find(({ name }) => name === "sales")?.sources?.at(-1)).to.deep.equal({
      location: "place-9",
      stream: "tickets-12",
    });
  });

  it("keeps comments, and copies neither a grant nor what does not carry the name", async () => {
    const grown = await add(styled, "cinema-b");
    for (const comment of [
      "// Ours.",
      '"cinema-a", // the first one',
      "// sold here",
      "}, // keep",
      "/* all of it */",
      "/* why */",
    ])
      expect(grown).to.contain(comment);
    const { streams } = topologyIn(checkout, grown);
    expect(streams[1]).to.deep.equal({
      location: "cinema-b",
      name: "sold-cinema-b",
      subjects: ["sold-cinema-b.>"],
      maxAgeSeconds: 3600,
      maxBytes: 1,
    });
    expect(streams[2]?.sources?.at(-1)).to.deep.equal({
      location: "cinema-b",
      stream: "sold-cinema-b",
      outageBudgetSeconds: 5,
    });
    const back = await remove(grown, "cinema-b");
    expect(topologyIn(checkout, back)).to.deep.equal(topologyIn(checkout, styled));
    expect(back).to.contain("}, // keep");
  });

  for (const [what, text] of [
    ["'topology'", "const made = () => ({ hub: 'hub' });\nexport const topology = made();"],
    ["'spokes'", "const spokes = [];\nexport const topology = { hub: 'hub', spokes, streams: [] };"],
  ] as const) {
    it(`says so where ${what} is not written out`, () => {
      expect(() => addToDeclarations(text, "cinema-c", [])).to.throw(UnwrittenError, `${what} is not written out`);
    });
  }

  it("says so where the text declares something else than it seems to", async () => {
    const text = readCheckout(checkout).declarations.replace(
      /\};\n$/,
      "};\nArray.prototype.reverse.call(topology.streams);\n",
    );
    const error = await add(text, "cinema-c").then(
      () => undefined,
      (caught: Error) => caught.message,
    );
    expect(error).to.contain("change it by hand");
  });

  it("says so where the text does not run, or exports nothing", () => {
    expect(() => topologyIn(checkout, "throw new Error('no')")).to.throw(
      "streams/declarations.ts does not run: no; mend it",
    );
    expect(() => topologyIn(checkout, "")).to.throw("exports no 'topology'");
  });
});
