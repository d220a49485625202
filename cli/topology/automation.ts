/** One run of the engine on one stack, by Pulumi's Automation API. */
import type { EngineEvent, LocalWorkspace, PulumiCommand, Stack } from "@pulumi/pulumi/automation";
import execa, { type ExecaError } from "execa";
import { join } from "node:path";
import { endingSignals } from "../../toolchain/command.mjs";
import { streamsEnvironment } from "../lab/engine";
import { checkout, projectFolders, streamsStack, type LabStack } from "../lab/home";
import { leanEnvironment } from "../lab/lean-engine";
import { diagnosticsOf, plain } from "./plan-events";
import type { Operation, RunOptions, RunResult } from "./workspace";

/** Where the engine keeps state, and what it runs. */
export interface EngineSetup {
  /** Added to this process's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** The stack's file. @default - the checkout's */
  readonly configFile?: string;
}

/** The engine failed on a stack. The message is what it said. */
export class StackRunError extends Error {
  override readonly name = "StackRunError";
  constructor(
    readonly stackName: string,
    readonly operation: Operation,
    /** The engine's own words, one an error. */
    readonly said: readonly string[],
    options?: ErrorOptions,
  ) {
    super(`${operation} of stack '${stackName}' failed:\n${said.join("\n")}`, options);
  }
}

/** What only this file and the pool's processes know of a run. */
interface EngineOptions extends RunOptions {
  /**
   * The program, run by this process.
   *
   * @default - the engine runs that of the checkout in a process of its own
   */
  readonly inline?: () => Promise<Record<string, unknown> | undefined>;
}

/** Runs one operation. @throws StackRunError */
export async function runStack(
  setup: EngineSetup,
  stack: LabStack,
  operation: Operation,
  options: EngineOptions = {},
): Promise<RunResult> {
  const { signal, previews, program } = options;
  signal?.throwIfAborted();
  if (previews && operation === "preview" && program === undefined) return previews.run(setup, stack, options);
  const engine = await openStack(setup, stack, options.program);
  const diagnostics: EngineEvent[] = [];
  let changes: RunResult["changes"] = {};
  const onEvent = (event: EngineEvent) => {
    if (event.diagnosticEvent) diagnostics.push(event);
    if (event.summaryEvent) changes = event.summaryEvent.resourceChanges;
    options.onEvent?.(event);
  };
  const common = {
    onEvent,
    ...(signal && { signal }),
    ...(setup.configFile && { configFile: setup.configFile }),
    ...(options.continueOnError && operation !== "preview" && operation !== "refresh" && { continueOnError: true }),
    ...(options.previewOnly && operation !== "preview" && operation !== "up" && { previewOnly: true }),
    color: "never",
    showSecrets: false,
    ...(options.inline && { program: options.inline }),
  } as const;
  try {
    await engine[operation](common);
    return { changes };
  } catch (error) {
    const said = diagnosticsOf(diagnostics).errors;
    throw new StackRunError(stack.name, operation, said.length > 0 ? said : [wordsOf(error as Error)], {
      cause: error,
    });
  }
}

/** The stack, whether it exists or not, without making it the one that the user's own `pulumi` commands go to. */
async function openStack({ env }: EngineSetup, { project, name }: LabStack, program = checkout): Promise<Stack> {
  const automation = await import("@pulumi/pulumi/automation/index.js"); // loads the SDK, which takes over a second
  const workspace: LocalWorkspace = await automation.LocalWorkspace.create({
    workDir: join(program, projectFolders[project]),
    pulumiCommand: await ownGroupCommand(automation.PulumiCommand),
    envVars: {
      PULUMI_NODEJS_TRANSPILE_ONLY: "true",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      ...leanEnvironment(project, program),
      ...(project === streamsStack.project && streamsEnvironment),
      ...env,
    },
  });
  workspace.selectStack = async () => {};
  return automation.Stack.select(name, workspace);
}

let command: Promise<PulumiCommand> | undefined;

/**
 * The engine in a process group of its own. The SDK's own way starts it in ours, where a Ctrl-C reaches it twice, from the terminal and from us, and the
 * second one makes it drop what it is at.
 */
function ownGroupCommand({ get }: typeof PulumiCommand): Promise<PulumiCommand> {
  return (command ??= get({ skipVersionCheck: true }).then((made) => Object.assign(made, { run: runInOwnGroup })));
}

type Said = (text: string) => void;

/** As the SDK calls it; see `PulumiCommand.run` in its `automation/cmd.js`. */
async function runInOwnGroup(
  args: string[],
  cwd: string,
  env: Record<string, string>,
  onOutput?: Said,
  onError?: Said,
  signal?: AbortSignal,
) {
  const all = args.includes("--non-interactive") ? args : [...args, "--non-interactive"];
  const child = execa("pulumi", all, { cwd, env, detached: true, cleanup: false, stdin: "ignore" });
  child.stdout?.on("data", (data) => onOutput?.(String(data)));
  child.stderr?.on("data", (data) => onError?.(String(data)));
  const interrupt = () => child.kill("SIGINT", { forceKillAfterTimeout: false });
  let signals = 0;
  const again = () => void (signals++ > 0 && interrupt()); // the first one comes as the abort
  signal?.addEventListener("abort", interrupt);
  for (const name of endingSignals) process.on(name, again);
  try {
    const { stdout, stderr, exitCode } = await child;
    return { stdout, stderr, code: exitCode };
  } finally {
    signal?.removeEventListener("abort", interrupt);
    for (const name of endingSignals) process.off(name, again);
  }
}

function wordsOf(error: Error | ExecaError): string {
  if (!("stderr" in error)) return error.message;
  if (error.signal) return `the engine was ended by ${error.signal}; the same command again goes on from there`;
  return plain(error.stderr || error.stdout || error.message);
}
