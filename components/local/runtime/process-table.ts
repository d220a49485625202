/** What the machine says of its processes: Linux in `/proc`, others through `ps`. */
import { execFile } from "node:child_process";
import { readFile, readdir } from "node:fs/promises";
import { promisify } from "node:util";

const linux = process.platform === "linux";

/** A process's command line, arguments joined by spaces; empty for one that is gone or about to. */
export async function commandLine(pid: number): Promise<string> {
  if (!linux) return ps("command=", "-p", String(pid));
  return (await ofProc(pid, "cmdline")).replace(/\0+$/, "").replaceAll("\0", " ");
}

/** The process whose command line ends so, if there is one. */
export async function findProcess(ending: string): Promise<number | undefined> {
  if (!linux) {
    const lines = (await ps("pid=,command=", "-ax")).split("\n");
    const found = lines.find((line) => line.endsWith(ending));
    return found === undefined ? undefined : parseInt(found, 10);
  }
  const pids = (await readdir("/proc")).map(Number).filter(Number.isInteger);
  const lines = await Promise.all(pids.map(commandLine));
  return pids[lines.findIndex((line) => line.endsWith(ending))];
}

/**
 * Whether a process is gone, or a zombie without a living thread: only then are its ports free, which is later than its command line
 * is. A zombie whose threads still end held its port at 3 of 300 stops of a Go program, one without them at 0 of 600 (Linux).
 */
export async function hasEnded(pid: number): Promise<boolean> {
  if (!linux) return /^[ZX]|^$/.test(await ps("stat=", "-p", String(pid)));
  // proc(5): the state is the third field, the number of threads the twentieth; the second is a name in brackets.
  const [state, ...rest] = (await ofProc(pid, "stat")).split(") ").at(-1)?.split(" ") ?? [];
  return !state || (/^[ZX]/.test(state) && Number(rest[16]) <= 1);
}

function ofProc(pid: number, name: string): Promise<string> {
  return readFile(`/proc/${pid}/${name}`, "utf8").catch(() => "");
}

async function ps(columns: string, ...which: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)("ps", ["-ww", ...which, "-o", columns]).catch(() => ({ stdout: "" }));
  return stdout.trimEnd();
}
