/** The three Kubernetes clusters that the tests work on: those that the environment names, else the rig's, which is started where none is kept. */
import type { Context } from "mocha";
import type { ClusterAccess } from "../../../kubernetes/access";
import { loadCluster } from "../../../kubernetes/cluster";
import { locationNames } from "../stacks";
import { findRig, rigObstacle, startKubeRig, type KubeRig } from "./clusters";

/** One cluster, named like the location that it holds. */
export interface TestCluster {
  readonly name: string;
  readonly access: ClusterAccess;
  /** Where the others reach its NodePorts. */
  readonly address: string;
  /** Cuts it off from the others; its own pods, and its API as seen from here, live on. Only the rig's clusters can be cut. */
  readonly line?: { cut(): Promise<void>; heal(): Promise<void> };
}

export interface TestClusters {
  cluster(name: string): TestCluster;
  /** Ends what was started here; clusters that were there before live on. */
  down(): Promise<void>;
}

/** Environment variable that names the kubeconfig of a given cluster, whose current context is used. */
const variableOf = (name: string) => `KUBECONFIG_${name.toUpperCase().replaceAll("-", "_")}`;

/** Starts or finds the clusters for a suite; skips it, with the reason, where there can be none. */
export async function testClusters(suite: Context): Promise<TestClusters> {
  suite.timeout(0); // the rig's parts may have to be built first
  const found = await findClusters();
  if (typeof found !== "string") return found;
  process.stderr.write(`skipped: ${found}\n`);
  return suite.skip();
}

/** Starts or finds the clusters; says why where there can be none. */
export async function findClusters(): Promise<TestClusters | string> {
  const given = locationNames.filter((name) => process.env[variableOf(name)]);
  if (given.length === locationNames.length) return givenClusters();
  const missing = locationNames.filter((name) => !given.includes(name)).map(variableOf);
  if (given.length > 0)
    throw new Error(`${missing.join(", ")} not set; set the kubeconfigs of all three clusters, or none`);
  const kept = findRig();
  if (kept) return ofRig(kept);
  const obstacle = rigObstacle();
  return obstacle
    ? `${obstacle}; or name clusters of your own: ${missing.join(", ")}`
    : ofRig(await startKubeRig(locationNames), "started here");
}

function ofRig(rig: KubeRig, isStarted?: "started here"): TestClusters {
  const clusters = rig.clusters.map((each) => ({
    name: each.name,
    access: { kubeconfig: each.kubeconfig, context: each.name },
    address: each.address,
    line: each,
  }));
  return { cluster: among(clusters), down: async () => (isStarted ? rig.down() : undefined) };
}

async function givenClusters(): Promise<TestClusters> {
  const clusters = await Promise.all(
    locationNames.map(async (name) => {
      const access = { kubeconfig: process.env[variableOf(name)] ?? "", context: "" };
      return { name, access, address: await nodeAddress(access) };
    }),
  );
  return { cluster: among(clusters), down: async () => {} };
}

async function nodeAddress(access: ClusterAccess): Promise<string> {
  const { CoreV1Api } = await import("@kubernetes/client-node");
  const { items } = await (await loadCluster(access)).makeApiClient(CoreV1Api).listNode();
  const found = items.flatMap(({ status }) => status?.addresses ?? []).find(({ type }) => type === "InternalIP");
  if (!found) throw new Error(`no node of the cluster in ${access.kubeconfig} has an InternalIP`);
  return found.address;
}

function among(clusters: readonly TestCluster[]): TestClusters["cluster"] {
  return (name) => {
    const found = clusters.find((each) => each.name === name);
    if (!found) throw new RangeError(`no cluster '${name}'; there are ${clusters.map((each) => each.name).join(", ")}`);
    return found;
  };
}
