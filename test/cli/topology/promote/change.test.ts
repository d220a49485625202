import { expect } from "chai";
import { checkout } from "../../../../cli/lab/home";
import { readCheckout } from "../../../../cli/topology/location/checkout";
import { topologyIn } from "../../../../cli/topology/location/declarations";
import { candidateOf, streamAt } from "../../../../cli/topology/promote/candidate";
import { diffText, plannedChange } from "../../../../cli/topology/promote/change";
import { promoted, repointed, retired, type StreamEdit } from "../../../../cli/topology/promote/edits";

/** A declaration in as many styles as people write. */
const styled = `// Ours.
const days = 24 * 60 * 60;
const room = { maxAgeSeconds: 30 * days, maxBytes: 1e8 };
export const topology = {
  hub: "hub",
  spokes: ["cinema-a", "cinema-b"],
  streams: [
    // what is shown
    { location: "hub", name: "films", subjects: ["films.>"] /* all */, bytesPerSecond: 5, duplicateWindowSeconds: 2 * 60, ...room }, // keep
    { "name": "copy", location: "cinema-a", ...room, mirror: { location: "hub", stream: "films" } /* near */, mirrorDirect: true, description: "Near" },
    (<never>{}) && { location: "cinema-b", name: "posters", ...room,
      sources: [{ location: "hub", stream: "films", startTime: "2026-01-01T00:00:00Z", outageBudgetSeconds: 5 } /* why */] },
  ],
} as const;
`.replace("(<never>{}) && ", "");

const candidate = (text: string, place: string) => {
  const topology = topologyIn(checkout, text);
  return candidateOf(topology, streamAt(topology, place)) ?? expect.fail("no candidate");
};
const message = (work: Promise<unknown>) =>
  work.then(
    () => expect.fail("it was written"),
    (error: Error) => error.message,
  );

describe("the declarations of a promotion", () => {
  it("change in two places of the checkout's, and nowhere else", async () => {
    const { declarations } = readCheckout(checkout);
    const own = candidate(declarations, "cinema-a/cinema-a-mirror");
    const diff = await diffText(await plannedChange(checkout, declarations, [promoted(own), retired(own)]));
    expect(diff).to.match(/^--- streams\/declarations.ts\n\+\+\+ streams\/declarations.ts\n@@ /);
    expect(
      diff
        .split("\n")
        .filter((line) => /^[-+] /.test(line))
        .map((line) => line.replace(/\s+/, " ")),
    ).to.deep.equal([
      '- subjects: ["cinema-a.new.films"],',
      '+ subjects: ["retired.for.cinema-a.cinema-a-mirror"],',
      '- mirror: { location: "hub", stream: "cinema-a" },',
      '+ subjects: ["cinema-a.new.films"],',
      "+ bytesPerSecond: 5,",
    ]);
  });

  it("keep comments and constants, and take over what publishers found at the origin", async () => {
    const own = candidate(styled, "cinema-a/copy");
    const edits = [promoted(own), retired(own), repointed(own, { location: "cinema-b", name: "posters" }, 7)];
    const { after, topology } = await plannedChange(checkout, styled, edits);
    for (const kept of ["// Ours.", "// what is shown", "/* all */", "}, // keep", "/* near */", "/* why */", "2 * 60"])
      expect(after).to.contain(kept);
    expect(after.match(/2 \* 60/g)).to.have.length(2);
    expect(topology.streams[1]).to.include({ bytesPerSecond: 5, duplicateWindowSeconds: 120, description: "Near" });
    expect(topology.streams[1]).to.not.have.any.keys("mirror", "mirrorDirect");
    expect(topology.streams[2]?.sources).to.deep.equal([
      { location: "cinema-a", stream: "copy", startSequence: 8, outageBudgetSeconds: 5 },
    ]);
  });

  it("lose an origin that is gone, and a grant that was for the moment", async () => {
    const own = candidate(styled, "cinema-a/copy");
    const posters = repointed(own, { location: "cinema-b", name: "posters" }, 7);
    const grant: StreamEdit = { stream: own.stream, set: { allowDataLoss: true } };
    const edits: StreamEdit[] = [promoted(own), { stream: own.origin, removed: true }, grant, posters];
    const { after, topology } = await plannedChange(checkout, styled, edits);
    expect(topology.streams.map(({ name }) => name)).to.deep.equal(["copy", "posters"]);
    expect(topology.streams[0]?.allowDataLoss).to.equal(true);
    const without = await plannedChange(checkout, after, [{ stream: own.stream, drop: ["allowDataLoss"] }]);
    expect(without.after).to.not.contain("allowDataLoss");
  });

  for (const [what, text] of [
    [
      "'topology'",
      `const made = () => ({ hub: "hub", spokes: ["cinema-a", "cinema-b"], streams: [] as object[] });\nexport const topology = made();\n`,
    ],
    [
      "stream hub/films",
      styled.replace("// what is shown\n    {", "Object.freeze({").replace("...room }, // keep", "...room }),"),
    ],
  ] as const)
    it(`are not written where ${what} is not written out: the change to make by hand is told`, async () => {
      const { stream, origin, followers, isWritten } = candidate(styled, "cinema-a/copy");
      const own = { stream, origin, followers, isWritten };
      const said = await message(plannedChange(checkout, text, [retired(own)]));
      expect(said).to.contain(`${what} is not written out in streams/declarations.ts`);
      expect(said).to.contain(
        'make this change by hand, and run the same command again:\n  hub/films: subjects: ["retired.for.cinema-a.copy"]',
      );
    });

  it("are not written where the text declares something else than it seems to", async () => {
    const text = `${styled}\nObject.assign(topology.streams[0], { subjects: ['films.>'] });\n`;
    const own = candidate(styled, "cinema-a/copy");
    expect(await message(plannedChange(checkout, text, [retired(own)]))).to.contain("make this change by hand");
  });

  it("are not written with a fault, and each is told", async () => {
    const text = styled.replace('name: "posters", ...room,', 'name: "posters", subjects: ["retired.>"], ...room,');
    const own = candidate(text, "cinema-a/copy");
    expect(await message(plannedChange(checkout, text, [promoted(own), retired(own)]))).to.match(
      /have \d fault\(s\); nothing was written:\n {2}- .*retired/,
    );
  });
});
