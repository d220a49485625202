/**
 * Where a tool is on this machine. Looks, never makes; the local platform's bundle imports it, so nothing here may
 * depend on where this file lies.
 */
import { execFileSync } from "node:child_process";
import { accessSync, constants, readFileSync, realpathSync } from "node:fs";
import { homedir, platform } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { tools } from "./tools.mjs";

/**
 * @typedef {import("./tools.mjs").ToolName} ToolName
 *
 * @typedef {object} FoundTool
 * @property {ToolName} name
 * @property {string} version What it is, which on PATH may be newer than what was asked for.
 * @property {string} folder Holds all of the tool's binaries.
 * @property {string} binary The tool itself.
 * @property {"path" | "downloaded" | "built"} origin
 */

/**
 * The cache of all checkouts: `cinema-jetstream/tools` in the user's cache folder.
 * `CINEMA_JETSTREAM_CACHE` names another.
 *
 * @param {NodeJS.ProcessEnv} [env]
 */
export function cacheFolder(env = process.env) {
  if (env.CINEMA_JETSTREAM_CACHE) return env.CINEMA_JETSTREAM_CACHE;
  const home = env.HOME ?? homedir();
  const caches =
    env.XDG_CACHE_HOME || (platform() === "darwin" ? join(home, "Library", "Caches") : join(home, ".cache"));
  return join(caches, "cinema-jetstream", "tools");
}

/**
 * The folder of one tool in the cache. It appears in one rename, so where it is, it is whole.
 *
 * @param {ToolName} name
 * @param {string} version
 * @param {NodeJS.ProcessEnv} [env]
 */
export const toolFolder = (name, version, env) => join(cacheFolder(env), `${name}@${version}`);

/**
 * A tool on PATH or in the cache. Costs a few stats; where PATH has one, a run of it to ask its version.
 *
 * @param {ToolName} name
 * @param {string} [version] @default the pinned one
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {FoundTool | undefined}
 */
export function findTool(name, version = tools[name].version, env = process.env) {
  const there = findOnPath(name, env);
  return there && tools[name].onPath?.accepts(there.version, version) ? there : findInCache(name, version, env);
}

/**
 * The first of that name on PATH, of whatever version. The cache's own folders, which `run.mjs` puts on PATH, do not
 * count.
 *
 * @param {ToolName} name
 * @param {NodeJS.ProcessEnv} env
 * @returns {FoundTool | undefined}
 */
export function findOnPath(name, env) {
  const { binaries, onPath: asking } = tools[name];
  if (!asking) return undefined;
  const folders = (env.PATH ?? "").split(delimiter).filter((folder) => folder && dirname(folder) !== cacheFolder(env));
  const onPath = folders.map((folder) => join(folder, binaries[0] ?? name)).find(isExecutable);
  // The engine runs the language host of its own install: where that is missing, the install is of no use here.
  const folder = onPath && [dirname(onPath), dirname(realpathSync(onPath))].find((there) => isWhole(name, there));
  if (!folder) return undefined;
  const version = askedVersion(onPath, asking.askVersion, env);
  return version === undefined ? undefined : { name, version, folder, binary: onPath, origin: "path" };
}

/**
 * @param {ToolName} name
 * @param {string} version
 * @param {NodeJS.ProcessEnv} env
 * @returns {FoundTool | undefined}
 */
function findInCache(name, version, env) {
  const folder = toolFolder(name, version, env);
  if (!isWhole(name, folder)) return undefined;
  const origin = readFileSync(join(folder, "origin"), "utf8") === "built" ? "built" : "downloaded";
  return { name, version, folder, binary: join(folder, tools[name].binaries[0] ?? name), origin };
}

/**
 * @param {ToolName} name
 * @param {string} folder
 */
const isWhole = (name, folder) => tools[name].binaries.every((binary) => isExecutable(join(folder, binary)));

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {string} binary
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {string | undefined} nothing where it does not answer like a tool of ours
 */
function askedVersion(binary, args, env) {
  try {
    const answer = execFileSync(binary, args, {
      encoding: "utf8",
      env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "1" },
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 10_000,
    });
    return /\d+\.\d+\.\d+/.exec(answer)?.[0];
  } catch {
    return undefined;
  }
}
