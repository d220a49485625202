/** How the checks speak: the text of a fault, the rule that it breaks, numbers as people read them. Pure. */
import type { RuleId } from "./rules";

/** A fault's text with the rule of docs/streams.md that says why. */
export function fault(rule: RuleId, text: string): string {
  return `${text} (rule ${rule})`;
}

/** Letter of the rule that a fault names, such as `O` of O3; empty where it names none. */
export function groupOf(text: string): string {
  return /\(rule ([A-Z])\d+\)$/.exec(text)?.[1] ?? "";
}

/** Those that are there more than once, once each. */
export function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, i) => names.indexOf(name) !== i))];
}

const byteUnits = ["KiB", "MiB", "GiB", "TiB"] as const;

/** Bytes, and in the largest unit that leaves at least 1: `67108864 bytes (64 MiB)`. */
export function inBytes(bytes: number): string {
  const exact = bytes === 1 ? "1 byte" : `${bytes} bytes`;
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), byteUnits.length);
  const unit = byteUnits[power - 1];
  return unit === undefined ? exact : `${exact} (${rounded(bytes / 1024 ** power)} ${unit})`;
}

const timeUnits = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

/** Seconds, and in the largest unit that leaves at least 1: `604800 s (7 days)`. */
export function inSeconds(seconds: number): string {
  const [unit, length] = timeUnits.find(([, length]) => seconds >= length) ?? [];
  if (length === undefined) return `${seconds} s`;
  const count = rounded(seconds / length);
  return `${seconds} s (${count} ${count === 1 ? unit : `${unit}s`})`;
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
