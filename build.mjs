// Bundles what runs in processes of its own, without ts-node: the dynamic providers' packages and the relay; and the commands with the
// programs that they run, which start in a fraction of the time that tsx and ts-node take. Packages stay outside these bundles: what nearly every command
// loads in a file each, the others where Node finds them, in node_modules. A file that changed is replaced whole, as a provider may load it at this moment.
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

const packages = "cli-table3 commander execa fastest-levenshtein nats p-retry prom-client semver yaml zod".split(" ");

/**
 * What is led to a file of its own, which loads in a fraction of the time that hundreds take. Of the client of Kubernetes it holds what is used.
 *
 * @type {Readonly<Record<string, string>>}
 */
const fileOf = {
  "@kubernetes/client-node": "kubernetes/dist/client",
  ...Object.fromEntries(packages.map((name) => [name, `cli/dist/packages/${name}`])),
};

/**
 * The other bundles load these when they need them: all lie two folders below the checkout.
 *
 * @type {import("esbuild").Plugin}
 */
const packagesApart = {
  name: "packages-apart",
  setup: ({ onResolve }) =>
    onResolve({ filter: new RegExp(`^(${Object.keys(fileOf).join("|")})$`) }, ({ path }) => ({
      path: `../../${fileOf[path]}.js`,
      external: true,
    })),
};

/**
 * Zod's texts in other languages are half of it, and it loads them all.
 *
 * @type {import("esbuild").Plugin}
 */
const noLocales = {
  name: "no-locales",
  setup: ({ onLoad }) => onLoad({ filter: /\/zod\/v4\/locales\/index\.js$/ }, () => ({ contents: "" })),
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

const apart = await build({
  ...common,
  entryPoints: Object.entries(fileOf).map(([name, out]) => ({
    in: name === "@kubernetes/client-node" ? "kubernetes/client.ts" : name,
    out,
  })),
  plugins: [noLocales],
  minifyWhitespace: true, // half of what Node has to look through
});
const ours = /** @type {const} */ ({
  ...common,
  packages: "external",
  supported: { "dynamic-import": false }, // Node looks through a whole file for what a CommonJS module exports where it is imported, for 0.3 s in the client's
  sourcemap: "linked",
  sourcesContent: false,
  metafile: true,
});
const rest = await build({
  ...ours,
  entryPoints: [
    { in: "components/provider.ts", out: "components/dist/provider" },
    { in: "components/local/relay-process.ts", out: "components/dist/relay-process" },
    { in: "streams/hooks.ts", out: "streams/dist/provider" },
    ...["topology", "lab", "report"].map((name) => ({ in: `cli/${name}.ts`, out: `cli/dist/${name}` })),
    { in: "cli/topology/previews/worker.ts", out: "cli/dist/preview-worker" },
    { in: "index.ts", out: "cli/dist/cinema-jetstream" },
    { in: "streams/index.ts", out: "cli/dist/cinema-jetstream-streams" },
  ],
  plugins: [placesInCheckout, packagesApart],
});
// Published on its own, so it has packages of its own.
const pack = await build({ ...ours, entryPoints: [{ in: "policy/pack.ts", out: "policy/dist/pack" }] });

const files = [...apart.outputFiles, ...rest.outputFiles, ...pack.outputFiles];
for (const { path, text } of files) {
  if ((await readFile(path, "utf8").catch(() => undefined)) === text) continue;
  const part = `${path}.${process.pid}.part`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(part, text);
  await rename(part, path);
}
await stampBundles(root, {
  sources: ["kubernetes/client.ts", ...Object.keys({ ...rest.metafile.inputs, ...pack.metafile.inputs })],
  bundles: files.map(({ path }) => relative(root, path)),
  startedMs,
});
