/** Where a location keeps its files on this machine, and what its folder says of its owner. */
import { randomUUID } from "node:crypto";
import { chmod, mkdir, open, readFile, readdir, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import type { LocalClusterInputs } from "../local-cluster-inputs";

/** Paths inside a location's folder. */
export interface LocationFolder {
  readonly path: string;
  /** There in a folder that was made here: only in such a one is anything removed, whatever its name. */
  readonly marker: string;
  /** A folder a server, and the `owner`. */
  readonly servers: string;
  /** Says whose servers they are; see `Owner`. */
  readonly owner: string;
  /** All of the relay. */
  readonly relay: string;
  /** What is being removed: were a removal interrupted, servers would start on half a store. */
  readonly trash: string;
}

/** What of a folder belongs to one resource. */
export type Part = "servers" | "relay";

/** What the servers in a folder were started as. */
export type Owner = Pick<LocalClusterInputs["settings"], "domain" | "clusterName" | "serverNames"> &
  Pick<LocalClusterInputs, "portBase">;

/** The paths under a configured folder, in which `~` stands for the user's home. */
export function locationFolder(folder: string): LocationFolder {
  const path = resolve(folder.replace(/^~(?=$|\/)/, homedir()));
  const servers = join(path, "servers");
  return {
    path,
    marker: join(path, "cinema-jetstream"),
    servers,
    owner: join(servers, "location.json"),
    relay: join(path, "relay"),
    trash: join(path, "trash"),
  };
}

/** Why a location cannot live in a folder: it holds things that were not made here. Nothing when it can. */
export async function folderFault({ path, marker }: LocationFolder): Promise<string | undefined> {
  const names = await namesIn(path);
  if (names.length === 0 || names.includes(basename(marker))) return undefined;
  return `folder '${path}' holds other things, such as '${names[0]}'; a location takes an empty folder or a new one`;
}

/**
 * Makes a part of the folder, and says which resource has it: the last that claimed it, known by its `generation`. Another resource
 * may have had it before, under another name or in another backend; its delete must not touch what is not its own any more.
 * Only the user can look inside: confs and stores are nobody else's business.
 */
export async function claim(folder: LocationFolder, part: Part, generation: string): Promise<void> {
  await mkdir(folder.path, { recursive: true, mode: 0o700 });
  await chmod(folder.path, 0o700);
  await writeFile(folder.marker, "A location of cinema-jetstream lives here: its servers, their data, its relay.\n");
  await mkdir(folder[part], { recursive: true, mode: 0o700 });
  await writeWhole(generationFile(folder, part), generation);
}

/** Whether a resource has a part of the folder, or nobody has. Says so on stderr where another one has it. */
export async function isClaimedBy(generation: string, folder: LocationFolder, part: Part): Promise<boolean> {
  const claimed = (await readIfPresent(generationFile(folder, part))) ?? generation;
  if (claimed !== generation)
    process.stderr.write(`${folder[part]} is left in place: another resource has taken it over\n`);
  return claimed === generation;
}

function generationFile(folder: LocationFolder, part: Part): string {
  return join(folder[part], "generation");
}

/**
 * Who owns the servers in the folder; nobody before the first start.
 *
 * @throws when the file that says so is damaged: names it and the cure
 */
export async function readOwner({ owner }: LocationFolder): Promise<Owner | undefined> {
  const text = await readIfPresent(owner);
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Owner);
  } catch (error) {
    throw new Error(
      `'${owner}' is damaged: it says '${text?.slice(0, 40)}' instead of whose servers they are; remove that file, then run again`,
      { cause: error },
    );
  }
}

/** Says whose servers they are. */
export async function writeOwner(folder: LocationFolder, inputs: LocalClusterInputs): Promise<void> {
  const { domain, clusterName, serverNames } = inputs.settings;
  const owner: Owner = { domain, clusterName, serverNames, portBase: inputs.portBase };
  await writeWhole(folder.owner, JSON.stringify(owner));
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

/**
 * Removes what the servers, or the relay, left, and the folder once nothing is left in it. Their processes must have ended.
 * Removes nothing from a folder that was not made here.
 */
export async function removePart(folder: LocationFolder, part: Part): Promise<void> {
  if ((await readIfPresent(folder.marker)) === undefined) return;
  await rm(folder.trash, { recursive: true, force: true });
  await unlessMissing(rename(folder[part], folder.trash));
  await rm(folder.trash, { recursive: true, force: true });
  const parts = [folder.servers, folder.relay].map((path) => basename(path));
  if ((await namesIn(folder.path)).some((name) => parts.includes(name))) return;
  await rm(folder.marker);
  if ((await namesIn(folder.path)).length === 0) await rmdir(folder.path);
}

/** Names in a directory; none where it is missing. */
export async function namesIn(path: string): Promise<string[]> {
  return (await unlessMissing(readdir(path))) ?? [];
}

/** A file's text; `undefined` where it is missing. */
export async function readIfPresent(path: string): Promise<string | undefined> {
  return unlessMissing(readFile(path, "utf8"));
}

/** Writes a file that only the user may read, whole or not at all, whatever interrupts, a crash of the machine included. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const part = join(dirname(path), `.${randomUUID()}.part`); // one file may be written twice at once
  const file = await open(part, "w", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
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
