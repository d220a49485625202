/** The lab's commands as an operator gives them: child processes, on a lab home of the test's own. */
import execa, { type ExecaChildProcess } from "execa";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { checkout, LabHome } from "../../cli/lab/home";

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
  private readonly end: Promise<Ended>;
  constructor(private readonly child: ExecaChildProcess) {
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data) => (this.said += String(data)));
    // Asked for at once: only from then on does execa gather what is said.
    this.end = child.then(({ exitCode, stdout, stderr }) => ({ exitCode: exitCode ?? -1, stdout, stderr }));
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** All that it said so far. */
  get text(): string {
    return this.said;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null;
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

  ended(): Promise<Ended> {
    return this.end;
  }
}

/** One lab in a temporary folder. */
export class TestLab {
  readonly folder = mkdtempSync(join(tmpdir(), "cinema-lab-"));
  readonly home = new LabHome(join(this.folder, "lab"));
  /** The checkout whose commands are given. */
  readonly checkout: string;

  /** @param copyIn Where in the lab's folder a copy of the checkout is to be, for commands that change its files; by default they are this one's. */
  constructor(copyIn: (folder: string) => string = () => checkout) {
    this.checkout = copyIn(this.folder);
  }

  /** Gives a command and returns at once. */
  start(...args: string[]): LabRun {
    return new LabRun(this.spawn("lab", args));
  }

  /** The same, with more in its environment. */
  startWith(env: Readonly<Record<string, string>>, ...args: string[]): LabRun {
    return new LabRun(this.spawn("lab", args, env));
  }

  /** Gives a command and waits for its end. */
  run = (...args: string[]): Promise<Ended> => this.start(...args).ended();
  report = (...args: string[]): Promise<Ended> => new LabRun(this.spawn("report", args)).ended();

  /** Gives a command over all stacks, and returns at once. */
  startTopology = (...args: string[]): LabRun => new LabRun(this.spawn("topology", args));
  topology = (...args: string[]): Promise<Ended> => this.startTopology(...args).ended();

  private spawn(
    command: "lab" | "report" | "topology",
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): ExecaChildProcess {
    // As `npm run` does, where what is bundled may have been edited.
    const fresh = this.checkout === checkout ? [] : ["toolchain/run.mjs", "--", process.execPath];
    return execa(process.execPath, [...fresh, `cli/dist/${command}.js`, ...args], {
      cwd: this.checkout,
      env: { LAB_HOME: this.home.folder, ...env },
      detached: true,
      reject: false,
      stdin: "ignore",
    });
  }

  /** Recorded pids of the lab's servers and relays, by folder. */
  pids(): Record<string, number> {
    return recordedPids(this.home);
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

/** Recorded pid of each server and relay of a lab, by its folder. Reads nothing else: what servers write comes and goes meanwhile. */
export function recordedPids({ folder }: LabHome): Record<string, number> {
  const below = (place: string) => (existsSync(place) ? readdirSync(place).map((name) => join(place, name)) : []);
  const homes = below(join(folder, "locations")).flatMap((location) => [
    join(location, "relay"),
    ...below(join(location, "servers")),
  ]);
  const recorded = homes.filter((home) => existsSync(join(home, pidRecord)));
  const pids = recorded.map((home) => [home, Number(readFileSync(join(home, pidRecord), "utf8"))] as const);
  return Object.fromEntries(pids.filter(([, pid]) => pid > 0)); // empty while it is written
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
