/** A step's change of the declarations, as text. */
import execa from "execa";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Topology } from "../../../streams/declarations";
import { topologyFaults } from "../../../streams/topology";
import { declarationsFile, type Edit } from "../location/checkout";
import { checkedText, MisunderstoodError, topologyIn } from "../location/declarations";
import { UnwrittenError } from "../location/declarations-syntax";
import { withEdits, type StreamEdit } from "./edits";
import { editedDeclarations } from "./written";

/** The declarations before and after. */
export interface Change extends Edit {
  readonly before: string;
  readonly after: string;
  readonly topology: Topology;
}

/**
 * The declarations with the edits made.
 *
 * @param folder the checkout
 * @throws Error with every fault of what would be declared; with the change to make by hand where it cannot be written.
 */
export async function plannedChange(folder: string, before: string, edits: readonly StreamEdit[]): Promise<Change> {
  const topology = withEdits(topologyIn(folder, before), edits);
  const faults = topologyFaults(topology);
  if (faults.length > 0)
    throw new Error(
      `promoted so, the streams have ${faults.length} fault(s); nothing was written:\n${faults.map((each) => `  - ${each}`).join("\n")}`,
    );
  try {
    const text = edits.length === 0 ? before : editedDeclarations(before, edits);
    const after = edits.length === 0 ? before : await checkedText(folder, text, topology);
    return { file: declarationsFile, before, after, topology };
  } catch (error) {
    if (!(error instanceof UnwrittenError) && !(error instanceof MisunderstoodError)) throw error;
    throw new Error(
      `${error.message}; make this change by hand, and run the same command again:\n${edits.map(inWords).join("\n")}`,
      { cause: error },
    );
  }
}

/** An edit in words, for who makes it by hand. */
export function inWords({ stream, removed, drop = [], set = {}, like, source }: StreamEdit): string {
  const copied = Object.fromEntries(like?.fields.map((field) => [field, like.stream[field]]) ?? []);
  const puts = Object.entries({ ...copied, ...set }).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  const lines = [
    ...(removed ? ["remove its declaration"] : []),
    ...drop.map((name) => `drop '${name}'`),
    ...puts,
    ...(source
      ? [
          `in 'sources', in the place of ${source.from.location}/${source.from.name}: location: "${source.to.location}", ` +
            `stream: "${source.to.name}", startSequence: ${source.startSequence}`,
        ]
      : []),
  ];
  return `  ${stream.location}/${stream.name}: ${lines.join("; ")}`;
}

/** As `git diff` shows it, without what names the temporary files; empty where nothing changes. */
export async function diffText({ file, before, after }: Pick<Change, "file" | "before" | "after">): Promise<string> {
  if (before === after) return "";
  const folder = mkdtempSync(join(tmpdir(), "cinema-diff-"));
  try {
    writeFileSync(join(folder, "before"), before);
    writeFileSync(join(folder, "after"), after);
    const args = ["diff", "--no-index", "--no-color", "--no-ext-diff", "before", "after"];
    const { stdout, exitCode, stderr } = await execa("git", args, { cwd: folder, reject: false });
    if (exitCode !== 1) throw new Error(`git diff of ${file} failed: ${stderr}; have git on the PATH`);
    return [`--- ${file}`, `+++ ${file}`, stdout.slice(stdout.indexOf("\n@@") + 1)].join("\n");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
