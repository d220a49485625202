/** Keeps a spoke's relay running as declared. */
import { randomUUID } from "node:crypto";
import { dirname, join } from "node:path";
import pRetry from "p-retry";
import type { RelayInputs } from "../local-cluster-inputs";
import { claim, folderFault, locationFolder, readIfPresent, writeWhole } from "./folder";
import { logTail, readLog } from "./log";
import { runningPid, startProcess, stopProcess } from "./own-process";
import { requireFreePorts } from "./port-holders";
import { relayStatus } from "./relay-control";
import { relayProcess } from "./relay-files";

/** How a relay is found: `stopped` where no process answers, `edited` where its conf is not as declared. */
export type RelayCondition = "running" | "stopped" | "edited";

/**
 * Starts the relay, or starts it anew where port or targets changed. A link that was cut or slowed stays so.
 *
 * @param generation of the resource that has the relay from now on; see `claim`
 * @throws when its folder holds other things or its port is taken, or when it does not answer within 10 s: with what its log
 * said last
 */
export async function convergeRelay(inputs: RelayInputs, generation: string = randomUUID()): Promise<void> {
  const folder = locationFolder(inputs.folder);
  const fault = await folderFault(folder);
  if (fault) throw new Error(fault);
  const own = relayProcess(inputs.folder);
  const alreadyLogged = (await readLog(own)).length;
  const isNew = (await relayCondition(inputs)) !== "running";
  if (isNew) {
    const pid = await runningPid(own);
    await requireFreePorts([inputs.port], pid === undefined ? [] : [pid]);
  }
  await claim(folder, "relay", generation);
  if (isNew) {
    await stopProcess(own);
    await writeWhole(own.conf, confOf(inputs));
    await startProcess(own, process.execPath, [relayProgram()]);
  }
  const ask = () => relayStatus(inputs.folder);
  await pRetry(ask, { retries: Infinity, factor: 1, minTimeout: 50, maxRetryTime: 10_000 }).catch(async (error) => {
    await stopProcess(own); // nobody would know of it
    throw new Error(
      `the relay on port ${inputs.port} does not answer:\n  ${(await logTail(own, alreadyLogged)).join("\n  ")}`,
      {
        cause: error,
      },
    );
  });
}

/** Whether the relay runs and answers, and is as declared. */
export async function relayCondition(inputs: RelayInputs): Promise<RelayCondition> {
  const own = relayProcess(inputs.folder);
  if ((await runningPid(own)) === undefined) return "stopped";
  if ((await readIfPresent(own.conf)) !== confOf(inputs)) return "edited";
  return relayStatus(inputs.folder).then(
    () => "running",
    () => "stopped",
  );
}

function confOf({ folder, port, targets }: RelayInputs): string {
  return JSON.stringify({ folder, port, targets });
}

/** The built relay, beside the built provider; found by name, as this code may run from source. */
function relayProgram(): string {
  return join(dirname(require.resolve("@cinema-jetstream/components")), "relay-process.js");
}
