// Bundles what runs in processes of its own, without ts-node: the dynamic providers' packages and the relay; and the commands with the
// programs that they run, which start in a fraction of the time that tsx and ts-node take. Packages stay outside the bundle, so that Node finds
// them in node_modules as everywhere else. A file that changed is replaced whole, as a provider may load it at this moment.
import { build } from "esbuild";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, relative } from "node:path";
import { stampBundles } from "./toolchain/bundles.mjs";

const root = import.meta.dirname;
const startedMs = Date.now();

/**
 * A file that looks for others beside itself is told where it lies in the checkout, instead of where its bundle does: two folders below it.
 *
 * @type {import("esbuild").Plugin}
 */
const placesInCheckout = {
  name: "places-in-checkout",
  setup: ({ onLoad }) =>
    onLoad({ filter: /\/(cli|toolchain)\/[^.]+\.(ts|mjs)$/ }, async ({ path }) => {
      const placeOf = (/** @type {string} */ file) =>
        `require("node:path").join(__dirname, "../..", ${JSON.stringify(relative(root, file))})`;
      const url = `require("node:url").pathToFileURL(${placeOf(path)}).href`;
      const text = (await readFile(path, "utf8")).replaceAll(/\b__dirname\b|\bimport\.meta\.url\b/g, (asked) =>
        asked === "__dirname" ? placeOf(dirname(path)) : url,
      );
      return { contents: text, loader: "ts" };
    }),
};

const kubernetesClient = "kubernetes/dist/client";

/**
 * The client of Kubernetes has a bundle of its own, with its package in it. The others load it when they need it: all lie two folders below the checkout.
 *
 * @type {import("esbuild").Plugin}
 */
const clientApart = {
  name: "client-apart",
  setup: ({ onResolve }) =>
    onResolve({ filter: /^@kubernetes\/client-node$/ }, () => ({
      path: `../../${kubernetesClient}.js`,
      external: true,
    })),
};

const common = /** @type {const} */ ({
  absWorkingDir: root,
  outdir: ".",
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  logLevel: "warning",
  write: false,
});

const client = await build({ ...common, entryPoints: [{ in: "kubernetes/client.ts", out: kubernetesClient }] });
const { outputFiles, metafile } = await build({
  ...common,
  entryPoints: [
    { in: "components/provider.ts", out: "components/dist/provider" },
    { in: "components/local/relay-process.ts", out: "components/dist/relay-process" },
    { in: "streams/hooks.ts", out: "streams/dist/provider" },
    { in: "policy/pack.ts", out: "policy/dist/pack" },
    ...["topology", "lab", "report"].map((name) => ({ in: `cli/${name}.ts`, out: `cli/dist/${name}` })),
    { in: "cli/topology/previews/worker.ts", out: "cli/dist/preview-worker" },
    { in: "index.ts", out: "cli/dist/cinema-jetstream" },
    { in: "streams/index.ts", out: "cli/dist/cinema-jetstream-streams" },
  ],
  packages: "external",
  supported: { "dynamic-import": false }, // Node looks through a whole file for what a CommonJS module exports where it is imported, for 0.3 s in the client's
  plugins: [placesInCheckout, clientApart],
  sourcemap: "linked",
  sourcesContent: false,
  metafile: true,
});

const files = [...client.outputFiles, ...outputFiles];
for (const { path, text } of files) {
  if ((await readFile(path, "utf8").catch(() => undefined)) === text) continue;
  const part = `${path}.${process.pid}.part`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(part, text);
  await rename(part, path);
}
await stampBundles(root, {
  sources: ["kubernetes/client.ts", ...Object.keys(metafile.inputs)],
  bundles: files.map(({ path }) => relative(root, path)),
  startedMs,
});
