/** Three Kubernetes clusters for a bench, and the plugins that the engine needs for them. */
import { delimiter } from "node:path";
import { findClusters, type TestClusters } from "../test/rig/kube/test-clusters";
import { ensureTool } from "../toolchain/ensure.mjs";

/** The first time takes minutes, as the clusters' parts have to be built. @throws Error where there can be no clusters, with the reason */
export async function benchClusters(): Promise<TestClusters> {
  // Not among the tools of every bench, as they may have to be built.
  for (const name of ["random", "kubernetes"] as const) {
    const { folder } = await ensureTool(name);
    process.env["PATH"] = [folder, process.env["PATH"]].join(delimiter);
  }
  const clusters = await findClusters();
  if (typeof clusters === "string") throw new Error(clusters);
  return clusters;
}
