/**
 * Tools found or made: on PATH, in the cache, by official download, by build from Go modules.
 *
 * As a command, `node toolchain/ensure.mjs nats-server@2.9.19 random` prints where each is.
 */
import { realpathSync } from "node:fs";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildTool } from "./build.mjs";
import { abortOnSignals } from "./command.mjs";
import { downloadTool } from "./download.mjs";
import { findOnPath, findTool, toolFolder } from "./find.mjs";
import { isAlive, withLock } from "./lock.mjs";
import { checkVersion, readTool, tools } from "./tools.mjs";

/**
 * @typedef {import("./tools.mjs").ToolName} ToolName
 * @typedef {import("./find.mjs").FoundTool} FoundTool
 *
 * @typedef {object} EnsureOptions
 * @property {NodeJS.ProcessEnv} [env]
 * @property {import("./progress.mjs").Output} [output] Told what is done and how long it takes. Default: stderr, as
 *   stdout belongs to the command that the user asked for.
 * @property {AbortSignal} [signal]
 * @property {number} [idleMs] Silence after which a download is given up. Default: 5 s.
 */

/**
 * The tool, made if it is not there. Costs nothing where it is; else a download, or a build of up to 5 minutes.
 * Of several at once, one makes it and the others wait.
 *
 * @param {ToolName} name
 * @param {string} [version] @default the pinned one
 * @param {EnsureOptions} [options]
 * @returns {Promise<FoundTool>}
 * @throws naming every way that was tried, and the cure
 */
export async function ensureTool(name, version = tools[name].version, options = {}) {
  const { env = process.env, output = process.stderr, signal } = options;
  checkVersion(name, version);
  const found = findTool(name, version, env);
  if (found) return found;
  const onWait = (/** @type {number} */ pid) =>
    output.write(`waiting for process ${pid}, which is getting ${name} ${version}\n`);
  return withLock(
    `${toolFolder(name, version, env)}.lock`,
    async () => findTool(name, version, env) ?? (await makeTool(name, version, { ...options, env, output })),
    { onWait, signal },
  );
}

/**
 * @param {ToolName} name
 * @param {string} version
 * @param {import("./download.mjs").DownloadOptions} options
 * @returns {Promise<FoundTool>}
 */
async function makeTool(name, version, options) {
  const folder = toolFolder(name, version, options.env);
  await removeLeftovers(folder);
  const scratch = `${folder}.${process.pid}.partial`;
  const bin = join(scratch, "bin");
  /** @type {string[]} */
  const failures = [];
  try {
    for (const { origin, make } of waysOf(name)) {
      try {
        await mkdir(bin, { recursive: true });
        await make(name, version, { scratch, bin }, options);
        await writeFile(join(bin, "origin"), origin);
        await rm(folder, { recursive: true, force: true });
        await rename(bin, folder);
        break;
      } catch (error) {
        options.signal?.throwIfAborted();
        failures.push(`  not ${origin}: ${error instanceof Error ? error.message : error}`);
        if (origin === "downloaded") options.output.write(`${name} ${version}${failures[0]?.slice(1)}\n`);
        await rm(scratch, { recursive: true, force: true });
      }
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  const made = findTool(name, version, options.env);
  if (made) return made;
  throw new Error(notToBeHad(name, version, options.env, failures));
}

/**
 * In this order, after PATH and cache.
 *
 * @param {ToolName} name
 */
const waysOf = (name) => [
  ...(tools[name].release ? [{ origin: "downloaded", make: downloadTool }] : []),
  { origin: "built", make: buildTool },
];

/**
 * What a killed process left of this tool.
 *
 * @param {string} folder
 */
async function removeLeftovers(folder) {
  for (const entry of await readdir(dirname(folder))) {
    const pid = entry.startsWith(`${basename(folder)}.`) && /\.(\d+)\.partial$/.exec(entry)?.[1];
    if (pid && !isAlive(Number(pid))) await rm(join(dirname(folder), entry), { recursive: true, force: true });
  }
}

/**
 * @param {ToolName} name
 * @param {string} version
 * @param {NodeJS.ProcessEnv} env
 * @param {readonly string[]} failures
 */
function notToBeHad(name, version, env, failures) {
  const { onPath, release, install } = tools[name];
  const there = findOnPath(name, env);
  const cures = [
    onPath && `put it on PATH (${install})`,
    release && "name a mirror of https://github.com in CINEMA_JETSTREAM_DOWNLOADS",
    "make the Go build work",
  ].filter(Boolean);
  return [
    `${name} ${version} is not on this machine and cannot be got:`,
    onPath ? `  on PATH: ${there ? `${there.version} at ${there.binary}` : "none"}` : "  on PATH: not looked at",
    `  in the cache: no ${toolFolder(name, version, env)}`,
    ...failures,
    `If there is such a version (${release ? `https://github.com/${release.repository}/releases` : install}),`,
    `${cures.join(", or ")}. Then give the same command again.`,
  ].join("\n");
}

/** @param {readonly string[]} args */
async function main(args) {
  const { signal } = abortOnSignals();
  for (const { name, version } of args.map(readTool)) {
    const { binary } = await ensureTool(name, version, { signal });
    console.log(binary);
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  main(process.argv.slice(2)).catch((error) => {
    console.error(error.message);
    process.exitCode = error.exitCode ?? 1;
  });
}
