/** Brings a running server to its configuration and version: by a reload where the server takes one, else by a restart. */
import pRetry from "p-retry";
import { readLog } from "./log";
import { varz } from "./monitor";
import { signalProcess, startProcess, stopProcess } from "./own-process";
import type { Server } from "./server";
import { writeFiles } from "./server";

/** Starts a server on its store; one that runs, or hangs, is ended first. */
export async function restart(server: Server, binary: string): Promise<void> {
  await stopProcess(server.process);
  await writeFiles(server);
  await startProcess(server.process, binary, ["-c"]);
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
