/** How a lab command runs: one at a time in a lab, ended in order by Ctrl-C, its errors in plain words. */
import { join } from "node:path";
import { endingSignals } from "../../toolchain/command.mjs";
import { withLock } from "../../toolchain/lock.mjs";
import type { LabHome } from "./home";

/** Exit code of a command that a signal ended, as shells have it. */
const interruptedExitCode = 130;

/** Said where a command was interrupted. */
export const goOn = "interrupted; nothing is lost: run the same command again to go on";
const labGoesOn = `${goOn}, or 'npm run lab:down' to take the lab away`;

/**
 * Runs a command and sets the exit code: 0, 1 after an error, 130 after Ctrl-C. On a signal the command ends what is under way and
 * starts nothing new; the same command again goes on from there.
 */
export async function runCommand(work: (signal: AbortSignal) => Promise<void>, onInterrupt = labGoesOn): Promise<void> {
  const interrupted = new AbortController();
  const interrupt = () => {
    if (!interrupted.signal.aborted) console.error("\ninterrupted: ending what is under way (again to end it at once)");
    interrupted.abort(new Error("interrupted"));
  };
  for (const name of endingSignals) process.on(name, interrupt);
  try {
    await work(interrupted.signal);
  } catch (error) {
    if (!interrupted.signal.aborted) {
      console.error(`error: ${(error as Error).message}`);
      process.exitCode = 1;
    }
  } finally {
    for (const name of endingSignals) process.off(name, interrupt);
  }
  if (!interrupted.signal.aborted) return;
  console.error(onInterrupt);
  process.exitCode = interruptedExitCode;
}

/**
 * Does what changes the lab, alone.
 *
 * @throws Error at once where another command is at it.
 */
export function alone<T>(home: LabHome, work: () => Promise<T>): Promise<T> {
  return withLock(join(`${home.folder}.lock`), work, {
    onWait: (pid: number) => {
      throw new Error(
        `another lab command, pid ${pid}, is at work on the lab in ${home.folder}; allowed: one at a time; ` +
          "wait for it to end, or run a second lab beside it: LAB_HOME=<folder> npm run lab -- up --ports 15200",
      );
    },
  });
}

/**
 * The lab's settings.
 *
 * @throws Error where no lab was ever brought up.
 */
export function requireLab(home: LabHome) {
  const settings = home.readSettings();
  if (settings) return settings;
  throw new Error(`there is no lab in ${home.folder}; bring it up first: npm run lab`);
}
