/** `lab up`: every stack of the topology, in the order in which they need each other. */
import { Listr, type ListrTask } from "listr2";
import { Engine, type EngineRun } from "./engine";
import { declaredLocations, type LabHome } from "./home";
import { listrOptions, withProgress } from "./progress";
import { bringUpLocation, bringUpStreams } from "./stacks";

export interface UpOptions {
  /** nats-server of every location. */
  readonly serverVersion: string;
  /**
   * First of the lab's ports.
   *
   * @default - that of the lab that is there, else 14200
   */
  readonly portBase?: number;
}

/** What went wrong so far: one spoke that fails does not stop another, but nothing that needs both starts. */
interface Progress {
  readonly failures: Error[];
}

/**
 * Brings the whole lab up, or to what the checkout now declares: the hub, its spokes side by side, the streams.
 *
 * @throws AggregateError with what each failed stack said; the others are up, and the same command goes on from there.
 */
export async function labUp(home: LabHome, asked: UpOptions): Promise<void> {
  const engine = new Engine(home);
  await engine.untilIdle();
  await engine.releaseStaleLocks();
  const locations = declaredLocations();
  const settings = home.updateSettings(asked, locations);
  const locationTasks = (role: "hub" | "spoke") =>
    locations
      .filter((location) => location.role === role)
      .map((location) =>
        stackTask(`${role} ${location.name}`, (run) => bringUpLocation(engine, settings, location, run)),
      );

  const progress: Progress = { failures: [] };
  const stages = [
    locationTasks("hub"),
    locationTasks("spoke"),
    [stackTask("streams", (run) => bringUpStreams(engine, run))],
  ];
  for (const stage of stages) {
    await new Listr(stage, { ...listrOptions, concurrent: true, exitOnError: false }).run(progress);
    if (progress.failures.length > 0)
      throw new AggregateError(progress.failures, progress.failures.map(({ message }) => message).join("\n\n"));
  }
}

function stackTask(title: string, up: (run: EngineRun) => Promise<void>): ListrTask<Progress> {
  return {
    title,
    task: async ({ failures }, task) => {
      try {
        await withProgress(task, (onStep) => up({ onStep }));
      } catch (error) {
        failures.push(error as Error);
        throw error;
      }
    },
  };
}
