/** Where a location keeps its files on this machine, and what its folder says of its owner. */
import { chmod, mkdir, readFile, readdir, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { LocalClusterInputs } from "../local-cluster-inputs";

/** Paths inside a location's folder. */
export interface LocationFolder {
  readonly path: string;
  /** A folder a server, and the `marker`. */
  readonly servers: string;
  /** Says whose folder it is; see `Owner`. */
  readonly marker: string;
  /** All of the relay. */
  readonly relay: string;
  /** What is being removed: were a removal interrupted, servers would start on half a store. */
  readonly trash: string;
}

/** What the servers in a folder were started as. */
export type Owner = Pick<LocalClusterInputs["settings"], "domain" | "clusterName" | "serverNames"> &
  Pick<LocalClusterInputs, "portBase">;

/** The paths under a configured folder, in which `~` stands for the user's home. */
export function locationFolder(folder: string): LocationFolder {
  const path = resolve(folder.replace(/^~(?=$|\/)/, homedir()));
  const servers = join(path, "servers");
  return {
    path,
    servers,
    marker: join(servers, "location.json"),
    relay: join(path, "relay"),
    trash: join(path, "trash"),
  };
}

/** Whether a name in the folder is that of something made here. */
export function isOwnName({ path, servers, relay, trash }: LocationFolder, name: string): boolean {
  return [servers, relay, trash].includes(join(path, name));
}

/** Who owns the folder; nobody before the first start. */
export async function readOwner(folder: LocationFolder): Promise<Owner | undefined> {
  const text = await readIfPresent(folder.marker);
  return text === undefined ? undefined : (JSON.parse(text) as Owner);
}

/** Makes the folder and says whose it is. Only the user can look inside: confs and stores are nobody else's business. */
export async function writeOwner(folder: LocationFolder, inputs: LocalClusterInputs): Promise<void> {
  const { domain, clusterName, serverNames } = inputs.settings;
  const owner: Owner = { domain, clusterName, serverNames, portBase: inputs.portBase };
  await mkdir(folder.servers, { recursive: true, mode: 0o700 });
  await chmod(folder.path, 0o700);
  await writeWhole(folder.marker, JSON.stringify(owner));
}

/** Folders of the servers that were ever started here. */
export async function serverFolders({ servers }: LocationFolder): Promise<string[]> {
  const entries = (await unlessMissing(readdir(servers, { withFileTypes: true }))) ?? [];
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(servers, name));
}

/** Streams whose data lies in the folder, by name, sorted. */
export async function storedStreams(folder: LocationFolder): Promise<string[]> {
  const streams = new Set<string>();
  for (const server of await serverFolders(folder)) {
    const store = join(server, "jetstream");
    for (const account of await namesIn(store)) {
      for (const stream of await namesIn(join(store, account, "streams"))) streams.add(stream);
    }
  }
  return [...streams].sort();
}

/** Removes what the servers, or the relay, left. Their processes must have ended. */
export async function removePart(folder: LocationFolder, part: "servers" | "relay"): Promise<void> {
  await rm(folder.trash, { recursive: true, force: true });
  await unlessMissing(rename(folder[part], folder.trash));
  await rm(folder.trash, { recursive: true, force: true });
  if ((await namesIn(folder.path)).length === 0) await unlessMissing(rmdir(folder.path));
}

/** Names in a directory; none where it is missing. */
export async function namesIn(path: string): Promise<string[]> {
  return (await unlessMissing(readdir(path))) ?? [];
}

/** A file's text; `undefined` where it is missing. */
export async function readIfPresent(path: string): Promise<string | undefined> {
  return unlessMissing(readFile(path, "utf8"));
}

/** Writes a file that only the user may read, whole or not at all, whatever interrupts. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const part = join(dirname(path), `.${process.pid}.part`);
  await writeFile(part, text, { mode: 0o600 });
  await rename(part, path);
}

async function unlessMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}
