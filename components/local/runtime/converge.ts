/** Makes a location's servers run as declared, whatever is there already. */
import { randomUUID } from "node:crypto";
import { permissionsChanged } from "../../leafnode-permissions";
import type { LocalClusterInputs } from "../local-cluster-inputs";
import { deleteServers, stopServers } from "./delete";
import { requireDisk } from "./disk";
import { claim, locationFolder, readOwner, serverFolders, writeOwner } from "./folder";
import { identityChanged, identityFault } from "./identity";
import { readLog } from "./log";
import { runningPid } from "./own-process";
import { requireFreePorts } from "./port-holders";
import { awaitReady } from "./readiness";
import { reload, restart } from "./rollout";
import { serverBinary } from "./server-binary";
import type { Server } from "./server";
import { conditionOf, serverProcess, serversOf } from "./server";

/** A failure after something was started or changed: what is there must be remembered, so that it can be removed. */
export class UnfinishedError extends Error {
  override readonly name = "UnfinishedError";
}

/** How long a process that was just started, by a run that was interrupted, may take to answer. */
const startPatienceMs = 5_000;

export interface ConvergeOptions {
  /**
   * The same location as it was last declared.
   *
   * @default - it was not: whatever is there is an interrupted run's
   */
  readonly previous?: LocalClusterInputs;
  /**
   * Of the resource that has the servers from now on; see `claim`.
   *
   * @default - a new one: nobody else's delete touches the servers
   */
  readonly generation?: string;
  /**
   * How long one wait may take: for all servers that are started, then before and after each that is updated.
   *
   * @default 60,000
   */
  readonly timeoutMs?: number;
}

/**
 * Starts what does not run or answer, then updates what does, one server at a time, while all others are ready. Adopts servers
 * that an interrupted run left. Never removes data, except of a location that holds no stream and changes its identity.
 *
 * @throws before anything is touched: folder of another location, identity of a location with streams, version too old or
 * not installed, port taken, disk too small. {@link UnfinishedError} after that: a server that does not become ready.
 */
export async function converge(
  inputs: LocalClusterInputs,
  { previous, generation = randomUUID(), timeoutMs = 60_000 }: ConvergeOptions = {},
): Promise<void> {
  const fault = await identityFault(inputs, previous);
  if (fault) throw new Error(fault);
  const binary = serverBinary(inputs.serverVersion);
  const servers = serversOf(inputs);
  await requireRoom(inputs, servers);
  try {
    await stopMoved(inputs);
    await claim(locationFolder(inputs.folder), "servers", generation);
    await writeOwner(locationFolder(inputs.folder), inputs);
    // A live leafnode is checked by the rights that it connected with: only a restart makes it connect anew.
    const reloads = !previous || !permissionsChanged(previous.accounts, inputs.accounts);
    await startAndUpdate(inputs, servers, { binary, timeoutMs, reloads });
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
  { binary, timeoutMs, reloads }: { binary: string; timeoutMs: number; reloads: boolean },
): Promise<void> {
  const condition = (server: Server) => conditionOf(server, inputs.serverVersion, startPatienceMs);
  const found = await Promise.all(servers.map(async (server) => [server, await condition(server)] as const));
  const lengths = servers.map(async (server) => [server, (await readLog(server.process)).length] as const);
  const accounts = inputs.remotes.map((remote) => remote.account);
  const all = { servers, accounts, timeoutMs, logLengths: new Map(await Promise.all(lengths)) };

  const stopped = found.flatMap(([server, is]) => (is === "stopped" ? [server] : []));
  if (stopped.length > 0) {
    await Promise.all(stopped.map((server) => restart(server, binary)));
    await awaitReady({ ...all, dialling: stopped });
  }
  for (const [server, is] of found) {
    if (is !== "outdated" && is !== "edited") continue;
    // An interrupted run may have left another server just started, with which this one would take the quorum away.
    await awaitReady({ ...all, dialling: [], spared: server });
    if (is === "outdated" || !reloads || !(await reload(server))) await restart(server, binary);
    await awaitReady({ ...all, dialling: [server] });
  }
  await awaitReady({ ...all, dialling: servers });
}
