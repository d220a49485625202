/** `streams/declarations.ts` as a module: what its text declares, and the text of other declarations. */
import { transformSync } from "esbuild"; // typescript itself would cost every command most of a second
import { createRequire } from "node:module";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { runInThisContext } from "node:vm";
import * as prettier from "prettier";
import type { Topology } from "../../../streams/declarations";
import { declarationsFile } from "./checkout";

/**
 * What a text declares, whether it is on disk or not.
 *
 * @param folder checkout whose files the text imports
 * @throws Error where the text does not run
 */
export function topologyIn(folder: string, text: string): Topology {
  const file = join(folder, declarationsFile);
  const module: { exports: { topology?: Topology } } = { exports: {} };
  try {
    const { code } = transformSync(text, { loader: "ts", format: "cjs", target: "es2022", sourcefile: file });
    runInThisContext(`(function (exports, require, module) {${code}\n})`, { filename: file })(
      module.exports,
      createRequire(file),
      module,
    );
  } catch (error) {
    throw new Error(`${declarationsFile} does not run: ${(error as Error).message}; mend it`, { cause: error });
  }
  if (module.exports.topology) return module.exports.topology;
  throw new Error(
    `${declarationsFile} exports no 'topology'; allowed: export const topology: Topology = { … }; mend it`,
  );
}

/** A changed text declares something else than it should: the declarations are made in a way that no command understands. */
export class MisunderstoodError extends Error {
  override readonly name = "MisunderstoodError";
  constructor() {
    super(`${declarationsFile} is made in a way that this command does not understand; change it by hand`);
  }
}

/**
 * The changed text in the checkout's format.
 *
 * @param wanted what it has to declare
 * @throws MisunderstoodError where it declares anything else
 */
export async function checkedText(folder: string, text: string, wanted: Topology): Promise<string> {
  const file = join(folder, declarationsFile);
  const formatted = await prettier.format(text, { ...(await prettier.resolveConfig(file)), filepath: file });
  if (isDeepStrictEqual(topologyIn(folder, formatted), wanted)) return formatted;
  throw new MisunderstoodError();
}
