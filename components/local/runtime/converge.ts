/** Makes a location's servers run as declared, whatever is there already. */
import type { LocalClusterInputs } from "../local-cluster-inputs";
import { deleteServers, stopServers } from "./delete";
import { requireDisk } from "./disk";
import { locationFolder, readOwner, serverFolders, writeOwner } from "./folder";
import { identityChanged, identityFault } from "./identity";
import { runningPid } from "./own-process";
import { requireFreePorts } from "./port-holders";
import type { Readiness } from "./readiness";
import { awaitReady } from "./readiness";
import { outdated, reload, restart, start } from "./rollout";
import { serverBinary } from "./server-binary";
import type { Server } from "./server";
import { serverProcess, serversOf } from "./server";

/** A failure after something was started or changed: what is there must be remembered, so that it can be removed. */
export class UnfinishedError extends Error {
  override readonly name = "UnfinishedError";
}

/**
 * Starts what does not run, then updates what runs, one server at a time, each healthy before the next. Adopts servers that
 * an interrupted run left. Never removes data, except of a location that holds no stream and changes its identity.
 *
 * @param previous the same location as it was last declared, if it was
 * @param timeoutMs how long one wait may take: for all servers that are started, then for each that is updated
 * @throws before anything is touched: folder of another location, identity of a location with streams, version too old or
 * not installed, port taken, disk too small. {@link UnfinishedError} after that: a server that does not become ready.
 */
export async function converge(
  inputs: LocalClusterInputs,
  previous?: LocalClusterInputs,
  timeoutMs = 60_000,
): Promise<void> {
  const fault = await identityFault(inputs, previous);
  if (fault) throw new Error(fault);
  const binary = serverBinary(inputs.serverVersion);
  const servers = serversOf(inputs);
  await requireRoom(inputs, servers);
  try {
    await stopMoved(inputs);
    await writeOwner(locationFolder(inputs.folder), inputs);
    await startAndUpdate(inputs, servers, binary, timeoutMs);
  } catch (error) {
    throw new UnfinishedError((error as Error).message, { cause: error });
  }
}

async function requireRoom(inputs: LocalClusterInputs, servers: readonly Server[]): Promise<void> {
  const folders = await serverFolders(locationFolder(inputs.folder));
  const pids = await Promise.all(folders.map((folder) => runningPid(serverProcess(folder))));
  const own = pids.filter((pid) => pid !== undefined);
  await requireFreePorts(
    servers.flatMap((server) => server.listens),
    own,
  );
  if (own.length < servers.length) await requireDisk(inputs);
}

/** Servers of another identity or on other ports have no common ground with the new ones: all stop before any starts. */
async function stopMoved(inputs: LocalClusterInputs): Promise<void> {
  const owner = await readOwner(locationFolder(inputs.folder));
  if (await identityChanged(inputs)) await deleteServers(inputs.folder);
  else if (owner && owner.portBase !== inputs.portBase) await stopServers(inputs.folder);
}

async function startAndUpdate(
  inputs: LocalClusterInputs,
  servers: readonly Server[],
  binary: string,
  timeoutMs: number,
): Promise<void> {
  const runs = new Set<Server>();
  for (const server of servers) if ((await runningPid(server.process)) !== undefined) runs.add(server);
  const stopped = servers.filter((server) => !runs.has(server));
  const accounts = inputs.remotes.map((remote) => remote.account);
  const ready = (dialling: Readiness["dialling"]) => awaitReady({ servers, dialling, accounts, timeoutMs });
  if (stopped.length > 0) {
    await Promise.all(stopped.map((server) => start(server, binary)));
    await ready(stopped);
  }
  for (const server of runs) {
    const lacks = await outdated(server, inputs.serverVersion);
    if (lacks === "nothing") continue;
    if (lacks === "process" || !(await reload(server))) await restart(server, binary);
    await ready([server]);
  }
  await ready(servers);
}
