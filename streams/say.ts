/** What a hook has to tell beside its result. */

const said = new Set<string>();

/** Shows a line in the engine's output, in previews too; the same line once in a run, as `check` and the change itself look at the same things. */
export function say(line: string): void {
  if (said.has(line)) return;
  said.add(line);
  process.stderr.write(`${line}\n`);
}

/** The message of whatever was thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Messages and their size, as every text spells them. */
export function amount({ messages, bytes }: { readonly messages: number; readonly bytes: number }): string {
  return `${messages} message(s), ${bytes} bytes`;
}
