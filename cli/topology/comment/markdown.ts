/** Text of others in a comment, as text and nothing else. Pure. */

/** What a reader cannot see: control characters, and those that turn the direction of what follows. */
const invisible = /[\p{Cc}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+/gu;

/**
 * A code span, in one line: GitHub makes no link, mention, reference or HTML of what is in one.
 *
 * @param limit longest text, in UTF-16 units; what is over is cut, and said so by `…`
 */
export function code(text: string, limit = 600): string {
  const line = text.replace(invisible, " ").trim();
  if (line === "") return "(empty)";
  const shown = line.length > limit ? `${line.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, "")}…` : line;
  const fence = "`".repeat(longestRun(shown) + 1);
  const space = /^`|`$/.test(shown) ? " " : "";
  return `${fence}${space}${shown}${space}${fence}`;
}

/** A block of code of one language, which nothing in it can end. */
export function block(language: string, text: string): string {
  const fence = "`".repeat(Math.max(3, longestRun(text) + 1));
  const lines = text.split("\n").map((line) => line.replace(invisible, " "));
  return [`${fence}${language}`, ...lines, fence].join("\n");
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}

/** One part of a comment: a heading, then as many of its items as there is room for. */
export interface Section {
  readonly heading: string;
  readonly items: readonly string[];
  /**
   * What is said of items that are left out.
   *
   * @default - `… and N more, in the log of the job`
   */
  readonly cut?: (left: number) => string;
}

/** Room that a section's heading and its word about what is left out take at most, in UTF-16 units. */
const least = 250;

/**
 * The sections one after the other, cut between items so that the text is never longer than `limit`. Each has its heading, the room that those
 * after it do not need, and at least half of what is left; it says how many of its items are left out.
 */
export function bounded(sections: readonly Section[], limit: number): string {
  let room = limit - least * sections.length;
  let wanted = sections.reduce((sum, { items }) => sum + sizeOf(items), 0);
  const parts = sections.map(({ heading, items, cut = saidOfCut }) => {
    wanted -= sizeOf(items);
    const taken = items.slice(0, fitting(items, Math.max(room / 2, room - wanted)));
    room -= sizeOf(taken);
    const left = items.length - taken.length;
    return [heading, ...taken, ...(left > 0 ? [cut(left)] : [])].join("\n");
  });
  return parts.join("\n\n");
}

const sizeOf = (items: readonly string[]) => items.reduce((sum, item) => sum + item.length + 1, 0);

const saidOfCut = (left: number) => `- … and ${left} more, in the log of the job`;

function fitting(items: readonly string[], room: number): number {
  let used = 0;
  const over = items.findIndex((item) => (used += item.length + 1) > room);
  return over < 0 ? items.length : over;
}
