/** One nats-server of a location on this machine: its files, its process, and what its monitor says. */
import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import pRetry from "p-retry";
import type { LocalClusterInputs } from "../local-cluster-inputs";
import { natsConf, remotesFile, remotesText } from "../nats-conf";
import type { ServerPorts } from "../ports";
import { localPorts } from "../ports";
import { locationFolder, readIfPresent, writeWhole } from "./folder";
import { varz } from "./monitor";
import type { OwnProcess } from "./own-process";
import { ownProcess, runningPid } from "./own-process";

/** A server as it should be. */
export interface Server {
  readonly name: string;
  readonly folder: string;
  readonly ports: ServerPorts;
  /** Ports it listens on; only a hub's server has a leafnode listener. */
  readonly listens: readonly number[];
  readonly process: OwnProcess;
  readonly maxFileStoreBytes: number;
  /** Its configuration, by path. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * How a server is found: `stopped` where no process answers, `outdated` where one of another version or with another store limit
 * does, which only a restart changes, `edited` where its files are not as declared, or it has not read them yet.
 */
export type ServerCondition = "running" | "stopped" | "outdated" | "edited";

/** The process of the server that lives in a folder. */
export function serverProcess(folder: string): OwnProcess {
  return ownProcess(folder, "nats-server -c", "nats.conf");
}

/** The servers of a location, in the order of their names. */
export function serversOf(inputs: LocalClusterInputs): Server[] {
  const { serverNames, leafnodeAdvertise } = inputs.settings;
  const { servers } = localPorts(inputs.portBase, serverNames.length);
  return servers.map((ports, index) => {
    const name = String(serverNames[index]);
    const folder = join(locationFolder(inputs.folder).servers, name);
    const process = serverProcess(folder);
    const files = new Map([[process.conf, natsConf(inputs, index)]]);
    if (inputs.remotes.length > 0) files.set(join(folder, remotesFile), remotesText(inputs.remotes));
    const { leafnode, ...always } = ports;
    const listens = [...Object.values(always), ...(leafnodeAdvertise ? [leafnode] : [])];
    const { maxFileStoreBytes } = inputs.settings;
    return { name, folder, ports, listens, process, maxFileStoreBytes, files };
  });
}

/**
 * How a server is found, judged by its process, what that says of itself, and its files.
 *
 * @param patienceMs how long its process may refuse to answer, as one does that has just been started
 */
export async function conditionOf(server: Server, version: string, patienceMs = 0): Promise<ServerCondition> {
  if ((await runningPid(server.process)) === undefined) return "stopped";
  const ask = () => varz(server.ports.monitor);
  const retry = { retries: Infinity, factor: 1, minTimeout: 100, maxRetryTime: patienceMs };
  const running = await pRetry(ask, retry).catch(() => undefined);
  if (!running) return "stopped";
  // A reload takes a higher limit and goes on with the old one (seen on 2.14.2): only a restart puts it in force.
  const limit = running.jetstream?.config?.max_storage || server.maxFileStoreBytes; // 0 while it starts
  if (running.version !== version || limit !== server.maxFileStoreBytes) return "outdated";
  return (await isEdited(server, Date.parse(running.config_load_time))) ? "edited" : "running";
}

/** Whether a file is missing, says something else than it should, or was written after the server read it. */
async function isEdited(server: Server, readAt: number): Promise<boolean> {
  for (const [path, text] of server.files) {
    if ((await readIfPresent(path)) !== text || (await stat(path)).mtimeMs > readAt) return true;
  }
  return false;
}

/** Writes the files that differ, and leaves the rest untouched: their time tells whether the server has read them. */
export async function writeFiles(server: Server): Promise<void> {
  await mkdir(server.folder, { recursive: true, mode: 0o700 });
  for (const [path, text] of server.files) {
    if ((await readIfPresent(path)) !== text) await writeWhole(path, text);
  }
}
