/** Engine runs whose Node processes are leaner than the SDK makes them, and run the bundles of the programs (docs/decisions/0012, 0015). */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { checkout, type Project } from "./home";

const preload = pathToFileURL(join(__dirname, "lean-preload.mjs")); // has no blanks, whatever the path has

/**
 * Environment of an engine run, beside the user's own options of Node.
 *
 * @param folder checkout whose program is run; of another than ours there is no bundle made from what its sources are now
 */
export function leanEnvironment(project?: Project, folder = checkout): Record<string, string> {
  return {
    NODE_OPTIONS: [process.env["NODE_OPTIONS"], `--import ${preload.href}`].filter(Boolean).join(" "),
    ...(project && folder === checkout && { CINEMA_JETSTREAM_PROGRAM: join(checkout, "cli/dist", `${project}.js`) }),
  };
}
