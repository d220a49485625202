/** What a process's log says, fit for an error text. */
import { readIfPresent } from "./folder";
import type { OwnProcess } from "./own-process";

/**
 * Its last five warnings and errors, without passwords; the last lines of any kind where there are none.
 *
 * @param from characters at the log's beginning to leave out: what was said in earlier runs
 */
export async function logTail(own: OwnProcess, from = 0): Promise<string[]> {
  const lines = (await readLog(own)).slice(from).split("\n").filter(Boolean).map(withoutPasswords);
  const serious = lines.filter((line) => /\[(WRN|ERR|FTL)\]|nats-server: /.test(line));
  return (serious.length > 0 ? serious : lines).slice(-5);
}

/** The whole log; empty where there is none yet. */
export async function readLog(own: OwnProcess): Promise<string> {
  return (await readIfPresent(own.logFile)) ?? "";
}

function withoutPasswords(line: string): string {
  return line.replace(/(:\/\/[^\s:@/]*):[^\s@]*@/g, "$1:***@");
}
