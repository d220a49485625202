/** What a lab left on this machine. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** Every file below a folder, with its bytes; none where there is no folder. */
export function filesBelow(folder: string): { path: string; mode: number; bytes: Buffer }[] {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return entry.isFile() ? [{ path, mode: statSync(path).mode & 0o777, bytes: readFileSync(path) }] : [];
  });
}

/** Command lines of the processes that name a folder; on machines without /proc the test that asks is not run. */
export function processesNaming(folder: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
        return line.includes(folder) ? [line] : [];
      } catch {
        return []; // ended meanwhile
      }
    });
}
