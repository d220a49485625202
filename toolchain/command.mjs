/** Commands that the set-up runs for itself, and the signals that end them. */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { createInterface } from "node:readline";

/** The user, or whoever started the set-up, wants it to end. `exitCode` is the shell's: 130 for Ctrl-C. */
export class Interrupted extends Error {
  /** @override */
  name = "Interrupted";

  /** @param {NodeJS.Signals} by */
  constructor(by) {
    super(`ended by ${by}; the same command again goes on from here`);
    this.exitCode = 128 + constants.signals[by];
  }
}

/**
 * Ctrl-C, `kill`, and the terminal going away.
 *
 * @type {NodeJS.Signals[]}
 */
export const endingSignals = ["SIGINT", "SIGTERM", "SIGHUP"];

/** An AbortSignal that fires with `Interrupted` when the process is told to end; `release` gives the signals back. */
export function abortOnSignals() {
  const controller = new AbortController();
  const abort = (/** @type {NodeJS.Signals} */ by) => controller.abort(new Interrupted(by));
  for (const name of endingSignals) process.on(name, abort);
  const release = () => {
    for (const name of endingSignals) process.off(name, abort);
  };
  return { signal: controller.signal, release };
}

/**
 * Runs a command to its end and gives back what it said, line by line, stdout and stderr together.
 *
 * It gets a process group of its own: a Ctrl-C reaches it once, from here, and with it all that it started.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {object} options
 * @param {NodeJS.ProcessEnv} options.env
 * @param {string} [options.cwd]
 * @param {AbortSignal} [options.signal]
 * @param {(line: string) => void} [options.onLine]
 * @returns {Promise<string[]>}
 * @throws where it cannot be run or fails, with its last lines
 */
export async function runCommand(command, args, { cwd, env, signal, onLine }) {
  signal?.throwIfAborted();
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const stop = () => killGroup(child.pid);
  signal?.addEventListener("abort", stop);
  /** @type {string[]} */
  const lines = [];
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on("line", (line) => {
      lines.push(line);
      onLine?.(line);
    });
  }
  try {
    const code = await new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (status, killedBy) => resolve(status ?? killedBy));
    });
    signal?.throwIfAborted();
    if (code !== 0) throw new Error(`'${[command, ...args].join(" ")}' ended with ${code}:\n${lastWords(lines)}`);
    return lines;
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

/** @param {number | undefined} pid */
function killGroup(pid) {
  try {
    if (pid) process.kill(-pid, "SIGTERM");
  } catch {
    // It has ended by itself.
  }
}

/** @param {readonly string[]} lines */
const lastWords = (lines) =>
  lines
    .slice(-8)
    .map((line) => `    ${line}`)
    .join("\n");
