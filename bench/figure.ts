/** One measured number, beside what it should be. */
import Table from "cli-table3";
import { plainTable } from "../cli/plain-table";

export interface Figure {
  readonly name: string;
  readonly value: number;
  /** Empty for a count, × for how many times as much as something else. */
  readonly unit: "s" | "bytes" | "MB" | "×" | "";
  /** What it should be at most. Absent: told for orientation only. */
  readonly target?: number;
}

const decimals: Readonly<Record<Figure["unit"], number>> = { s: 1, bytes: 0, MB: 0, "×": 2, "": 0 };

/** Whether a figure is over its target. */
export function isMissed({ value, target = Infinity }: Figure): boolean {
  return value > target;
}

/** The figures for people, with a mark at each that is over its target. */
export function figureTable(figures: readonly Figure[]): string {
  const table = new Table({
    head: ["Figure", "Measured", "Target", ""],
    colAligns: ["left", "right", "right", "left"],
    ...plainTable,
  });
  for (const figure of figures) {
    const { name, value, unit, target } = figure;
    const text = (number: number, atLeast = decimals[unit]) =>
      `${number.toLocaleString("en", { minimumFractionDigits: atLeast, maximumFractionDigits: decimals[unit] })} ${unit}`.trimEnd();
    table.push([
      name,
      text(value),
      target === undefined ? "" : `≤ ${text(target, 0)}`,
      isMissed(figure) ? "MISSED" : "",
    ]);
  }
  return table.toString();
}
