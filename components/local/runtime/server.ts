/** One nats-server of a location on this machine: its files, its process, and what its monitor says. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { LocalClusterInputs } from "../local-cluster-inputs";
import { natsConf, remotesConf, remotesFile } from "../nats-conf";
import type { ServerPorts } from "../ports";
import { localPorts } from "../ports";
import { locationFolder, readIfPresent, writeWhole } from "./folder";
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
  /** Its configuration, by path. */
  readonly files: ReadonlyMap<string, string>;
}

export type ServerCondition = "running" | "stopped" | "edited";

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
    if (inputs.remotes.length > 0) files.set(join(folder, remotesFile), remotesConf(inputs.remotes));
    const { leafnode, ...always } = ports;
    const listens = [...Object.values(always), ...(leafnodeAdvertise ? [leafnode] : [])];
    return { name, folder, ports, listens, process, files };
  });
}

/** Whether a file of the server is missing or says something else than it should. */
export async function isEdited(server: Server): Promise<boolean> {
  for (const [path, text] of server.files) if ((await readIfPresent(path)) !== text) return true;
  return false;
}

/** How a server is found, judged by its process and its files. */
export async function conditionOf(server: Server): Promise<ServerCondition> {
  if ((await runningPid(server.process)) === undefined) return "stopped";
  return (await isEdited(server)) ? "edited" : "running";
}

/** Writes the files that differ, and leaves the rest untouched: their time tells whether the server has read them. */
export async function writeFiles(server: Server): Promise<void> {
  await mkdir(server.folder, { recursive: true, mode: 0o700 });
  for (const [path, text] of server.files) {
    if ((await readIfPresent(path)) !== text) await writeWhole(path, text);
  }
}
