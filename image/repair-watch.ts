/** What the image runs: `topology watch --repair --from <file>`, of what its checkout declared when it was built. */
import { topologyOfFile } from "../cli/topology/operations/file-topology";
import type { DeclaredTopology } from "../cli/topology/operations/repair-session";
import { runWatch } from "../cli/topology/operations/run-watch";

/** Put in by `build.ts`. */
declare const DECLARED: DeclaredTopology;

const [file = ""] = process.argv.slice(2);
void runWatch(() => topologyOfFile(DECLARED, file), { repair: true, json: false });
