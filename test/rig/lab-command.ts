/** The lab's commands as an operator gives them: child processes, on a lab home of the test's own. */
import execa, { type ExecaChildProcess } from "execa";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { checkout, LabHome } from "../../cli/lab/home";
import { filesBelow } from "./leftovers";

const pidRecord = "process.pid";

/** What a command said, and how it ended. */
export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that is at work. */
export class LabRun {
  private said = "";
  constructor(private readonly child: ExecaChildProcess) {
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data) => (this.said += String(data)));
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Returns once the command has said this. */
  async untilSaid(text: string): Promise<void> {
    await this.until(() => this.said.includes(text), `it says '${text}'`);
  }

  /** Returns once something is so; fails where the command ends first. */
  async until(isSo: () => boolean, what: string): Promise<void> {
    for (; !isSo(); await sleep(20)) {
      if (this.child.exitCode !== null) throw new Error(`the command ended before ${what}; it said:\n${this.said}`);
    }
  }

  /** Signals its process group, as a terminal does for Ctrl-C. */
  signal(name: NodeJS.Signals): void {
    process.kill(-this.pid, name);
  }

  async ended(): Promise<Ended> {
    const { exitCode, stdout, stderr } = await this.child;
    return { exitCode: exitCode ?? -1, stdout, stderr };
  }
}

/** One lab in a temporary folder. */
export class TestLab {
  readonly folder = mkdtempSync(join(tmpdir(), "cinema-lab-"));
  readonly home = new LabHome(join(this.folder, "lab"));

  /** Gives a command and returns at once. */
  start(...args: string[]): LabRun {
    return new LabRun(this.spawn("lab", args));
  }

  /** Gives a command and waits for its end. */
  run = (...args: string[]): Promise<Ended> => this.start(...args).ended();
  report = (...args: string[]): Promise<Ended> => new LabRun(this.spawn("report", args)).ended();

  private spawn(command: "lab" | "report", args: readonly string[]): ExecaChildProcess {
    return execa(process.execPath, ["--require", "tsx/cjs", `cli/${command}.ts`, ...args], {
      cwd: checkout,
      env: { LAB_HOME: this.home.folder },
      detached: true,
      reject: false,
      stdin: "ignore",
    });
  }

  /** Recorded pids of the lab's servers and relays, by folder. */
  pids(): Record<string, number> {
    const records = filesBelow(join(this.home.folder, "locations")).filter(({ path }) => basename(path) === pidRecord);
    return Object.fromEntries(records.map(({ path, bytes }) => [dirname(path), Number(bytes)]));
  }

  /** Writes a process's pid record, as if it had another pid. */
  recordPid(folder: string, pid: number): void {
    writeFileSync(join(folder, pidRecord), String(pid));
  }

  /** What is left of the lab on this machine. */
  leftovers(): { processes: string[]; files: string[] } {
    return { processes: processesOf(this.folder), files: readdirSync(this.folder) };
  }

  /** Takes the lab away, whatever state it is in. */
  async remove(): Promise<void> {
    const { exitCode, stderr } = await this.run("down");
    if (exitCode !== 0) throw new Error(`the lab in ${this.folder} does not go down: ${stderr}`);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Processes that name a folder on their command line or in their environment, as all that an engine starts does. */
function processesOf(folder: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const told = ["cmdline", "environ"].map((file) => readProcess(pid, file));
      return told.some((text) => text.includes(folder)) ? [`${pid} ${told[0]}`] : [];
    });
}

function readProcess(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8").replaceAll("\0", " ");
  } catch {
    return ""; // ended meanwhile, or somebody else's
  }
}
