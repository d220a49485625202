// Bundles what runs in processes of its own, without ts-node: the dynamic providers' packages and the relay.
// Packages stay outside the bundle, so that Node finds them in node_modules as everywhere else.
import { build } from "esbuild";

await build({
  entryPoints: [
    { in: "components/provider.ts", out: "components/dist/provider" },
    { in: "components/local/relay-process.ts", out: "components/dist/relay-process" },
    { in: "streams/provider.ts", out: "streams/dist/provider" },
  ],
  outdir: ".",
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  packages: "external",
  sourcemap: "linked",
  logLevel: "warning",
});
