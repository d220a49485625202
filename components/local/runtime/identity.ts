/** Whose folder it is, and what must not change once streams lie in it. */
import { isDeepStrictEqual } from "node:util";
import type { LocalClusterInputs } from "../local-cluster-inputs";
import type { LocationFolder } from "./folder";
import { folderFault, locationFolder, readOwner, storedStreams } from "./folder";

const identity = ["domain", "clusterName", "serverNames"] as const;

/** Whether the folder's servers were started under another identity: they must be made anew. */
export async function identityChanged(inputs: LocalClusterInputs): Promise<boolean> {
  const owner = await readOwner(locationFolder(inputs.folder));
  return owner !== undefined && identity.some((key) => !isDeepStrictEqual(owner[key], inputs.settings[key]));
}

/**
 * Why a location cannot be where, or what, the inputs say; nothing when it can.
 *
 * @param previous the same location as it was last declared, if it was
 */
export async function identityFault(
  inputs: LocalClusterInputs,
  previous?: LocalClusterInputs,
): Promise<string | undefined> {
  const folder = locationFolder(inputs.folder);
  return (
    (await folderFault(folder)) ??
    (await ownerFault(folder, inputs, previous)) ??
    (await folderMoveFault(folder, previous)) ??
    (await changeFault(folder, inputs))
  );
}

async function ownerFault(
  folder: LocationFolder,
  { settings }: LocalClusterInputs,
  previous: LocalClusterInputs | undefined,
): Promise<string | undefined> {
  const owner = await readOwner(folder);
  const mine = [settings.domain, previous?.settings.domain];
  if (!owner || mine.includes(owner.domain)) return undefined;
  return `folder '${folder.path}' belongs to location '${owner.domain}'; give location '${settings.domain}' a folder of its own`;
}

async function folderMoveFault(folder: LocationFolder, previous?: LocalClusterInputs): Promise<string | undefined> {
  const old = previous && locationFolder(previous.folder);
  if (!old || old.path === folder.path) return undefined;
  const streams = await storedStreams(old);
  return streams.length === 0 ? undefined : refusal("folder", old.path, folder.path, streams);
}

async function changeFault(folder: LocationFolder, { settings }: LocalClusterInputs): Promise<string | undefined> {
  const owner = await readOwner(folder);
  const changed = owner && identity.find((key) => !isDeepStrictEqual(owner[key], settings[key]));
  if (!owner || !changed) return undefined;
  const streams = await storedStreams(folder);
  return streams.length === 0
    ? undefined
    : refusal(changed, String(owner[changed]), String(settings[changed]), streams);
}

function refusal(what: string, old: string, now: string, streams: readonly string[]): string {
  return (
    `'${what}' cannot change from '${old}' to '${now}' while the location holds streams (${streams.join(", ")}), ` +
    `which would be lost; keep '${old}', or destroy the streams first`
  );
}
