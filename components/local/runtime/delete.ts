/** Takes a location off this machine, with nothing but its folder to go by. Each succeeds where there is nothing (left). */
import { rm } from "node:fs/promises";
import { locationFolder, removePart, serverFolders } from "./folder";
import { stopProcess } from "./own-process";
import { relayProcess, relaySocket } from "./relay-files";
import { serverProcess } from "./server";

/** Stops a location's servers; their data stays. */
export async function stopServers(folder: string): Promise<void> {
  const servers = await serverFolders(locationFolder(folder));
  await Promise.all(servers.map((server) => stopProcess(serverProcess(server))));
}

/** Stops a location's servers and removes their data. */
export async function deleteServers(folder: string): Promise<void> {
  await stopServers(folder);
  await removePart(locationFolder(folder), "servers");
}

/** Stops a location's relay and removes its files. */
export async function deleteRelay(folder: string): Promise<void> {
  await stopProcess(relayProcess(folder));
  await rm(relaySocket(folder), { force: true });
  await removePart(locationFolder(folder), "relay");
}

/** Servers and relay in one, for a location whose Pulumi state is lost or was never written. */
export async function deleteLocation(folder: string): Promise<void> {
  await deleteServers(folder);
  await deleteRelay(folder);
}
