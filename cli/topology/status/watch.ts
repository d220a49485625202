/** Looking again and again. */
import { clearScreenDown, cursorTo } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Shows each look in the place of the last one, on a terminal; elsewhere one below the other. A look that fails is told, and the next one is taken.
 *
 * @returns once `signal` is aborted
 */
export async function watching(look: () => Promise<string>, everySeconds: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const text = await look().catch((error: Error) => `error: ${error.message}`);
    if (signal.aborted) return;
    if (process.stdout.isTTY) {
      cursorTo(process.stdout, 0, 0);
      clearScreenDown(process.stdout);
    }
    console.log(`${text}\n\n${new Date().toISOString()}, again every ${everySeconds} s; Ctrl-C ends it`);
    await sleep(everySeconds * 1_000, undefined, { signal }).catch(() => {}); // aborted: the loop ends
  }
}
