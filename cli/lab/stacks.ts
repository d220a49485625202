/** What each of the lab's stacks needs before it can be brought up, and what it gives once it is. */
import { createHash } from "node:crypto";
import type { LocationFacts, LocationSecrets } from "../../components/stack-outputs";
import type { Engine, EngineRun } from "./engine";
import { readIfPresent } from "./engine-locks";
import { locationStack, streamsStack, writeWhole, type LabLocation, type LabSettings, type LabStack } from "./home";
import { setPasswords, writeStackFile } from "./stack-files";

/** Makes the stack where it is missing. */
export async function prepareStack(engine: Engine, stack: LabStack): Promise<void> {
  if (!engine.stacks(stack.project).includes(stack.name)) await engine.run(stack, ["stack", "init", "--no-select"]);
}

const upCommand = ["up", "--yes", "--skip-preview"];

/** Brings one location up as the checkout declares it. */
export async function bringUpLocation(
  engine: Engine,
  settings: LabSettings,
  location: LabLocation,
  run: EngineRun,
): Promise<void> {
  const stack = locationStack(location.name);
  writeStackFile(engine.home, settings, location);
  await prepareStack(engine, stack);
  await setPasswords(engine, location);
  await engine.run(stack, upCommand, run);
}

/** Makes the streams over all locations. */
export async function bringUpStreams(engine: Engine, run: EngineRun): Promise<void> {
  await prepareStack(engine, streamsStack);
  await engine.run(streamsStack, upCommand, run);
}

/**
 * A location's outputs, clear passwords included: for this process only. Asks the engine where the state is another one than when it was last asked.
 *
 * @throws Error where it is not up.
 */
export async function readOutputs(engine: Engine, location: string): Promise<LocationFacts & LocationSecrets> {
  const stack = locationStack(location);
  const state = readIfPresent(engine.home.stateFile(stack));
  const outputs = state === undefined ? {} : await outputsOf(engine, stack, state);
  if ("location" in outputs) return outputs;
  throw new Error(`location '${location}' of the lab is not up; bring up what is missing: npm run lab`);
}

/** By the state's hash: a state that was written meanwhile is only asked about once more. */
async function outputsOf(engine: Engine, stack: LabStack, state: string) {
  const file = engine.home.outputsFile(stack);
  const hash = createHash("sha256").update(state).digest("hex");
  const kept = JSON.parse(readIfPresent(file) ?? "{}");
  if (kept.state === hash) return kept.outputs;
  const outputs = JSON.parse(await engine.run(stack, ["stack", "output", "--json", "--show-secrets"]));
  writeWhole(file, JSON.stringify({ state: hash, outputs }));
  return outputs;
}
