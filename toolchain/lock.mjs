/** One at a time among all processes of a machine: a file that holds a process id. */
import { randomUUID } from "node:crypto";
import { readFileSync, rmSync, statSync } from "node:fs";
import { mkdir, rm, utimes, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/**
 * @typedef {object} LockOptions
 * @property {AbortSignal} [signal] Ends the wait. The work gets to see it on its own.
 * @property {(pid: number) => void} [onWait] Called once, with the holder, before waiting.
 * @property {number} [staleMs] A living holder touches its file this often several times over; one that has not is
 *   taken for gone, as its pid may by now be somebody else's. Default: 15 s.
 */

/**
 * Does the work while holding the lock. A holder that died is replaced.
 *
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @param {LockOptions} [options]
 * @returns {Promise<T>}
 */
export async function withLock(file, work, { signal, onWait, staleMs = 15_000 } = {}) {
  const mine = `${process.pid} ${randomUUID()}`;
  await mkdir(dirname(file), { recursive: true });
  await acquire(file, mine, staleMs, signal, onWait);
  const beat = setInterval(() => utimes(file, new Date(), new Date()).catch(() => {}), staleMs / 5);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    if (contents(file) === mine) await rm(file, { force: true });
  }
}

/**
 * @param {string} file
 * @param {string} mine
 * @param {number} staleMs
 * @param {AbortSignal} [signal]
 * @param {(pid: number) => void} [onWait]
 */
async function acquire(file, mine, staleMs, signal, onWait) {
  for (let waited = false, tookOver = false; ;) {
    signal?.throwIfAborted();
    if (await claim(file, mine)) {
      // Two that saw the same dead holder may both have removed its file, one of them the other's new one.
      if (tookOver) await delay(50);
      if (!tookOver || contents(file) === mine) return;
    }
    tookOver = removeStale(file, staleMs);
    if (tookOver) continue;
    const pid = Number.parseInt(contents(file) ?? "", 10); // none where it is let go by now, or not yet signed
    if (!waited && pid) onWait?.(pid);
    waited ||= pid > 0;
    await delay(waited ? 100 : 5, undefined, { signal });
  }
}

/**
 * @param {string} file
 * @param {string} mine
 */
async function claim(file, mine) {
  try {
    await writeFile(file, mine, { flag: "wx" });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

/**
 * Synchronous, so that next to nothing can happen between the look and the removal.
 *
 * @param {string} file
 * @param {number} staleMs
 * @returns {boolean} whether there was a holder that is gone
 */
function removeStale(file, staleMs) {
  const touched = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  const pid = Number.parseInt(contents(file) ?? "", 10);
  if (touched === undefined || (Date.now() - touched < staleMs && (Number.isNaN(pid) || isAlive(pid)))) return false;
  rmSync(file, { force: true });
  return true;
}

/** @param {string} file */
function contents(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/**
 * Is there a process of this id, whoever owns it?
 *
 * @param {number} pid
 */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
