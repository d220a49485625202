import { commandLine } from "../../components/local/runtime/process-table";
import { withLock } from "../../toolchain/lock.mjs";
import type { Workspace } from "./workspace";

/**
 * Does what changes stacks, alone.
 *
 * @throws Error at once where another command is at it, with its pid and command line.
 */
export async function soleRun<T>(workspace: Workspace, work: () => Promise<T>): Promise<T> {
  const refused = new AbortController();
  let holder = 0;
  const onWait = (pid: number) => {
    holder = pid;
    refused.abort();
  };
  try {
    return await withLock(workspace.lockFile, work, { onWait, signal: refused.signal });
  } catch (error) {
    if (holder === 0) throw error;
    throw new Error(
      `another command is at work on ${workspace.label}: pid ${holder} (${await commandLine(holder)}); allowed: one at a time; ` +
        "wait for it to end, then run this again",
      { cause: error },
    );
  }
}
