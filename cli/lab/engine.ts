/** Runs the Pulumi engine on the lab's stacks. */
import execa, { type ExecaError } from "execa";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { endingSignals } from "../../toolchain/command.mjs";
import { endOrphans, engineLocks, isUnderWay, namesIn, type EngineLock } from "./engine-locks";
import { checkout, projectFolders, streamsStack, type LabHome, type LabStack, type Project } from "./home";
import { leanEnvironment } from "./lean-engine";

/** Commands that run the checkout's program; all others need only the stack's state and config. */
const programCommands = ["preview", "up", "refresh", "destroy"];

/**
 * State is saved once, at the end of a run, instead of twice a stream, which is quadratic in their number where the state lies in a folder or a bucket. For
 * the streams alone: their tokens on the servers tell the run after a kill what is there (docs/decisions/0011).
 */
export const streamsEnvironment = { PULUMI_SKIP_CHECKPOINTS: "true" };

/** What the engine says of the provider host that comes with the SDK, in each run, to nobody's use. */
const pluginNote = /^ *warning: using \S+ from \$PATH at .*\n/gm;

/** An engine run failed. The message is the engine's diagnostics, or all it said where it gave none. */
export class EngineError extends Error {
  override readonly name = "EngineError";
  constructor(args: readonly string[], stack: string, output: string, options?: ErrorOptions) {
    const diagnostics = /^Diagnostics:$[^]*?(?=^(?:Outputs|Resources|Duration):|$(?![^]))/m.exec(output)?.[0];
    const said = (diagnostics ?? output).replaceAll(pluginNote, "").trim();
    super(`pulumi ${args[0]} of stack '${stack}' failed:\n${said}`, options);
  }
}

export interface EngineRun {
  /** Written to the command's standard input: the way for secrets, which no process list shows. */
  readonly input?: string;
  /** Called with each step of the engine, such as `created Stream hub.sales (0.28s)`. */
  readonly onStep?: (step: string) => void;
}

/** The engine, on one lab's state, secrets and stack files. */
export class Engine {
  /**
   * @param programs folder that holds the two projects' programs
   * @param signal once it is aborted, nothing new is started
   */
  constructor(
    readonly home: LabHome,
    private readonly programs = checkout,
    private readonly signal?: AbortSignal,
  ) {}

  /** Environment of every engine run: the lab's own backend, home and passphrase, nothing of the user's. */
  environment(): Record<string, string> {
    return {
      PULUMI_BACKEND_URL: `file://${this.home.backend()}`,
      PULUMI_HOME: this.home.engineHome(),
      PULUMI_CONFIG_PASSPHRASE_FILE: this.home.passphraseFile(),
      PULUMI_NODEJS_TRANSPILE_ONLY: "true", // types are checked by `npm run check`; here they would cost a second a stack
      PULUMI_SKIP_UPDATE_CHECK: "true",
    };
  }

  /**
   * Runs one command on a stack. It gets a process group of its own: a Ctrl-C reaches the engine once and alone, so that it ends
   * what is under way instead of losing the providers under its feet.
   *
   * @throws EngineError with the engine's own words.
   */
  async run(stack: LabStack, args: readonly string[], { input, onStep }: EngineRun = {}): Promise<string> {
    this.signal?.throwIfAborted();
    const where = programCommands.includes(args[0] ?? "")
      ? ["--cwd", join(this.programs, projectFolders[stack.project]), "--config-file", this.home.configFile(stack)]
      : ["--cwd", this.home.projectFolder(stack.project)];
    const all = [...args, "--stack", stack.name, "--non-interactive", "--color", "never", ...where];
    const child = execa("pulumi", all, {
      env: {
        ...this.environment(),
        ...leanEnvironment(stack.project, this.programs),
        ...(stack.project === streamsStack.project && streamsEnvironment),
      },
      detached: true,
      cleanup: false,
      all: true,
      input: input ?? "",
    });
    if (onStep && child.all) createInterface(child.all).on("line", (line) => stepOf(line).forEach(onStep));
    const interrupt = () => child.kill("SIGINT", { forceKillAfterTimeout: false });
    for (const name of endingSignals) process.on(name, interrupt);
    try {
      return (await child).stdout;
    } catch (error) {
      const { all: said, message, signal } = error as ExecaError;
      const killed = signal && `the engine was ended by ${signal}; the same command again goes on from there`;
      throw new EngineError(args, stack.name, killed || said || message, { cause: error });
    } finally {
      for (const name of endingSignals) process.off(name, interrupt);
    }
  }

  /** Names of the project's stacks in the lab's state. */
  stacks(project: Project): string[] {
    return namesIn(join(this.home.backend(), ".pulumi/stacks", project)).flatMap(
      (file) => /^(.+)\.json$/.exec(file)?.[1] ?? [],
    );
  }

  /**
   * Waits for the engine runs of a command that was killed: they go on until they next have something to tell. Ends what those left
   * running that were killed themselves.
   *
   * @throws Error naming the process that still holds a stack after `waitSeconds`.
   */
  async untilIdle(waitSeconds = 120): Promise<void> {
    for (const deadline = Date.now() + waitSeconds * 1000; ; await sleep(300)) {
      this.signal?.throwIfAborted();
      const { underWay, stale } = await this.locks();
      if (underWay.length === 0) return stale.forEach(endOrphans);
      if (Date.now() < deadline) continue;
      const holders = underWay.map(({ stack, pid }) => `stack '${stack.name}' by pid ${pid}`);
      throw new Error(`engine runs do not end: ${holders.join(", ")}; end them, then run the command again`);
    }
  }

  /** Gives back the stacks that killed engines still hold. */
  async releaseStaleLocks(): Promise<void> {
    const { stale } = await this.locks();
    for (const stack of new Map(stale.map(({ stack }) => [stack.name, stack])).values())
      await this.run(stack, ["cancel", "--yes"]);
  }

  private async locks(): Promise<{ underWay: EngineLock[]; stale: EngineLock[] }> {
    const all = engineLocks(this.home);
    const alive = await Promise.all(all.map((lock) => isUnderWay(this.home, lock)));
    return { underWay: all.filter((_, i) => alive[i]), stale: all.filter((_, i) => !alive[i]) };
  }
}

/** Resources that only group others: the engine calls them created even where one of them failed. */
const componentType = /^cinema:/;

/** The step that a line of the engine's output tells, as a list of one or none: ` +  pulumi-nodejs:dynamic/jetstream:Stream hub.sales created (0.28s)`. */
export function stepOf(line: string): string[] {
  const [, token = "", name, verb, time = ""] =
    /^ *[-+~<>=]+ +(\S+:\S+) (\S+) (\w+ing|\w+ed)( \([\d.]+s\))?(?: |$)/.exec(line) ?? [];
  const type = token.split(":").at(-1);
  return name && verb && type !== "Stack" && !componentType.test(token) ? [`${verb} ${type} ${name}${time}`] : [];
}
