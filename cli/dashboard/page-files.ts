/** The page's files, ready for a browser: bundled when the dashboard starts, with the chart library out of node_modules. */
import { build } from "esbuild";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** One file of the page. */
export interface PageFile {
  readonly type: string;
  readonly text: string;
}

const folder = join(__dirname, "page");

/** Every file by its path. Takes some 50 ms. */
export async function pageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  const { outputFiles } = await build({
    entryPoints: { main: join(folder, "main.ts"), style: join(folder, "style.css") },
    outdir: folder,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    tsconfigRaw: "{}",
    logLevel: "silent",
    write: false,
  });
  const bundled = (name: string) => outputFiles.find(({ path }) => path === join(folder, name))?.text ?? "";
  const asItIs = (name: string) => readFile(join(folder, name), "utf8");
  return new Map([
    ["/", { type: "text/html; charset=utf-8", text: await asItIs("index.html") }],
    ["/icon.svg", { type: "image/svg+xml", text: await asItIs("icon.svg") }],
    ["/main.js", { type: "text/javascript; charset=utf-8", text: bundled("main.js") }],
    ["/style.css", { type: "text/css; charset=utf-8", text: bundled("style.css") }],
  ]);
}
