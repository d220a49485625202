import { setTimeout as sleep } from "node:timers/promises";

/** Waits until something is so; gives up after 20 s or the time given, when a test has failed anyway. */
export async function until(isSo: () => Promise<boolean>, timeoutMs = 20_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`it did not come about within ${timeoutMs / 1000} s`);
    await sleep(2);
  }
}
