/** Runs the Pulumi engine on the lab's stacks. */
import execa, { type ExecaError } from "execa";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { isAlive } from "../../toolchain/lock.mjs";
import { checkout, projectFolders, projects, type LabHome, type LabStack, type Project } from "./home";

/** Commands that run the checkout's program; all others need only the stack's state and config. */
const programCommands = ["preview", "up", "refresh", "destroy"];

/** An engine run failed. The message is what the engine said, from its diagnostics on. */
export class EngineError extends Error {
  override readonly name = "EngineError";
  constructor(args: readonly string[], stack: string, output: string, options?: ErrorOptions) {
    const said = output.slice(Math.max(0, output.indexOf("Diagnostics:"))).trim();
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
  /** @param programs folder that holds the two projects' programs */
  constructor(
    readonly home: LabHome,
    private readonly programs = checkout,
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
    const where = programCommands.includes(args[0] ?? "")
      ? ["--cwd", join(this.programs, projectFolders[stack.project]), "--config-file", this.home.configFile(stack)]
      : ["--cwd", this.home.projectFolder(stack.project)];
    const all = [...args, "--stack", stack.name, "--non-interactive", "--color", "never", ...where];
    const child = execa("pulumi", all, {
      env: this.environment(),
      detached: true,
      cleanup: false,
      all: true,
      input: input ?? "",
    });
    if (onStep && child.all) createInterface(child.all).on("line", (line) => stepOf(line).forEach(onStep));
    const interrupt = () => child.kill("SIGINT", { forceKillAfterTimeout: false });
    process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
    try {
      return (await child).stdout;
    } catch (error) {
      const { all: said, message } = error as ExecaError;
      throw new EngineError(args, stack.name, said || message, { cause: error });
    } finally {
      process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
    }
  }

  /** Names of the project's stacks in the lab's state. */
  stacks(project: Project): string[] {
    return namesIn(join(this.home.backend(), ".pulumi/stacks", project)).flatMap(
      (file) => /^(.+)\.json$/.exec(file)?.[1] ?? [],
    );
  }

  /**
   * Waits for the engine runs of a command that was killed: they go on by themselves, and hold their stacks until they end.
   *
   * @throws Error naming the process that still holds a stack after `waitSeconds`.
   */
  async untilIdle(waitSeconds = 120): Promise<void> {
    const held = () => this.locks().filter(({ pid }) => isAlive(pid));
    for (const deadline = Date.now() + waitSeconds * 1000; held().length > 0; await sleep(300)) {
      if (Date.now() < deadline) continue;
      const holders = held().map(({ stack, pid }) => `stack '${stack.name}' by pid ${pid}`);
      throw new Error(`engine runs do not end: ${holders.join(", ")}; end them, then run the command again`);
    }
  }

  /** Gives back the stacks that killed engines still hold. */
  async releaseStaleLocks(): Promise<void> {
    const stale = this.locks().filter(({ pid }) => !isAlive(pid));
    for (const stack of new Map(stale.map(({ stack }) => [stack.name, stack])).values())
      await this.run(stack, ["cancel", "--yes"]);
  }

  private locks(): { stack: LabStack; pid: number }[] {
    const root = join(this.home.backend(), ".pulumi/locks/organization");
    const stacks = projects.flatMap((project) => namesIn(join(root, project)).map((name) => ({ project, name })));
    return stacks.flatMap((stack) => {
      const folder = join(root, stack.project, stack.name);
      return namesIn(folder).flatMap((file) => {
        const pid = lockHolder(join(folder, file));
        return pid === undefined ? [] : [{ stack, pid }];
      });
    });
  }
}

/** The step that a line of the engine's output tells, if any: ` +  pulumi-nodejs:dynamic/jetstream:Stream hub.sales created (0.28s)`. */
function stepOf(line: string): string[] {
  const [, type, name, verb, time = ""] =
    /^ *[-+~<>=]+ +\S+:(\S+) (\S+) (\w+ing|\w+ed)( \([\d.]+s\))?(?: |$)/.exec(line) ?? [];
  return type && name && verb && type !== "Stack" ? [`${verb} ${type} ${name}${time}`] : [];
}

/** Pid of a lock's holder; undefined for a lock that was given back meanwhile. */
function lockHolder(file: string): number | undefined {
  try {
    return z.object({ pid: z.number().int() }).parse(JSON.parse(readFileSync(file, "utf8"))).pid;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
