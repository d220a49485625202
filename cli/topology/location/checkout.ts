/** The files of a checkout that say which locations there are, and how a command changes all of them or none. */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const declarationsFile = "streams/declarations.ts";
const projectFile = "Pulumi.yaml";

/** What the files say, read once. */
export interface Checkout {
  readonly folder: string;
  /** The project of the locations, `Pulumi.yaml`. */
  readonly project: string;
  /** Text of each `Pulumi.<location>.yaml`, by location. */
  readonly stackFiles: Readonly<Record<string, string>>;
  /** Text of the streams' declarations. */
  readonly declarations: string;
}

/** What becomes of one file. */
export interface Edit {
  /** Below the checkout. */
  readonly file: string;
  /** Text that the edit was made from; undefined where there was no file. */
  readonly before: string | undefined;
  /** Undefined removes the file. */
  readonly after: string | undefined;
}

export const stackFileOf = (location: string) => `Pulumi.${location}.yaml`;

/**
 * Reads the files.
 *
 * @throws Error naming the file that cannot be read.
 */
export function readCheckout(folder: string): Checkout {
  const names = readdirSync(folder).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
  return {
    folder,
    project: readText(folder, projectFile),
    stackFiles: Object.fromEntries(names.sort().map((name) => [name, readText(folder, stackFileOf(name))])),
    declarations: readText(folder, declarationsFile),
  };
}

/**
 * Makes the edits. Each file is written whole beside its place before the first one takes it; a run that is killed between two is
 * finished by the same command again.
 *
 * @throws Error where a file is no longer what the edit was made from, or cannot be written; nothing is changed then.
 */
export function writeEdits(folder: string, edits: readonly Edit[]): void {
  const parts = edits.filter(({ after }) => after !== undefined).map(({ file }) => join(folder, `${file}.part`));
  try {
    for (const { file, after } of edits) if (after !== undefined) writeFileSync(join(folder, `${file}.part`), after);
    requireUnchanged(folder, edits);
    for (const { file, after } of edits) {
      if (after === undefined) rmSync(join(folder, file), { force: true });
      else renameSync(join(folder, `${file}.part`), join(folder, file));
    }
  } catch (error) {
    throw new Error(`${(error as Error).message}; nothing is lost: run the command again once that is cured`, {
      cause: error,
    });
  } finally {
    for (const part of parts) rmSync(part, { force: true });
  }
}

function requireUnchanged(folder: string, edits: readonly Edit[]): void {
  const changed = edits
    .filter(({ file, before }) => (existsSync(join(folder, file)) ? readText(folder, file) : undefined) !== before)
    .map(({ file }) => file);
  if (changed.length > 0) throw new Error(`${changed.join(", ")} changed while the command was at work`);
}

function readText(folder: string, file: string): string {
  try {
    return readFileSync(join(folder, file), "utf8");
  } catch (error) {
    throw new Error(`${file} cannot be read: ${(error as Error).message}; run the command in a whole checkout`, {
      cause: error,
    });
  }
}
