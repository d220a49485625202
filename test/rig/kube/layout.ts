/** Where each cluster of a rig lies: names, addresses and files, all derived from its name and its place among the others. */
import { join, resolve } from "node:path";
import { cacheFolder } from "../../../toolchain/find.mjs";

/** The bridge that joins the clusters, and the machine's own address on it. */
export const bridge = { name: "rig0", address: "10.250.0.254", prefix: 24 } as const;

/** Addresses on the bridge: 10.250.0.11 to .19. */
const mostClusters = 9;

/** One cluster's place on this machine. */
export interface ClusterPlace {
  readonly name: string;
  /** Holds all that the cluster writes. */
  readonly folder: string;
  /** Address of its node, its API server and its NodePorts. */
  readonly address: string;
  readonly node: string;
  readonly netns: string;
  /** The machine's end of the node's network link; at most 15 characters, as the kernel has it. */
  readonly link: string;
  readonly podCidr: string;
  readonly kubeconfig: string;
  readonly containerdSocket: string;
}

/** `CINEMA_JETSTREAM_RIG`, else `rig` in the cache of the tools: images and volumes need some gigabytes, more than many a `/tmp` has. */
export function rigFolder(env: NodeJS.ProcessEnv = process.env): string {
  return resolve(env["CINEMA_JETSTREAM_RIG"] || join(cacheFolder(env), "rig"));
}

/**
 * Places of the clusters in one rig.
 *
 * @throws Error for a name that cannot be a host's, one given twice, or more clusters than there are addresses.
 */
export function placeClusters(folder: string, names: readonly string[]): ClusterPlace[] {
  for (const name of names) {
    if (!/^[a-z][a-z0-9-]{0,29}$/.test(name)) {
      throw new Error(
        `'${name}' cannot name a cluster; allowed: up to 30 of a-z, 0-9 and '-', a letter first; e.g. cinema-a`,
      );
    }
  }
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new Error(`cluster '${twice}' is named twice; name each once`);
  if (names.length === 0 || names.length > mostClusters) {
    throw new Error(`${names.length} clusters asked for; allowed: 1 to ${mostClusters}`);
  }
  return names.map((name, i) => {
    const own = join(folder, name);
    return {
      name,
      folder: own,
      address: `10.250.0.${11 + i}`,
      node: `${name}-node`,
      netns: `rig-${name}`,
      link: `rig-v${1 + i}`,
      podCidr: `10.244.${1 + i}.0/24`,
      kubeconfig: join(own, "kubeconfig"),
      containerdSocket: join(own, "containerd.sock"),
    };
  });
}

/** The log of one of a cluster's processes. */
export const logFile = ({ folder }: ClusterPlace, process: string) => join(folder, "log", `${process}.log`);
