/** No command stands in a page that nothing runs. */
import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "../../../cli/lab/home";
import { runByNone, runElsewhere, typedOnLab } from "../../docs/commands";

const read = (file: string) => readFileSync(join(checkout, file), "utf8");
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "toolchain/README.md",
  ...readdirSync(join(checkout, "docs"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => `docs/${file}`),
];

/** Lines of shell in a page's blocks, without comments; of blocks in no language those that begin with a program of ours. */
function commandsIn(page: string, languages = ["sh", "text", ""]): string[] {
  const blocks = [...page.matchAll(/^```(\w*)\n(.*?)^```$/gms)].filter(([, language = ""]) =>
    languages.includes(language),
  );
  return blocks.flatMap(([, language, text = ""]) => {
    const lines = text.split("\n").map((line) => line.replace(/(^|\s+)# .*$/, "").trim());
    return lines.filter((line) => (language === "sh" ? line !== "" : /^(npm|npx|node|pulumi) /.test(line)));
  });
}

/** Pages of which a test types each block of shell. */
const typedPages = readdirSync(join(checkout, "test"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".test.ts"))
  .flatMap((file) => [...read(`test/${file}`).matchAll(/commandsOf\("(\S+)"\)/g)].map(([, page = ""]) => page));

const found = new Map(pages.map((page) => [page, commandsIn(read(page))]));
const typed = new Set([...typedOnLab, ...typedPages.flatMap((page) => commandsIn(read(page), ["sh"]))]);

describe("commands in the pages", () => {
  it("are found: shell without its comments, and our own programs in plain blocks", () => {
    const page =
      "```sh\n# why\nnpm run lab -- cut a # then\nfor a in b; do\n  c $a\ndone\n```\n```text\nnpm test\nkubectl a\n```\n```ts\nnpm x\n```\n```\nnode a\n```\n";
    expect(commandsIn(page)).to.deep.equal([
      "npm run lab -- cut a",
      "for a in b; do",
      "c $a",
      "done",
      "npm test",
      "node a",
    ]);
  });

  for (const [page, commands] of found)
    if (commands.length > 0)
      it(`each of ${page} is run by a test, or listed as run by none`, () => {
        const known = new Set([...typed, ...runByNone, ...Object.keys(runElsewhere)]);
        expect(commands.filter((command) => !known.has(command))).to.deep.equal([]);
      });

  it("those that a list names stand in a page, and in no list twice", () => {
    const listed = [...typedOnLab, ...runByNone, ...Object.keys(runElsewhere)];
    const standing = new Set([...found.values()].flat());
    expect(listed.filter((command) => !standing.has(command))).to.deep.equal([]);
    expect([...runByNone, ...Object.keys(runElsewhere)].filter((command) => typed.has(command))).to.deep.equal([]);
  });

  for (const [command, [file, words]] of Object.entries(runElsewhere))
    it(`'${command}' names a test that is there`, () => {
      expect(read(file)).to.contain(words);
    });
});
