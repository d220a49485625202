import { expect } from "chai";
import { longestComment, renderReview } from "../../../../cli/topology/comment/render";
import { aChange, aPlan, aReview, aStackPlan } from "./a-review";

const many = (count: number, text: string) => Array.from({ length: count }, (_, i) => `${text} ${i}`);

describe("the comment of a pull request", () => {
  it("names data at risk first, then faults, then each stack's changes, then the graph", () => {
    const plan = aPlan({
      atRisk: [{ stacks: ["streams"], text: "stream hub/old goes with 5 message(s)" }],
      faults: [{ stacks: ["streams"], text: "'maxBytes' of stream 'sales' is 0" }],
      stacks: [
        aStackPlan({ stack: "hub" }),
        aStackPlan({
          changes: [
            aChange(),
            aChange({ kind: "delete", name: "hub.old" }),
            aChange({
              kind: "update",
              name: "cinema-a.tickets-1",
              fields: [{ field: "maxBytes", before: 8, after: 16 }],
            }),
          ],
        }),
      ],
    });
    expect(renderReview(aReview({ plan }))).to.equal(`<!-- cinema-jetstream: topology preview -->

## Topology preview

**⚠️ Data at risk: 1.** **1 fault: an up is refused.** 1 to create, 1 to update, 1 to delete, over 2 stacks.

### ⚠️ Data at risk

- \`streams\` \`stream hub/old goes with 5 message(s)\`

### Faults

- \`streams\` \`'maxBytes' of stream 'sales' is 0\`

### \`streams\`: 1 to create, 1 to update, 1 to delete

- − delete \`Stream hub.old\`
- ~ update \`Stream cinema-a.tickets-1\`: \`maxBytes: 8 → 16\`
- \\+ create \`Stream hub.sales\`

Nothing to do in

- \`hub\`

### Graph

\`\`\`mermaid
flowchart LR
  subgraph l0["hub"]
    s0["sales<br/><small>to create</small>"]
  end
  subgraph l1["cinema-a"]
    s1["tickets-1<br/><small>tickets-1.#62;</small><br/><small>to update</small>"]
  end
  s1 == "source" ==> s0
  l1 -. "leafnodes ACC, SYS" .-> l0
  style s0 stroke:#1a7f37,stroke-width:3px
  style s1 stroke:#9a6700,stroke-width:3px
\`\`\`

Previewed at ${"a".repeat(40)}.`);
  });

  it("says what a preview without secrets cannot know", () => {
    expect(renderReview(aReview({ against: "scratch" }))).to.contain("without the secrets of this repository");
  });

  it("shows the end of what a preview said that gave no plan", () => {
    const { plan: _plan, ...review } = aReview({ failure: "error: no Pulumi backend can be reached" });
    expect(renderReview(review)).to.contain("```text\nerror: no Pulumi backend can be reached\n```");
  });

  it("is never longer than GitHub takes, and says how much is left out", () => {
    const long = "x".repeat(3_000);
    const plan = aPlan({
      atRisk: many(500, long).map((text) => ({ stacks: ["streams"], text })),
      faults: many(500, "fault").map((text) => ({ stacks: ["streams"], text })),
      stacks: many(200, "stack").map((stack) =>
        aStackPlan({ stack, changes: many(50, "hub.s").map((name) => aChange({ name })) }),
      ),
    });
    const text = renderReview(aReview({ plan }));
    expect(text.length).to.be.within(longestComment - 15_000, longestComment);
    expect(text).to.match(/… and [34]\d\d more, in the log of the job/);
    expect(text).to.contain("… and 150 stacks more");
    expect(text).to.match(/Previewed at a+\.$/);
  });

  const inHub = (name: string) => ({ location: "hub", name, subjects: [], sources: [] });
  for (const [what, spokes, streams] of [
    ["a graph that nobody could read", [], many(101, "s").map(inHub)],
    ["a graph that GitHub refuses to draw", many(500, "spoke"), []],
  ] satisfies [string, string[], object[]][]) {
    it(`leaves out ${what}, and says so`, () => {
      const text = renderReview(aReview({ topology: { hub: "hub", spokes, streams } }));
      expect(text).to.contain("The graph is left out").and.not.contain("mermaid");
    });
  }

  const attacks = [
    "@maintainer please",
    "`@maintainer` ``@all``",
    "x\n\n# heading\n<img src=x onerror=alert(1)>",
    "<!-- cinema-jetstream: topology preview -->",
    "```\n@maintainer",
    '"] --> x[click](javascript:alert(1))',
    "owner/repo#1 https://evil.example",
    "\u202eright to left\u0000",
  ];

  /** What GitHub would read as Markdown: all that stands outside of code. */
  function outsideCode(text: string): string {
    const blocks = text.replaceAll(/^(`{3,})\w*\n[^]*?\n\1$/gm, "");
    return blocks.replaceAll(/(?<!`)(`+)(?!`)(.*?)(?<!`)\1(?!`)/g, "");
  }

  for (const attack of attacks) {
    it(`nothing of ${JSON.stringify(attack)} is more than text, wherever it stands`, () => {
      const change = aChange({
        type: attack,
        name: attack,
        fields: [{ field: attack, before: attack, after: attack }],
      });
      const stack = aStackPlan({ stack: attack, changes: [change], outputs: [attack], notes: [attack] });
      const remark = { stacks: [attack], text: attack };
      const streams = [
        { location: attack, name: attack, subjects: [attack], sources: [{ location: attack, stream: attack }] },
      ];
      const topology = { hub: attack, spokes: [attack], streams };
      const plan = aPlan({ atRisk: [remark], faults: [remark], stacks: [stack, aStackPlan({ stack: attack })] });
      const { plan: _plan, ...failed } = aReview({ failure: attack });
      for (const text of [renderReview(aReview({ topology, plan })), renderReview(failed)]) {
        const [, ...body] = outsideCode(text).split("\n");
        expect(body.join("\n")).not.to.match(/maintainer|@|<(?!small)|https?:|alert|evil|heading|left\b.*\u202e/);
        expect(text).not.to.contain("\u202e").and.not.contain("\u0000");
      }
    });
  }

  it("no name can end its label in the graph", () => {
    const streams = [{ location: "hub", name: '"]\nclick s0 "javascript:x"', subjects: [], sources: [] }];
    const text = renderReview(aReview({ topology: { hub: "hub", spokes: [], streams } }));
    expect(text).to.contain('s0["#34;#93;#10;click s0 #34;javascript:x#34;"]');
  });
});
