/** Whether the disk can hold what a location may store. */
import { lstat, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { LocalClusterInputs } from "../local-cluster-inputs";
import { locationFolder, namesIn } from "./folder";

/**
 * Checks that all servers of a location can fill their file stores: what is free plus what their stores already take must
 * reach the limit of each. Less would let acknowledged messages meet a full disk.
 *
 * @throws with the bytes that are needed and there
 */
export async function requireDisk(inputs: LocalClusterInputs): Promise<void> {
  const { path, servers } = locationFolder(inputs.folder);
  const { maxFileStoreBytes, serverNames } = inputs.settings;
  const wanted = maxFileStoreBytes * serverNames.length;
  const there = (await freeBytes(path)) + (await bytesIn(servers));
  if (there >= wanted) return;
  throw new Error(
    `the disk of '${path}' cannot hold the location's file stores: ${serverNames.length} servers of ${inMiB(maxFileStoreBytes)} ` +
      `need ${inMiB(wanted)}, there are ${inMiB(there)}; free some, choose another 'folder', or lower 'fileStoreSize'`,
  );
}

/** What is free where a path is, or will be. */
async function freeBytes(path: string): Promise<number> {
  const disk = await statfs(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  return disk ? disk.bavail * disk.bsize : freeBytes(dirname(path));
}

async function bytesIn(path: string): Promise<number> {
  let bytes = 0;
  for (const name of await namesIn(path)) {
    // Servers remove files while this looks.
    const entry = await lstat(join(path, name)).catch(() => undefined);
    bytes += entry?.isDirectory() ? await bytesIn(join(path, name)) : (entry?.blocks ?? 0) * 512;
  }
  return bytes;
}

function inMiB(bytes: number): string {
  return `${Math.floor(bytes / 2 ** 20)} MiB`;
}
