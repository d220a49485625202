/** Processes that outlive the command that started them, and how they are known again. */
import { execFile, spawn } from "node:child_process";
import { closeSync, openSync, writeFileSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import pRetry from "p-retry";
import { readIfPresent } from "./folder";

/** A detached process of a location. */
export interface OwnProcess {
  /** What it reads; its folder is the working directory. */
  readonly conf: string;
  /** How its command line ends, `conf` last: nobody else's does, so that identifies it. */
  readonly signature: string;
  readonly pidFile: string;
  readonly logFile: string;
}

/** The process that a program runs as on `<folder>/<conf>`, with its pid record and log beside. */
export function ownProcess(folder: string, program: string, conf: string): OwnProcess {
  return {
    conf: join(folder, conf),
    signature: `${program} ${join(folder, conf)}`,
    pidFile: join(folder, "process.pid"),
    logFile: join(folder, "process.log"),
  };
}

/** Starts it in a session of its own, so that neither the command's end nor its Ctrl-C stops it. */
export async function startProcess(own: OwnProcess, program: string, args: readonly string[]): Promise<void> {
  const log = openSync(own.logFile, "a", 0o600);
  try {
    const child = spawn(program, [...args, own.conf], {
      cwd: dirname(own.conf),
      detached: true,
      stdio: ["ignore", log, log],
    });
    if (child.pid !== undefined) writeFileSync(own.pidFile, String(child.pid), { mode: 0o600 });
    await new Promise((resolve, reject) => child.once("spawn", resolve).once("error", reject));
    child.unref();
  } finally {
    closeSync(log);
  }
}

/**
 * Its pid while it runs. A recorded pid that belongs to somebody else by now, or to a zombie, does not count; where the record
 * names no process of its own, the process table is searched: a start may have been killed before it wrote the record.
 */
export async function runningPid(own: OwnProcess): Promise<number | undefined> {
  const recorded = Number(await readIfPresent(own.pidFile));
  const isOwn = async (pid: number) => (await commandLine(pid))?.endsWith(own.signature);
  if (recorded > 0 && (await isOwn(recorded))) return recorded;
  return (await processTable()).find(([, command]) => command.endsWith(own.signature))?.[0];
}

/** Ends it, by force after 10 s, and returns when it is gone. Does nothing where it does not run. */
export async function stopProcess(own: OwnProcess): Promise<void> {
  for (const [name, patienceMs] of [
    ["SIGTERM", 10_000],
    ["SIGKILL", 5_000],
  ] as const) {
    if (!(await signalProcess(own, name)) || (await gone(own, patienceMs))) return;
  }
  throw new Error(`process ${await runningPid(own)} (${own.conf}) does not end; stop it by hand, then run again`);
}

/** Signals it; false where it does not run. */
export async function signalProcess(own: OwnProcess, name: NodeJS.Signals): Promise<boolean> {
  const pid = await runningPid(own);
  return pid !== undefined && unlessGone(() => process.kill(pid, name));
}

/** A process's command line, arguments joined by spaces; nothing, or an empty one, for one that is gone or a zombie. */
export async function commandLine(pid: number): Promise<string | undefined> {
  if (process.platform !== "linux") return (await ps("command=", "-p", String(pid)))[0];
  const text = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => undefined);
  return text?.replace(/\0+$/, "").replaceAll("\0", " ");
}

/** Pid and command line of every process. */
async function processTable(): Promise<[pid: number, command: string][]> {
  if (process.platform !== "linux") {
    return (await ps("pid=,command=", "-ax")).map((line) => [parseInt(line, 10), line]);
  }
  const pids = (await readdir("/proc")).map(Number).filter(Number.isInteger);
  return Promise.all(pids.map(async (pid) => [pid, (await commandLine(pid)) ?? ""]));
}

async function ps(columns: string, ...which: string[]): Promise<string[]> {
  const run = promisify(execFile)("ps", ["-ww", ...which, "-o", columns]);
  return (await run.catch(() => ({ stdout: "" }))).stdout.trimEnd().split("\n");
}

async function gone(own: OwnProcess, patienceMs: number): Promise<boolean> {
  const look = async () => {
    if ((await runningPid(own)) !== undefined) throw new Error("still there");
    return true;
  };
  return pRetry(look, { retries: Infinity, factor: 1, minTimeout: 50, maxRetryTime: patienceMs }).catch(() => false);
}

function unlessGone(signal: () => void): boolean {
  try {
    signal();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}
