/** The figures of the commands over the whole topology, in one run. */
import execa from "execa";
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { cp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { checkout } from "../cli/lab/home";
import type { BenchLab } from "./bench-lab";
import type { Figure } from "./figure";
import { stopwatch } from "./measure";

/** First port of the lab. */
const portBase = 20_000;

const manySpokes = 50;

/**
 * Plans everything from nothing, then brings the lab up and plans and asks again. Takes some three minutes.
 *
 * @param say told of each figure when its measuring begins
 */
export async function measureTopology(
  lab: BenchLab,
  say: (name: string) => void,
  signal: AbortSignal,
): Promise<Figure[]> {
  const time = stopwatch(say);
  const preview = (folder: string) => () => topology(folder, ["preview", "--from-nothing", "--json"], signal);
  const figures = [await time("preview of everything without a cluster", preview(checkout), 15)];
  await lab.npm("lab", "--", "up", "--ports", String(portBase));
  figures.push(await time("up without a change", () => lab.npm("topology", "--", "up", "--lab", "--yes"), 20));
  figures.push(await time("status", () => lab.npm("topology", "--", "status", "--lab"), 1));
  const copy = await checkoutOf(manySpokes);
  try {
    figures.push(await time(`preview of a hub and ${manySpokes} spokes`, preview(copy), 60));
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
  return figures;
}

async function topology(cwd: string, args: readonly string[], signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await execa(process.execPath, ["cli/dist/topology.js", ...args], { cwd });
}

/** A copy of the checkout that declares more spokes, each with a stream that the hub gathers. */
export async function checkoutOf(spokes: number): Promise<string> {
  const copy = mkdtempSync(join(tmpdir(), "cinema-bench-"));
  for (const name of readdirSync(checkout).filter((each) => !each.startsWith(".") && each !== "node_modules"))
    await cp(join(checkout, name), join(copy, name), { recursive: true });
  symlinkSync(join(checkout, "node_modules"), join(copy, "node_modules"));
  const names = Array.from({ length: spokes - 2 }, (_, i) => `spoke-${i + 3}`);
  const hubFile = join(copy, "Pulumi.hub.yaml");
  const hub = parse(readFileSync(hubFile, "utf8"));
  hub.config["cinema-jetstream:spokes"].push(...names);
  writeFileSync(hubFile, stringify(hub));
  for (const name of names)
    writeFileSync(
      join(copy, `Pulumi.${name}.yaml`),
      stringify({ config: { "cinema-jetstream:role": "spoke", "cinema-jetstream:hub": "hub" } }),
    );
  const file = join(copy, "streams/declarations.ts");
  const declared = readFileSync(file, "utf8");
  const more = JSON.stringify(names);
  const stream =
    "(name) => ({ location: name, name: `sold-${name}`, subjects: [`sold-${name}.>`], maxAgeSeconds: 30 * days, maxBytes: 16 * mebibytes, bytesPerSecond: 1 })";
  const source = "(name) => ({ location: name, stream: `sold-${name}` })";
  const edited = declared
    .replace(/spokes: \[("cinema-a".*?)\]/, `spokes: [$1, ...${more}]`)
    .replace("streams: [\n", `streams: [...${more}.map(${stream}),\n`)
    .replace("sources: [\n", `sources: [...${more}.map(${source}),\n`)
    .replace("512 * mebibytes", "1024 * mebibytes");
  writeFileSync(file, edited);
  await execa(process.execPath, ["build.mjs"], { cwd: copy });
  return copy;
}
