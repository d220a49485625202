/** Whether the bundles that `build.mjs` makes are those of the sources as they are now: a look costs a few milliseconds, making them a third of a second. */
import { readFileSync, statSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

const stampFile = "cli/dist/stamp.json";

/** What goes into a bundle without being one of its sources. */
const settings = ["build.mjs", "tsconfig.json", "package-lock.json"];

/**
 * Notes what the bundles were made from. A source that was changed while they were made, which may be too late for them, is noted as one that changed.
 *
 * @param {string} root The checkout
 * @param {{ sources: readonly string[], bundles: readonly string[], startedMs: number }} made Paths from there; when the making began
 */
export async function stampBundles(root, { sources, bundles, startedMs }) {
  const files = [...settings, ...sources, ...bundles];
  const states = files.map((file) => stateOf(join(root, file)));
  const late = new Set(sources.filter((_, i) => Number(states[settings.length + i]?.split(" ")[0]) >= startedMs));
  const stamp = Object.fromEntries(files.map((file, i) => [file, late.has(file) ? "late" : states[i]]));
  const part = join(root, `${stampFile}.${process.pid}.part`);
  await writeFile(part, JSON.stringify(stamp));
  await rename(part, join(root, stampFile));
}

/** @param {string} root The checkout */
export function bundlesAreCurrent(root) {
  const stamp = join(root, stampFile);
  if (!stateOf(stamp)) return false; // never made
  /** @type {[string, string][]} */
  const noted = Object.entries(JSON.parse(readFileSync(stamp, "utf8")));
  return noted.every(([file, state]) => stateOf(join(root, file)) === state);
}

/**
 * Not by promises: of some hundred files those take ten times as long.
 *
 * @param {string} path
 * @returns {string} when it was last changed, and its size; nothing where it is missing
 */
function stateOf(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  return found ? `${found.mtimeMs} ${found.size}` : "";
}
