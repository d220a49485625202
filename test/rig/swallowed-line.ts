/** A line that swallows everything: connections stay, and nothing comes back. */
import { runningPid } from "../../components/local/runtime/own-process";
import { relayProcess } from "../../components/local/runtime/relay-files";

/**
 * Lets the line of a spoke in that folder swallow everything.
 *
 * @returns what mends it: all that was sent arrives
 */
export async function swallowLine(folder: string): Promise<() => void> {
  const pid = await runningPid(relayProcess(folder));
  if (pid === undefined) throw new Error(`no relay runs in '${folder}'`);
  process.kill(pid, "SIGSTOP");
  return () => void process.kill(pid, "SIGCONT");
}
