import { delimiter } from "node:path";
import { ensureTool } from "../../toolchain/ensure.mjs";
import { locationStack } from "../lab/home";
import type { Workspace } from "./workspace";

/**
 * Makes the plugins that locations in Kubernetes need, where the engine cannot download them by itself: the toolchain, which then built the
 * engine too, says so by PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION.
 */
export async function requirePlugins(workspace: Workspace, signal: AbortSignal): Promise<void> {
  if (!process.env["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"]) return;
  const platforms = workspace.locations.map(
    ({ name }) => workspace.stackFile(locationStack(name)).config?.["cinema-jetstream:platform"],
  );
  if (platforms.every((platform) => platform === "local")) return;
  for (const name of ["random", "kubernetes"] as const) {
    const { folder } = await ensureTool(name, undefined, { signal });
    process.env["PATH"] = [folder, process.env["PATH"]].join(delimiter);
  }
}
