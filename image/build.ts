/** Makes `image/dist/repair-watch.js`: all that the image needs beside Node, in one file, with what this checkout declares. */
import { build } from "esbuild";
import { join } from "node:path";
import { checkout, declaredLocations } from "../cli/lab/home";
import type { DeclaredTopology } from "../cli/topology/operations/repair-session";
import { topology } from "../streams/declarations";

const locations = declaredLocations().map(({ name, replicas }) => ({ name, replicas }));
const declared: DeclaredTopology = { topology, locations };

void build({
  absWorkingDir: checkout,
  entryPoints: ["image/repair-watch.ts"],
  outfile: join("image", "dist", "repair-watch.js"),
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  define: { DECLARED: JSON.stringify(declared) },
  external: ["@kubernetes/client-node"], // for a port-forward, which a pod beside the servers does not need
  logLevel: "warning",
});
