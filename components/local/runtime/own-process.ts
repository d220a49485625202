/** Processes that outlive the command that started them, and how they are known again. */
import { spawn } from "node:child_process";
import { closeSync, openSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import pRetry from "p-retry";
import { readIfPresent } from "./folder";
import { commandLine, findProcess, hasEnded } from "./process-table";

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
  if (recorded > 0 && (await commandLine(recorded)).endsWith(own.signature)) return recorded;
  return findProcess(own.signature);
}

/** Ends it, by force after 10 s, and returns when it is gone. Does nothing where it does not run. */
export async function stopProcess(own: OwnProcess): Promise<void> {
  const pid = await runningPid(own);
  if (pid === undefined) return;
  for (const [name, patienceMs] of [
    ["SIGTERM", 10_000],
    ["SIGKILL", 5_000],
  ] as const) {
    if (!sendSignal(pid, name) || (await ends(pid, patienceMs))) return;
  }
  throw new Error(`process ${pid} (${own.conf}) does not end; stop it by hand, then run again`);
}

/** Signals it where it runs. */
export async function signalProcess(own: OwnProcess, name: NodeJS.Signals): Promise<void> {
  const pid = await runningPid(own);
  if (pid !== undefined) sendSignal(pid, name);
}

async function ends(pid: number, patienceMs: number): Promise<boolean> {
  const look = async () => {
    if (!(await hasEnded(pid))) throw new Error("still there");
    return true;
  };
  return pRetry(look, { retries: Infinity, factor: 1, minTimeout: 20, maxRetryTime: patienceMs }).catch(() => false);
}

/** False where there is no such process any more. */
function sendSignal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}
