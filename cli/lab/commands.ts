/** What each lab command does, and what it prints. */
import Table from "cli-table3";
import type { RelayCommand } from "../../components/local/runtime/relay-control";
import { ensureTool } from "../../toolchain/ensure.mjs";
import { labConnections } from "../report/connection";
import { closeConnections } from "../../streams/jetstream/connection";
import { printReport } from "../report/print";
import { reportOnceCaughtUp } from "../report/report";
import { plainTable } from "../plain-table";
import { labDown } from "./down";
import { declaredLocations, serverVersionsOf, type LabHome, type UpOptions } from "./home";
import { labLine, linedText, lineText } from "./lines";
import { labPublish, publishedText, requirePublishable } from "./publish";
import { alone, requireLab } from "./session";
import { isWell, labStatus, type LocationStatus, type ServerStatus } from "./status";
import { labUp } from "./up";

/** Messages that `up` publishes to each stream, to show that they arrive. */
const shownMessages = 10;

/** Brings the lab up, publishes in every location, waits until all has arrived, and shows the report. */
export async function up(home: LabHome, options: UpOptions, signal: AbortSignal): Promise<void> {
  await alone(home, async () => {
    const settings = home.plannedSettings(options, declaredLocations());
    for (const version of serverVersionsOf(settings)) await ensureTool("nats-server", version, { signal });
    home.create();
    await labUp(home, settings, signal);
    signal.throwIfAborted();
    await publish(home, undefined, shownMessages, signal);
    signal.throwIfAborted();
    printReport(await reportOnceCaughtUp(await labConnections(home)).finally(closeConnections));
  });
}

/** Publishes in one location or in all. */
export async function publish(
  home: LabHome,
  location: string | undefined,
  count: number,
  signal: AbortSignal,
): Promise<void> {
  const asked = location === undefined ? declaredLocations().map(({ name }) => name) : [location];
  requirePublishable(asked);
  requireLab(home);
  const published = await labPublish(home, asked, { count, signal }).finally(closeConnections);
  for (const each of published) console.log(publishedText(each));
}

/** Shows what runs. Exit code 1 where something does not. */
export async function status(home: LabHome, json: boolean): Promise<void> {
  const locations = await labStatus(home, requireLab(home));
  console.log(json ? JSON.stringify(locations, undefined, 2) : statusTable(locations));
  if (!locations.every(isWell)) process.exitCode = 1;
}

/** Cuts, heals or slows the line of a spoke. */
export async function line(home: LabHome, location: string, command: RelayCommand): Promise<void> {
  console.log(linedText(location, await labLine(home, location, command)));
}

/** Takes the lab away. */
export async function down(home: LabHome): Promise<void> {
  await alone(home, () => labDown(home));
}

function statusTable(locations: readonly LocationStatus[]): string {
  const table = new Table({
    head: ["Location", "Server", "Version", "Clients", "State", "Leafnodes", "Line to the hub"],
    ...plainTable,
  });
  for (const { location, servers, line } of locations) {
    servers.forEach((server, i) =>
      table.push([i === 0 ? location : "", ...serverCells(server), i === 0 && line ? lineText(line) : ""]),
    );
  }
  return table.toString();
}

function serverCells({ server, version, clientUrl, ailment, leafnodes }: ServerStatus): string[] {
  return [server, version ?? "", clientUrl, ailment ?? "healthy", leafnodes.join(" ")];
}
