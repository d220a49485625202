import { expect } from "chai";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { pages, withBlocks } from "../../../cli/docs/blocks";
import { checkout } from "../../../cli/lab/home";
import { readLocation } from "../../../components/location";
import { stackConfig } from "../../components/a-stack-config";

const docs = join(checkout, "docs");
const read = (page: string) => readFileSync(join(checkout, page), "utf8");

describe("generated pages", function () {
  this.timeout(600_000); // one is read from the types of all sources
  for (const [page, blocks] of Object.entries(pages))
    it(`${page} is what 'npm run docs' writes`, () => {
      expect(read(page)).to.equal(withBlocks(read(page), blocks));
    });

  it("a block that is not on the page is named", () => {
    expect(() => withBlocks("", { keys: () => "" })).to.throw("the page has no block 'keys'");
  });
});

describe("docs/faults.md", () => {
  const rows = read("docs/faults.md")
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .slice(1);
  for (const row of rows)
    it(`names a test that is there: ${row.split(" | ")[0]?.slice(2)}`, () => {
      const [, title = "", file = ""] = /\[`(.+?)`\]\((.+?)\) \|$/.exec(row) ?? [];
      expect(readFileSync(join(docs, file), "utf8")).to.contain(`"${title}"`);
    });
});

describe("docs/production.md", () => {
  it("has a stack file that is accepted, and no other command", () => {
    const page = read("docs/production.md");
    const blocks = [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)];
    expect(blocks.map(([, language]) => language)).to.deep.equal(["yaml"]);
    const config: Record<string, unknown> = parse(blocks[0]?.[2] ?? "").config;
    const given = Object.entries(config).map(([key, value]) => [key.replace("cinema-jetstream:", ""), value]);
    expect(readLocation("hub", stackConfig(Object.fromEntries(given))).name).to.equal("hub");
  });
});

describe("links between the pages", () => {
  for (const page of readdirSync(docs).filter((file) => file.endsWith(".md")))
    it(`those of docs/${page} lead to a file, and to a heading of it`, () => {
      for (const [, target = ""] of read(`docs/${page}`).matchAll(/\]\(((?!https?:)[^)\s]+)\)/g)) {
        const [file = "", heading] = target.split("#");
        const path = file === "" ? join(docs, page) : join(docs, file);
        expect(existsSync(path), target).to.equal(true);
        if (heading) expect(headings(readFileSync(path, "utf8")), target).to.include(heading);
      }
    });
});

/** Anchors of a page, as GitHub makes them. */
function headings(page: string): string[] {
  return [...page.matchAll(/^#+ (.*)$/gm)].map(([, text = ""]) =>
    text
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}
