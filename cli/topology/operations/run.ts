/** What `topology repair` and `topology watch` print. */
import { closeConnections } from "../../../streams/jetstream/connection";
import { declaredLocations } from "../../lab/home";
import { topology } from "../../../streams/declarations";
import { openWorkspace } from "../open-workspace";
import { topologyOfFile } from "./file-topology";
import { repair, repairText } from "./repair";
import type { RepairCommandOptions, WatchCommandOptions } from "./repair-command";
import { RepairSession } from "./repair-session";
import { runWatch } from "./run-watch";

/** Repairs what stands still, or tells what would be; prints each link. */
export async function repairLinks(
  { lab, dryRun = false, json = false }: RepairCommandOptions,
  signal: AbortSignal,
): Promise<void> {
  try {
    const workspace = await openWorkspace({ lab });
    const session = await RepairSession.open(workspace);
    const links = await repair(session, workspace.topology.hub, { dryRun, signal });
    console.log(json ? JSON.stringify({ dryRun, links }, undefined, 2) : repairText(links, dryRun));
    if (links.some(({ outcome }) => outcome === "stands" || outcome === "repairable")) process.exitCode = 1;
  } finally {
    await closeConnections();
  }
}

/** Prints what happens until Ctrl-C: of the stacks, or of the hub whose outputs are in a file. */
export async function watch({ lab, from, json = false, repair = false }: WatchCommandOptions): Promise<void> {
  const open = () =>
    from === undefined ? openWorkspace({ lab }) : topologyOfFile({ topology, locations: declaredLocations() }, from);
  await runWatch(open, { json, repair });
}
