/** Keeps a spoke's relay running as declared. */
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import pRetry from "p-retry";
import type { RelayInputs } from "../local-cluster-inputs";
import { readIfPresent, writeWhole } from "./folder";
import { logTail } from "./log";
import { runningPid, startProcess, stopProcess } from "./own-process";
import { requireFreePorts } from "./port-holders";
import { relayStatus } from "./relay-control";
import { relayProcess } from "./relay-files";

/** How a relay is found. */
export type RelayCondition = "running" | "stopped" | "edited";

/**
 * Starts the relay, or starts it anew where port or targets changed. A link that was cut or slowed stays so.
 *
 * @throws when its port is taken, or when it does not answer within 10 s: with what its log said last
 */
export async function convergeRelay(inputs: RelayInputs): Promise<void> {
  const own = relayProcess(inputs.folder);
  const condition = await relayCondition(inputs);
  if (condition !== "running") {
    const pid = await runningPid(own);
    await requireFreePorts([inputs.port], pid === undefined ? [] : [pid]);
    await stopProcess(own);
    await mkdir(dirname(own.conf), { recursive: true, mode: 0o700 });
    await writeWhole(own.conf, confOf(inputs));
    await startProcess(own, process.execPath, [relayProgram()]);
  }
  const ask = () => relayStatus(inputs.folder);
  await pRetry(ask, { retries: Infinity, factor: 1, minTimeout: 50, maxRetryTime: 10_000 }).catch(async (error) => {
    await stopProcess(own); // nobody would know of it
    throw new Error(`the relay on port ${inputs.port} does not answer:\n  ${(await logTail(own)).join("\n  ")}`, {
      cause: error,
    });
  });
}

/** Whether the relay runs, and as declared. */
export async function relayCondition(inputs: RelayInputs): Promise<RelayCondition> {
  const own = relayProcess(inputs.folder);
  if ((await runningPid(own)) === undefined) return "stopped";
  return (await readIfPresent(own.conf)) === confOf(inputs) ? "running" : "edited";
}

function confOf({ folder, port, targets }: RelayInputs): string {
  return JSON.stringify({ folder, port, targets });
}

/** The built relay, beside the built provider; found by name, as this code may run from source. */
function relayProgram(): string {
  return join(dirname(require.resolve("@cinema-jetstream/components")), "relay-process.js");
}
