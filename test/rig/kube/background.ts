/** A cluster's processes: in its network namespace, outliving the command that started them, each with a log. */
import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { logFile, type ClusterPlace } from "./layout";

/** For each step of a start; measured: 1 to 15 s on two cores. */
const patienceMs = 120_000;

/** One of a cluster's processes. */
export class Background {
  private end: string | undefined;

  constructor(
    private readonly place: ClusterPlace,
    readonly name: string,
    program: string,
    args: readonly string[],
  ) {
    const log = openSync(logFile(place, name), "a", 0o600);
    try {
      const child = spawn("nsenter", [`--net=/run/netns/${place.netns}`, program, ...args], {
        detached: true,
        stdio: ["ignore", log, log],
      });
      child.once("error", ({ message }) => (this.end = message));
      child.once("exit", (code, signal) => (this.end = `ended with ${signal ?? code}`));
      child.unref();
    } finally {
      closeSync(log);
    }
  }

  /**
   * Returns once something is so, which this process brings about. An answer or an error of `isSo` that is not yet the wanted one is
   * asked for again.
   *
   * @throws Error with the log's last lines where the process ends before or takes too long.
   */
  async until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
    const deadline = performance.now() + patienceMs;
    for (let lastFault = ""; ; await sleep(100)) {
      try {
        if (await isSo()) return;
      } catch (error) {
        lastFault = `; last answer: ${(error as Error).message}`;
      }
      if (this.end !== undefined) throw this.fault(`${this.end} before ${what}${lastFault}`);
      if (performance.now() > deadline) throw this.fault(`not within ${patienceMs / 1000} s: ${what}${lastFault}`);
    }
  }

  private fault(what: string): Error {
    const file = logFile(this.place, this.name);
    const tail = readFileSync(file, "utf8").trimEnd().split("\n").slice(-15);
    return new Error(
      [
        `${this.name} of cluster '${this.place.name}': ${what}`,
        `the end of ${file}:`,
        ...tail.map((line) => `    ${line}`),
      ].join("\n"),
    );
  }
}
