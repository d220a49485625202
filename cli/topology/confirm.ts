/** The question before anything changes. */
import { createInterface } from "node:readline/promises";

export interface AskOptions {
  /** Without asking. */
  readonly yes?: boolean | undefined;
  /** For machines, which are asked nothing. */
  readonly json?: boolean | undefined;
  /** On the lab's stacks. */
  readonly lab?: boolean | undefined;
}

/**
 * Whether a command asks before it changes anything.
 *
 * @param toSee Command that only shows the plan, but for `--lab`.
 * @throws Error where it has to, and nobody can be asked.
 */
export function asksFirst(
  command: string,
  { yes = false, json = false, lab = false }: AskOptions,
  toSee: string,
): boolean {
  if (!yes && (json || !process.stdin.isTTY || !process.stdout.isTTY))
    throw new Error(
      `${command} shows its plan and asks before it changes anything, and there is no terminal to ask on; ` +
        `allowed: a terminal, or --yes; to see the plan alone: npm run topology -- ${toSee}${lab ? " --lab" : ""}`,
    );
  return !yes;
}

/** Asks on the terminal; anything but yes is no. */
export async function confirmed(question: string, signal: AbortSignal): Promise<boolean> {
  const reader = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await reader.question(`\n${question}: go on? [y/N] `, { signal });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    reader.close();
  }
}
