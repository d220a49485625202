import { expect } from "chai";
import { figureTable } from "../../bench/figure";

/** The cells of a table's rows, without its head. */
function rows(table: string): string[][] {
  const lines = table.split("\n").filter((line) => line.startsWith("│"));
  return lines.slice(1).map((line) =>
    line
      .split("│")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe("table of figures", () => {
  it("shows a target as exactly as it was set, and marks what is over it", () => {
    const table = figureTable([
      { name: "ratio", value: 1.504, unit: "×", target: 1.5 },
      { name: "time", value: 11.96, unit: "s", target: 12 },
      { name: "memory", value: 148.7, unit: "MB" },
    ]);
    expect(rows(table)).to.deep.equal([
      ["ratio", "1.50 ×", "≤ 1.5 ×", "MISSED"],
      ["time", "12.0 s", "≤ 12 s", ""],
      ["memory", "149 MB", "", ""],
    ]);
  });
});
