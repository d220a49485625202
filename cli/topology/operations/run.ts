/** What `topology repair` and `topology watch` print. */
import { closeConnections } from "../../../streams/jetstream/connection";
import { abortOnSignals } from "../../../toolchain/command.mjs";
import { openWorkspace } from "../open-workspace";
import { repair, repairText } from "./repair";
import type { RepairCommandOptions, WatchCommandOptions } from "./repair-command";
import { RepairSession } from "./repair-session";
import { watchLinks } from "./watch";
import type { WatchEvent } from "./watch-events";

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

/** Prints what happens until Ctrl-C, which is the way to end it and so has no words of its own. */
export async function watch({ lab, json = false, repair = false }: WatchCommandOptions): Promise<void> {
  const { signal, release } = abortOnSignals();
  try {
    const workspace = await openWorkspace({ lab });
    const session = await RepairSession.open(workspace);
    console.error(`watching the links of ${workspace.label}${repair ? ", and repairing them" : ""}; Ctrl-C ends it`);
    const onEvent = (event: WatchEvent) => console.log(json ? eventJson(event) : eventText(event));
    await watchLinks(session, workspace.topology.hub, { repair, signal, onEvent });
  } catch (error) {
    console.error(`error: ${(error as Error).message}`);
    process.exitCode = 1;
  } finally {
    release();
    await closeConnections();
  }
}

const moment = () => new Date().toISOString();
const eventText = ({ of, text }: WatchEvent) => `${moment()} ${of}: ${text}`;
const eventJson = (event: WatchEvent) => JSON.stringify({ time: moment(), ...event });
