import { expect } from "chai";
import { JSDOM } from "jsdom";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "../../../../cli/lab/home";
import { reportOf } from "../../../../cli/report/report";
import { mermaidOf } from "../../../../cli/topology/graph/mermaid";
import { graphOf, withChanges } from "../../../../cli/topology/graph/model";
import { svgOf } from "../../../../cli/topology/graph/svg";
import { graphText } from "../../../../cli/topology/graph/text";
import { findingsOf } from "../../../../cli/topology/status/findings";
import { topology, type Topology } from "../../../../streams/declarations";
import { declared, link, well } from "../../report/a-status";
import { seen } from "../status/a-seen";

const behind = { ...seen, report: reportOf({ ...well, links: [{ ...link, gap: 1_020 }] }, new Set(), declared) };
const live = graphOf(declared, { ...behind, findings: findingsOf(behind, "") });

const odd: Topology = {
  ...declared,
  streams: declared.streams.map((each) => (each.subjects ? { ...each, subjects: ['a"]<b>&.>'] } : each)),
};
const planned = withChanges(graphOf(declared), new Map([["hub.sales", "update"]]));
const misplaced: Topology = { ...declared, spokes: [] };
const pictures = [
  ["what is declared", graphOf(topology)],
  ["a status", live],
  ["odd subjects", graphOf(odd)],
  ["what a plan changes", planned],
  ["a location that nobody declared", graphOf(misplaced)],
  ["a hub alone", graphOf({ hub: "hub", spokes: [], streams: [] })],
] as const;

describe("the graph in Mermaid", () => {
  let parse: (text: string) => Promise<unknown>;

  before(async function () {
    this.timeout(600_000);
    const { window } = new JSDOM("");
    Object.assign(globalThis, { window, document: window.document }); // Mermaid cleans labels by a browser's means
    const { default: mermaid } = await import("mermaid");
    parse = mermaid.parse.bind(mermaid);
  });
  after(() => {
    for (const name of ["window", "document"]) Reflect.deleteProperty(globalThis, name);
  });

  for (const [what, graph] of pictures) {
    it(`is taken by Mermaid's own parser for ${what}`, async () => {
      expect(await parse(mermaidOf(graph))).to.deep.include({ diagramType: "flowchart-v2" });
    });
  }

  it("is the README's picture for what is declared", () => {
    const [, picture] = /```mermaid\n([^]*?)\n```/.exec(readFileSync(join(checkout, "README.md"), "utf8")) ?? [];
    expect(picture).to.equal(mermaidOf(graphOf(topology)));
  });

  it("colours a link that is behind, and says by how much", () => {
    const text = mermaidOf(live);
    expect(text).to.contain('== "source, lag 0, gap 1,020" ==>');
    expect(text).to.contain("linkStyle 0 stroke:#9a6700");
  });

  it("marks what a plan changes, in colour and in words, and nothing else", () => {
    const before = mermaidOf(graphOf(declared)).split("\n");
    const added = mermaidOf(planned)
      .split("\n")
      .filter((line) => !before.includes(line));
    expect(added).to.deep.equal([
      '    s0["sales<br/><small>to update</small>"]',
      "  style s0 stroke:#9a6700,stroke-width:3px",
    ]);
  });

  it("draws a location that nobody declared, with its streams and links, and without leafnodes", () => {
    expect(mermaidOf(graphOf(misplaced))).to.equal(
      mermaidOf(graphOf(declared)).replace('\n  l1 -. "leafnodes ACC, SYS" .-> l0', ""),
    );
  });

  it("names three subjects of a stream, all but plain characters as entities, and says how many more it has", () => {
    const streams = [{ location: "hub", name: "films", subjects: ["a.*", "b", "c", "d", "e"] }];
    expect(mermaidOf(graphOf({ hub: "hub", spokes: [], streams }))).to.contain(
      '["films<br/><small>a.#42;</small><br/><small>b</small><br/><small>c</small><br/><small>and 2 more</small>"]',
    );
  });
});

describe("the graph in SVG", () => {
  for (const [what, graph] of pictures) {
    it(`is well-formed XML with a title and a description, and refers to nothing outside, for ${what}`, () => {
      const { document } = new JSDOM(svgOf(graph), { contentType: "image/svg+xml" }).window;
      const root = document.documentElement;
      const ids = root.getAttribute("aria-labelledby")?.split(" ") ?? [];
      expect(ids.map((id) => document.getElementById(id)?.tagName)).to.deep.equal(["title", "desc"]);
      expect(root.querySelectorAll("[href], image, style, script")).to.have.length(0);
      const names = [...root.querySelectorAll("text")].map(({ textContent }) => textContent?.split(/[: ]/)[0]);
      for (const { name, streams } of graph.locations)
        expect(names).to.include.members([name, ...streams.map((each) => each.name)]);
    });
  }
});

describe("the graph as text", () => {
  it("names locations, streams and links, and marks what is not well", () => {
    expect(graphText(live)).to.equal(
      [
        "hub (hub)",
        "  sales, 12,345 messages",
        "    <= tickets-1 in cinema-a (source, lag 0, gap 1,020)  ! warning",
        "cinema-a (spoke; leafnodes ACC 3 of 3, SYS 3 of 3)",
        "  tickets-1 <- tickets-1.>, 12,345 messages",
      ].join("\n"),
    );
  });
});
