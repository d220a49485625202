/** Real Kubernetes clusters on this machine, one node each: no container engine, no registry, no kubectl. */
import { isDeepStrictEqual } from "node:util";
import { rigFolder, type ClusterPlace } from "./layout";
import { installPackages, rigObstacle } from "./machine";
import { cutOff, joinAgain } from "./network";
import {
  alone,
  readRecord,
  recordedPlaces,
  removeRecord,
  thisProcess,
  userOf,
  writeRecord,
  type RigRecord,
} from "./record";
import { makeParts, startClusters } from "./start";
import { tearDown } from "./teardown";

export { rigObstacle } from "./machine";

/** One cluster of a rig. */
export interface KubeCluster {
  readonly name: string;
  /** Address of its node and NodePorts. */
  readonly address: string;
  /** Path of its kubeconfig; its context is named like the cluster. */
  readonly kubeconfig: string;
  /** Cuts it off from the other clusters, open connections too; its own pods and the machine's access to it live on. */
  cut(): Promise<void>;
  /** Joins it to the others again. */
  heal(): Promise<void>;
}

/** Clusters that reach each other's NodePorts. */
export interface KubeRig {
  readonly clusters: readonly KubeCluster[];
  /** @throws Error for a name that is none of the rig's. */
  cluster(name: string): KubeCluster;
  /** Ends all of it and removes its data, volumes included. Does nothing where it is down. */
  down(): Promise<void>;
}

/** How a rig is started. */
export interface RigOptions {
  /**
   * Servers that there are images of, `nats:<version>-alpine`.
   *
   * @default - the pinned one, and the newest measured
   */
  readonly natsVersions?: readonly string[];
  /**
   * Told what has been done.
   *
   * @default - nobody; tools that have to be made first tell it on stderr
   */
  readonly onStep?: (text: string) => void;
}

/**
 * Starts clusters for this process, which takes them down; what a killed process left is removed first. Half a minute once the tools
 * are made, which takes minutes.
 *
 * @throws Error where no rig can run here, another one is in use, or a part does not come up; nothing but logs is left then.
 */
export const startKubeRig = (names: readonly string[], options: RigOptions = {}): Promise<KubeRig> =>
  startRig(names, thisProcess(), options);

/** Starts clusters that stay until `npm run rig -- down`. */
export const startKeptRig = (names: readonly string[], options: RigOptions = {}): Promise<KubeRig> =>
  startRig(names, undefined, options);

/** The rig that is up on this machine, whoever started it; undefined where there is none. */
export function findRig(): KubeRig | undefined {
  const record = readRecord();
  return record && userOf(record) ? rigOf(record) : undefined;
}

/**
 * Takes the machine's rig down, or what is left of one. Does nothing where there is none.
 *
 * @throws Error naming the process that has it, unless `npm run rig -- up` started it.
 */
export async function takeRigDown(onStep: (text: string) => void): Promise<void> {
  await alone(async () => {
    const record = readRecord();
    if (record?.owner) requireUnused(record); // what a command keeps, a command may end
    await removeRig(record, onStep);
  }, onStep);
}

async function startRig(names: readonly string[], owner: RigRecord["owner"], options: RigOptions): Promise<KubeRig> {
  const { onStep = () => {} } = options;
  const record: RigRecord = { folder: rigFolder(), clusters: [...names], ...(owner && { owner }) };
  const places = recordedPlaces(record);
  const obstacle = rigObstacle();
  if (obstacle) throw new Error(obstacle);
  const parts = await makeParts(options.natsVersions, options.onStep);
  await alone(async () => {
    const old = readRecord();
    if (old) requireUnused(old);
    await removeRig(old, onStep);
    await installPackages(onStep);
    writeRecord({ ...record, owner: thisProcess() }); // until it is up: then it may be kept
    try {
      await startClusters(places, parts, onStep);
      writeRecord(record);
    } catch (error) {
      await undoStart(places, error as Error);
    }
  }, onStep);
  return rigOf(record);
}

/** @throws the start's error, always; with that of the undoing where not all could be removed, which leaves the record for `down`. */
async function undoStart(places: readonly ClusterPlace[], error: Error): Promise<never> {
  try {
    await tearDown(places, { keepLogs: true });
  } catch (fault) {
    throw new AggregateError([error, fault], `${error.message}\n${(fault as Error).message}`, { cause: fault });
  }
  removeRecord();
  throw error;
}

function requireUnused(record: RigRecord): void {
  const user = userOf(record);
  if (user === undefined) return;
  const cure = record.owner ? "wait for it to end, or end it" : "take it down first: npm run rig -- down";
  throw new Error(
    `a rig is up on this machine, clusters ${record.clusters.join(", ")}, in use by ${user}; allowed: one at a time; ${cure}`,
  );
}

async function removeRig(record: RigRecord | undefined, onStep: (text: string) => void): Promise<void> {
  if (!record) return;
  if (record.owner && userOf(record) === undefined) {
    onStep(`removing what process ${record.owner.pid} (${record.owner.command}) left`);
  }
  await tearDown(recordedPlaces(record));
  removeRecord();
}

function rigOf(record: RigRecord): KubeRig {
  const places = recordedPlaces(record);
  const clusters = places.map((place): KubeCluster => ({
    name: place.name,
    address: place.address,
    kubeconfig: place.kubeconfig,
    cut: () =>
      cutOff(
        place,
        places.filter((other) => other !== place),
      ),
    heal: () => joinAgain(place),
  }));
  return {
    clusters,
    cluster: (name) => {
      const cluster = clusters.find((one) => one.name === name);
      if (cluster) return cluster;
      throw new Error(`no cluster '${name}' in this rig; there are ${record.clusters.join(", ")}`);
    },
    down: () =>
      alone(
        async () => {
          if (isDeepStrictEqual(readRecord(), record)) await removeRig(record, () => {});
        },
        () => {},
      ),
  };
}
