/** Brings a running server to its configuration and version: by a reload where the server takes one, else by a restart. */
import { stat } from "node:fs/promises";
import pRetry from "p-retry";
import { readLog } from "./log";
import { varz } from "./monitor";
import { signalProcess, startProcess, stopProcess } from "./own-process";
import type { Server } from "./server";
import { isEdited, writeFiles } from "./server";

/** What of a running server is not as it should be; of a process, that it does not answer or is of another version. */
export type Outdated = "nothing" | "configuration" | "process";

/** Compares a running server with what it should be. One look at its files and one question. */
export async function outdated(server: Server, version: string): Promise<Outdated> {
  // One that has just been started, by a run that was interrupted, needs a moment.
  const ask = () => varz(server.ports.monitor);
  const running = await pRetry(ask, { retries: 10, factor: 1, minTimeout: 500 }).catch(() => undefined);
  if (running?.version !== version) return "process";
  if (await isEdited(server)) return "configuration";
  // Written by a run that was interrupted before the server read it.
  const written = await Promise.all([...server.files.keys()].map(async (path) => (await stat(path)).mtimeMs));
  return Math.max(...written) > Date.parse(running.config_load_time) ? "configuration" : "nothing";
}

/** Starts a server that does not run. */
export async function start(server: Server, binary: string): Promise<void> {
  await writeFiles(server);
  await startProcess(server.process, binary, ["-c"]);
}

/** Ends a server and starts it on the same store. */
export async function restart(server: Server, binary: string): Promise<void> {
  await stopProcess(server.process);
  await start(server, binary);
}

/**
 * Has a running server read its files; false when it refuses. A refused reload is refused whole and shows in the log only, a
 * taken one in `config_load_time` (2.9.19 to 2.15.2). A hub with many clients takes seconds: it checks every password again.
 */
export async function reload(server: Server): Promise<boolean> {
  const { config_load_time: before } = await varz(server.ports.monitor);
  const alreadyLogged = (await readLog(server.process)).length;
  await writeFiles(server);
  await signalProcess(server.process, "SIGHUP");
  const look = async () => {
    if ((await varz(server.ports.monitor)).config_load_time !== before) return true;
    if ((await readLog(server.process)).includes("Failed to reload", alreadyLogged)) return false;
    throw new Error("neither taken nor refused yet");
  };
  return pRetry(look, { retries: Infinity, factor: 1, minTimeout: 50, maxRetryTime: 30_000 }).catch(() => false);
}
