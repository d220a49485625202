import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Rule } from "../../streams/checks/rule";
import { rules } from "../../streams/checks/rules";

const page = readFileSync(join(__dirname, "../../docs/streams.md"), "utf8");
const tests = ["checks", "consumers"]
  .map((folder) => join(__dirname, folder))
  .flatMap((folder) => readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8")))
  .join("\n");

/** A rule as the page has it. A combination of options says what is allowed. */
function row(
  id: string,
  { reason, evidence, test, ...rest }: Omit<Rule, "rule"> & Partial<Record<string, unknown>>,
): string {
  const rule = rest["rule"] ?? `Allowed: ${String(rest["allowed"])}.`;
  return `| ${[id, rule, reason, evidence, test].join(" | ")} |`;
}

describe("docs/streams.md", () => {
  const rows = page.split("\n").filter((line) => /^\| [A-Z]\d+ \|/.test(line));

  it("has each rule once, in order, as it stands in streams/checks", () => {
    expect(rows).to.deep.equal(Object.entries(rules).map(([id, rule]) => row(id, rule)));
  });

  for (const [id, { test }] of Object.entries(rules))
    it(`names the test of rule ${id}, which is there`, () => expect(tests).to.match(new RegExp(`["\`]${test}`)));
});
