/**
 * Entry of the npm scripts: makes everything that a command needs, then runs the command.
 *
 *     node toolchain/run.mjs [--tools pulumi,nats-server,random] -- <command> [arguments]
 *
 * Runs before node_modules exists, so it uses nothing but Node. All it says goes to stderr.
 */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { delimiter, join } from "node:path";
import { isatty } from "node:tty";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { abortOnSignals, endingSignals } from "./command.mjs";
import { ensureTool } from "./ensure.mjs";
import { preparePackages } from "./packages.mjs";
import { compareVersions, readTool } from "./tools.mjs";

/** @typedef {import("./find.mjs").FoundTool} FoundTool */

const oldestNode = "20.19.0"; // the first of its line that lets `require` load ES modules, as the bundled providers do
const root = fileURLToPath(new URL("..", import.meta.url));

/** @returns {Promise<number>} exit code */
async function main() {
  if (compareVersions(process.versions.node, oldestNode) < 0) {
    throw new Error(
      `Node ${process.versions.node} is too old; install Node ${oldestNode} or newer: https://nodejs.org`,
    );
  }
  const { values, positionals } = parseArgs({ options: { tools: { type: "string" } }, allowPositionals: true });
  const [command, ...args] = positionals;
  if (!command) throw new Error("no command; e.g. node toolchain/run.mjs --tools pulumi -- tsx cli/lab.ts");
  const needsTools = !args.some((arg) => arg === "--help" || arg === "-h");
  const wanted = needsTools ? (values.tools ?? "").split(",").filter(Boolean).map(readTool) : [];

  const { signal, release } = abortOnSignals();
  await preparePackages(root, { env: process.env, output: process.stderr, signal });
  const found = [];
  for (const { name, version } of wanted) found.push(await ensureTool(name, version, { signal }));
  release();
  return runInForeground(command, args, commandEnv(found));
}

/**
 * PATH with the tools first, and the providers' host that comes with the SDK.
 *
 * @param {readonly FoundTool[]} found
 * @returns {NodeJS.ProcessEnv}
 */
function commandEnv(found) {
  const made = found.filter(({ origin }) => origin !== "path").map(({ folder }) => folder);
  const packages = ["@pulumi/pulumi", ".bin"].map((folder) => join(root, "node_modules", folder));
  return {
    ...process.env,
    PATH: [...made, ...packages, process.env.PATH].join(delimiter),
    PULUMI_SKIP_UPDATE_CHECK: "1",
    // Where tools had to be built, the engine would wait in vain for downloads of its own.
    ...(found.some(({ origin }) => origin === "built") && { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "1" }),
  };
}

/**
 * Runs the command in this terminal. A Ctrl-C there reaches it without us, as it is in the same process group; with no
 * terminal, whoever signals knows only us, so the signal is passed on.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>} exit code, 128 and more for a signal, as a shell has it
 */
function runInForeground(command, args, env) {
  const child = spawn(command, args, { env, stdio: "inherit" });
  const onTerminal = [0, 1, 2].some(isatty);
  for (const name of endingSignals) {
    process.on(name, () => {
      if (name === "SIGTERM" || !onTerminal) child.kill(name);
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, killedBy) => resolve(code ?? 128 + constants.signals[killedBy ?? "SIGKILL"]));
  });
}

main().then(
  (code) => process.exit(code),
  (error) => {
    console.error(error.message);
    process.exit(error.exitCode ?? 1);
  },
);
