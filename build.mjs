// Bundles what runs in processes of its own, without ts-node: the dynamic providers' packages and the relay. Packages stay outside
// the bundle, so that Node finds them in node_modules as everywhere else. A file that changed is replaced whole, as a provider may load it
// at this moment.
import { build } from "esbuild";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

const { outputFiles } = await build({
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
  write: false,
});

for (const { path, text } of outputFiles) {
  if ((await readFile(path, "utf8").catch(() => undefined)) === text) continue;
  const part = `${path}.${process.pid}.part`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(part, text);
  await rename(part, path);
}
