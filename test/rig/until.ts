import { setTimeout as sleep } from "node:timers/promises";

/** What is waited for has failed after so long: longer than the servers' own longest pauses, on a machine under load too. */
export const patienceMs = 180_000;

/** Waits until something is so; gives up after three minutes, when a test has failed anyway. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`it did not come about within ${patienceMs / 1000} s`);
    await sleep(2);
  }
}
