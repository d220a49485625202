import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { changeableFields, fieldSince } from "../../streams/stream-changes";
import { samples } from "./field-samples";

const page = readFileSync(join(__dirname, "../../docs/streams.md"), "utf8");

/** Option, its name in the API and the first server version, row by row. */
function optionRows(): string[][] {
  const rows = page.split("\n").filter((line) => /^\| `\w+` \| (`\w+`)? \|/.test(line));
  return rows.map((row) =>
    row
      .split(" | ")
      .slice(0, 3)
      .map((cell) => cell.replace(/[|` ]/g, "")),
  );
}

describe("the table of options in docs/streams.md", () => {
  it("has each option once, under its name in the API, with the first server that may use it", () => {
    const identity = [
      ["location", "", ""],
      ["name", "name", ""],
    ];
    const options = changeableFields.map((field) => [
      field,
      ...Object.keys(samples[field].wire),
      fieldSince(field) ?? "",
    ]);
    expect(optionRows()).to.deep.equal([...identity, ...options]);
  });
});
