/** The start of a rig: its parts first, then all clusters side by side. */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { newestMeasuredVersion } from "../../../components/server-version";
import { ensureTool } from "../../../toolchain/ensure.mjs";
import { tools } from "../../../toolchain/tools.mjs";
import { startApi, startControllers, startDns, type Binaries } from "./control-plane";
import { pauseReference, writeImages, type ProgramImage } from "./images";
import type { ClusterPlace } from "./layout";
import { makeNetwork } from "./network";
import { startContainers, startNode } from "./node";
import { makeVolumes } from "./volumes";

/** What clusters are made of. */
export interface RigParts {
  readonly binary: Binaries;
  readonly images: readonly ProgramImage[];
}

/** Servers that there are images of where nobody says: the pinned one, and one to upgrade to. */
export const defaultServers: readonly string[] = [tools["nats-server"].version, newestMeasuredVersion];

/** Finds the parts, or makes them, which takes minutes the first time. */
export async function makeParts(
  natsVersions: readonly string[] = defaultServers,
  onStep?: (text: string) => void,
): Promise<RigParts> {
  const output = onStep ? { write: (text: string) => onStep(text.trimEnd()) } : process.stderr;
  const kube = await ensureTool("kube", undefined, { output });
  const reloader = await ensureTool("reloader", undefined, { output });
  const images = [
    { reference: pauseReference, program: join(kube.folder, "pause") },
    { reference: `docker.io/natsio/nats-server-config-reloader:${reloader.version}`, program: reloader.binary },
  ];
  for (const version of natsVersions) {
    const { binary } = await ensureTool("nats-server", version, { output });
    images.push({ reference: `docker.io/library/nats:${version}-alpine`, program: binary });
  }
  return { binary: (name) => join(kube.folder, name), images };
}

/**
 * Starts all clusters; returns once each takes pods.
 *
 * @throws Error for the first part that does not come up, after all others have ended or come up.
 */
export async function startClusters(
  places: readonly ClusterPlace[],
  { binary, images }: RigParts,
  onStep: (text: string) => void,
): Promise<void> {
  for (const { folder } of places) {
    rmSync(folder, { recursive: true, force: true }); // the logs of a start that failed
    for (const inner of ["cni", "etcd", "log", "pki", "pods"]) mkdirSync(join(folder, inner), { recursive: true });
  }
  const archive = `${places[0]?.folder}.images.tar`;
  try {
    await all([makeNetwork(places), writeImages(images, archive)]);
    await all(places.map((place) => startCluster(place, binary, archive, onStep)));
  } finally {
    rmSync(archive, { force: true });
  }
}

async function startCluster(
  place: ClusterPlace,
  binary: Binaries,
  archive: string,
  onStep: (text: string) => void,
): Promise<void> {
  const containers = startContainers(place, archive).then(() => onStep(`${place.name}: images loaded`));
  const api = startApi(place, binary).then(() => onStep(`${place.name}: API ready`));
  await all([containers, api]);
  await all([startControllers(place, binary), startNode(place, binary), startDns(place, binary), makeVolumes(place)]);
  onStep(`${place.name}: node ready at ${place.address}`);
}

/** Waits for all, also where one fails: nothing is left at work on what is taken down then. */
async function all(works: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(works)) {
    if (result.status === "rejected") throw result.reason;
  }
}
