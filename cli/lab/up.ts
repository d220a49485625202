/** `lab up`: every stack of the topology, in the order in which they need each other. */
import { setTimeout as sleep } from "node:timers/promises";
import { Listr, type ListrTask } from "listr2";
import { Engine, type EngineRun } from "./engine";
import { checkout, declaredLocations, type LabHome, type LabSettings } from "./home";
import { listrOptions, withProgress } from "./progress";
import { requirePorts } from "./lab-ports";
import { bringUpLocation, bringUpStreams } from "./stacks";

/** What went wrong so far: one spoke that fails does not stop another, but nothing that needs both starts. */
interface Progress {
  readonly failures: Error[];
}

/**
 * Brings the whole lab up, or to what the checkout now declares: the hub, its spokes side by side, the streams.
 *
 * @throws AggregateError with what each failed stack said; the others are up, and the same command goes on from there.
 */
export async function labUp(home: LabHome, settings: LabSettings, signal: AbortSignal): Promise<void> {
  const engine = new Engine(home, checkout, signal);
  await engine.untilIdle();
  await engine.releaseStaleLocks();
  const locations = declaredLocations();
  await requirePorts(home, settings, locations);
  home.writeSettings(settings); // not before: what cannot be had is not asked for again
  const locationTasks = (role: "hub" | "spoke") =>
    locations
      .filter((location) => location.role === role)
      .map((location) =>
        stackTask(`location ${location.name}`, signal, (run) => bringUpLocation(engine, settings, location, run)),
      );

  const progress: Progress = { failures: [] };
  const stages = [
    locationTasks("hub"),
    locationTasks("spoke"),
    [stackTask("streams", signal, (run) => bringUpStreams(engine, run))],
  ];
  for (const stage of stages) {
    await new Listr(stage, { ...listrOptions, concurrent: true, exitOnError: false }).run(progress);
    if (progress.failures.length > 0)
      throw new AggregateError(progress.failures, progress.failures.map(({ message }) => message).join("\n\n"));
  }
}

function stackTask(title: string, signal: AbortSignal, up: (run: EngineRun) => Promise<void>): ListrTask<Progress> {
  return {
    title,
    task: async ({ failures }, task) => {
      try {
        await withProgress(task, (onStep) => up({ onStep }));
      } catch (error) {
        await sleep(10); // a Ctrl-C reaches an engine that just starts as well, and its end may be seen first
        failures.push(error as Error);
        throw new Error(signal.aborted ? "interrupted" : "see below", { cause: error });
      }
    },
  };
}
