/** The checkout's npm packages as its lock file says, and what is built from its own sources for other processes. */
import { createHash } from "node:crypto";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bundlesAreCurrent } from "./bundles.mjs";
import { runCommand } from "./command.mjs";
import { cacheFolder } from "./find.mjs";
import { withLock } from "./lock.mjs";
import { startProgress } from "./progress.mjs";

/**
 * @typedef {object} PackagesOptions
 * @property {NodeJS.ProcessEnv} env
 * @property {import("./progress.mjs").Output} output
 * @property {AbortSignal} [signal]
 */

/**
 * Installs and bundles what is missing or stale. Some 10 ms where nothing is.
 *
 * @param {string} root The checkout
 * @param {PackagesOptions} options
 * @throws with the last words of npm or of the bundler
 */
export async function preparePackages(root, options) {
  if ((await packagesAreCurrent(root)) && bundlesAreCurrent(root)) return;
  // Not in the checkout, where git would see it, nor in node_modules, which `npm ci` removes.
  const lock = join(cacheFolder(options.env), `checkout-${sha256(root).slice(0, 16)}.lock`);
  const onWait = (/** @type {number} */ pid) =>
    options.output.write(`waiting for process ${pid}, which is preparing ${root}\n`);
  await withLock(
    lock,
    async () => {
      if (!(await packagesAreCurrent(root))) await installPackages(root, options);
      if (!bundlesAreCurrent(root)) await runCommand(process.execPath, ["build.mjs"], { ...options, cwd: root });
    },
    { onWait, signal: options.signal },
  );
}

/** @param {string} root */
async function packagesAreCurrent(root) {
  const stamp = await readFile(stampOf(root), "utf8").catch(() => undefined);
  return stamp === (await wanted(root));
}

/** @param {string} root */
const stampOf = (root) => join(root, "node_modules", ".cinema-jetstream");

/**
 * What `npm ci` installs from.
 *
 * @param {string} root
 */
async function wanted(root) {
  const manifest = { ...JSON.parse(await read(root, "package.json")), scripts: undefined }; // they install nothing
  return sha256(JSON.stringify(manifest), await read(root, "package-lock.json"));
}

/**
 * The stamp is written last: an interrupted `npm ci`, or one of another lock file, is done again.
 *
 * @param {string} root
 * @param {PackagesOptions} options
 */
async function installPackages(root, options) {
  const stamp = await wanted(root);
  const progress = startProgress(options.output, "npm ci");
  let outcome = "failed";
  try {
    // No package here needs its install script; dev packages are wanted whatever NODE_ENV says.
    const args = ["ci", "--ignore-scripts", "--include=dev", "--no-audit", "--no-fund"];
    await runCommand("npm", args, { ...options, cwd: root, onLine: progress.at });
    // Runs the dynamic providers; npm does not always keep its run bit.
    await chmod(join(root, "node_modules", "@pulumi", "pulumi", "pulumi-resource-pulumi-nodejs"), 0o755);
    await writeFile(stampOf(root), stamp);
    outcome = "done";
  } finally {
    progress.end(outcome);
  }
}

/**
 * @param {string} root
 * @param {string} file
 */
const read = (root, file) => readFile(join(root, file), "utf8");

/** @param {readonly string[]} texts */
const sha256 = (...texts) => createHash("sha256").update(texts.join("\n")).digest("hex");
