/** Stacks that engine runs hold, and what becomes of those of runs that were killed. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { commandLine } from "../../components/local/runtime/process-table";
import { projects, type LabHome, type LabStack } from "./home";

/** One stack held by one engine run. */
export interface EngineLock {
  readonly stack: LabStack;
  readonly pid: number;
  /** Name of the machine that the pid is of. */
  readonly host: string;
}

/** All locks in the lab's state, those of engines that are gone included. */
export function engineLocks(home: LabHome): EngineLock[] {
  return locksIn(home.backend());
}

/** All locks in a backend's folder. */
export function locksIn(backend: string): EngineLock[] {
  const root = join(backend, ".pulumi/locks/organization");
  const stacks = projects.flatMap((project) => namesIn(join(root, project)).map((name) => ({ project, name })));
  return stacks.flatMap((stack) => {
    const folder = join(root, stack.project, stack.name);
    const files = namesIn(folder).filter((file) => file.endsWith(".json")); // beside each lies a `.json.attrs`
    return files.flatMap((file) => {
      const holder = lockHolder(join(folder, file));
      return holder ? [{ stack, ...holder }] : [];
    });
  });
}

/** Whether the engine run of a lock is at work. After a reboot its pid may be somebody else's. */
export async function isUnderWay(home: LabHome, { pid }: Pick<EngineLock, "pid">): Promise<boolean> {
  return (await commandLine(pid)).includes(home.folder);
}

/**
 * Ends what an engine that is gone left running. Its language host and its providers do not notice, and would go on with their work
 * beside the next run. They are known by their session, which is the engine's: its number is not given to anybody while they live.
 * Servers and relays are in sessions of their own. Only on Linux, where `/proc` tells the session.
 */
export function endOrphans({ pid }: Pick<EngineLock, "pid">): void {
  for (const orphan of sessionMembers(pid)) unlessMissing(() => process.kill(orphan, "SIGKILL"));
}

function sessionMembers(session: number): number[] {
  return namesIn("/proc")
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && sessionOf(pid) === session);
}

function sessionOf(pid: number): number | undefined {
  const [, session] = / [A-Z] \d+ \d+ (\d+) [^)]*$/.exec(readIfPresent(`/proc/${pid}/stat`) ?? "") ?? [];
  return session === undefined ? undefined : Number(session);
}

const holderSchema = z.object({ pid: z.number().int(), hostname: z.string() });

/** A lock's holder; undefined for a lock that was given back meanwhile. */
function lockHolder(file: string): Omit<EngineLock, "stack"> | undefined {
  const text = readIfPresent(file);
  if (text === undefined) return undefined;
  const { pid, hostname } = holderSchema.parse(JSON.parse(text));
  return { pid, host: hostname };
}

/** Names in a folder; none where it is missing. */
export function namesIn(folder: string): string[] {
  return unlessMissing(() => readdirSync(folder)) ?? [];
}

/** A file's text; undefined where it is missing. */
export function readIfPresent(file: string): string | undefined {
  return unlessMissing(() => readFileSync(file, "utf8"));
}

function unlessMissing<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    // ESRCH: a process that has just ended
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}
