/** `lab down`: everything of the lab off this machine. */
import { rm } from "node:fs/promises";
import { Listr } from "listr2";
import { deleteLocation } from "../../components/local/runtime/delete";
import { Engine } from "./engine";
import type { LabHome } from "./home";
import { listrOptions } from "./progress";

/**
 * Ends the lab's processes and removes its folder, the engine's state included. It goes by the records in the locations' folders and not by
 * that state, so it works after a crash or a reboot as well; a recorded pid that is somebody else's by now is left alone.
 */
export async function labDown(home: LabHome): Promise<void> {
  const engine = new Engine(home);
  const tasks = [
    { title: "engine runs that are still under way", task: () => engine.untilIdle() },
    ...home
      .locations()
      .map((name) => ({ title: `location ${name}`, task: () => deleteLocation(home.locationFolder(name)) })),
  ];
  await new Listr(tasks, listrOptions).run();
  await rm(home.folder, { recursive: true, force: true });
}
