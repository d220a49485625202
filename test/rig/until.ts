import { setTimeout as sleep } from "node:timers/promises";

/** Waits until something is so; gives up after 20 s, where a test has failed anyway. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error("it did not come about within 20 s");
    await sleep(2);
  }
}
