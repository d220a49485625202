/** Memory of the engine's dynamic provider while it runs. Linux only: `/proc` tells it. */
import { readdirSync, readFileSync } from "node:fs";

const lookEveryMs = 100;

/** A process as `/proc` tells it. */
interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/**
 * Does the work, and tells the most memory (RSS) that the dynamic provider which it started had, with all that runs below it, in bytes;
 * undefined on other systems than Linux. The kernel keeps each process's peak, so that between two looks nothing is missed.
 *
 * @throws Error where the work started no provider
 */
export async function withProviderPeak<T>(work: () => Promise<T>): Promise<{ result: T; peak?: number }> {
  if (process.platform !== "linux") return { result: await work() };
  let peak = 0;
  const looking = setInterval(() => {
    peak = Math.max(peak, providerBytes());
  }, lookEveryMs);
  try {
    const result = await work();
    if (peak === 0) throw new Error("no dynamic provider was seen at work: is its command line otherwise now?");
    return { result, peak };
  } finally {
    clearInterval(looking);
  }
}

function providerBytes(): number {
  const all = processes();
  const ours = descendants(all, [process.pid]);
  const providers = ours.filter(({ command }) => command.includes("cmd/dynamic-provider"));
  const pids = providers.map(({ pid }) => pid);
  const tree = new Set([...pids, ...descendants(all, pids).map(({ pid }) => pid)]);
  return [...tree].reduce((sum, pid) => sum + peakBytes(pid), 0);
}

function descendants(all: readonly Process[], pids: readonly number[]): Process[] {
  const children = all.filter(({ parent }) => pids.includes(parent));
  if (children.length === 0) return [];
  const childPids = children.map(({ pid }) => pid);
  return [...children, ...descendants(all, childPids)];
}

function processes(): Process[] {
  return readdirSync("/proc").flatMap((name) => {
    const pid = Number(name);
    const [, parent] = /^\d+ \(.*\) [A-Z] (\d+) /s.exec(readIfAlive(pid, "stat")) ?? [];
    return parent === undefined
      ? []
      : [{ pid, parent: Number(parent), command: readIfAlive(pid, "cmdline").replaceAll("\0", " ") }];
  });
}

function peakBytes(pid: number): number {
  return 1024 * Number(/^VmHWM:\s+(\d+) kB$/m.exec(readIfAlive(pid, "status"))?.[1] ?? 0);
}

/** Empty where the process has ended meanwhile. */
function readIfAlive(pid: number, file: string): string {
  if (!Number.isInteger(pid)) return "";
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return "";
    throw error;
  }
}
