/** Every port of the lab at once, so that one that is taken is found before the first location is up. */
import { localPorts } from "../../components/local/ports";
import { locationFolder, serverFolders } from "../../components/local/runtime/folder";
import { runningPid } from "../../components/local/runtime/own-process";
import { requireFreePorts } from "../../components/local/runtime/port-holders";
import { relayProcess } from "../../components/local/runtime/relay-files";
import { serverProcess } from "../../components/local/runtime/server";
import { locationPortBase, type LabHome, type LabLocation, type LabSettings } from "./home";

/**
 * Checks that nobody but the lab itself has a port of its locations.
 *
 * @throws Error naming all that are taken, with their holders and the way out.
 */
export async function requirePorts(
  home: LabHome,
  settings: LabSettings,
  locations: readonly LabLocation[],
): Promise<void> {
  const own = await Promise.all(locations.map(({ name }) => runningPids(home.locationFolder(name))));
  try {
    await requireFreePorts(
      locations.flatMap((location) => listens(settings, location)),
      own.flat(),
    );
  } catch (error) {
    throw new Error(`${(error as Error).message}: npm run lab -- up --ports <first port>`, { cause: error });
  }
}

function listens(settings: LabSettings, { name, role, replicas }: LabLocation): number[] {
  const { servers, relay } = localPorts(locationPortBase(settings, name), replicas);
  return [
    ...servers.flatMap(({ leafnode, ...always }) => [...Object.values(always), ...(role === "hub" ? [leafnode] : [])]),
    ...(role === "spoke" ? [relay] : []),
  ];
}

/** Servers and relay of a location, as far as they run. */
async function runningPids(folder: string): Promise<number[]> {
  const servers = await serverFolders(locationFolder(folder));
  const pids = await Promise.all([...servers.map(serverProcess), relayProcess(folder)].map(runningPid));
  return pids.filter((pid) => pid !== undefined);
}
