/** The stacks in the Pulumi backend that the user is logged in to, with the checkout's stack files. */
import execa from "execa";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir, hostname } from "node:os";
import { join, resolve } from "node:path";
import { commandLine } from "../../components/local/runtime/process-table";
import type { LocationFacts, LocationSecrets } from "../../components/stack-outputs";
import { topology } from "../../streams/declarations";
import { checkout, declaredLocations, locationStack, projectFolders, type LabStack, type Project } from "../lab/home";
import { locksIn, type EngineLock } from "../lab/engine-locks";
import { readStackFile } from "../lab/stack-files";
import { runStack } from "./automation";
import { configValues, setConfigArgs } from "./lab-workspace";
import { stackFileOf, writeEdits } from "./location/checkout";
import type { Operation, RunOptions, SetConfigOptions, StackFile, Workspace } from "./workspace";

/** The backend of `pulumi login` or `PULUMI_BACKEND_URL`. */
export class BackendWorkspace implements Workspace {
  readonly flag = "";
  readonly topology = topology;
  readonly locations = declaredLocations();
  private readonly known = new Map<Project, Promise<Set<string>>>();

  /** @throws Error where nobody is logged in, with the cure. */
  static async open(): Promise<BackendWorkspace> {
    const { failed, stdout, stderr } = await execa("pulumi", ["whoami", "--json", "--non-interactive"], {
      cwd: checkout,
      reject: false,
    });
    if (failed)
      throw new Error(
        `no Pulumi backend can be reached: ${lastLine(stderr)}; allowed: one that you are logged in to; ` +
          "run: pulumi login <URL>, or set PULUMI_BACKEND_URL; the lab's own stacks: add --lab",
      );
    const { user, url } = JSON.parse(stdout);
    return new BackendWorkspace(url, user);
  }

  /** For what needs no backend: any other use of it fails where nobody is logged in. */
  static unasked(): BackendWorkspace {
    return new BackendWorkspace("", "");
  }

  readonly label: string;
  readonly lockFile: string;

  private constructor(
    readonly url: string,
    user: string,
  ) {
    this.label = `the Pulumi backend ${url} (user ${user})`;
    const state = process.env["XDG_STATE_HOME"] || join(homedir(), ".local/state");
    const key = createHash("sha256").update(`${url} ${checkout}`).digest("hex").slice(0, 16);
    this.lockFile = join(state, "cinema-jetstream", `topology-${key}.lock`);
  }

  async exists({ project, name }: LabStack): Promise<boolean> {
    const names = this.known.get(project) ?? this.stackNames(project);
    this.known.set(project, names);
    return (await names).has(name);
  }

  stackFile({ project, name }: LabStack): StackFile {
    const file = join(checkout, projectFolders[project], `Pulumi.${name}.yaml`);
    return existsSync(file) ? readStackFile(file) : {};
  }

  editStackFile({ project, name }: LabStack, edit: (text: string) => string): void {
    const folder = join(checkout, projectFolders[project]);
    const file = stackFileOf(name);
    const before = readFileSync(join(folder, file), "utf8");
    writeEdits(folder, [{ file, before, after: edit(before) }]);
  }

  async previewFile(): Promise<undefined> {}

  async prepare(stack: LabStack): Promise<void> {
    if (await this.exists(stack)) return;
    await this.pulumi(stack.project, ["stack", "init", stack.name, "--no-select"]);
    this.known.delete(stack.project);
  }

  async freeLocks(stacks: readonly LabStack[]): Promise<void> {
    const folder = backendFolder(this.url);
    if (folder === undefined) return; // such a backend tells by itself who holds a stack
    const names = stacks.map(({ name }) => name);
    const locks = locksIn(folder).filter(({ stack }) => names.includes(stack.name));
    const holders = await Promise.all(locks.map(holderText));
    const held = locks.flatMap(({ stack }, i) => (holders[i] ? [`stack '${stack.name}' by ${holders[i]}`] : []));
    if (held.length > 0)
      throw new Error(
        `the state is locked by another run: ${held.join(", ")}; allowed: one at a time; wait for it to end, then run this again; ` +
          "a run that is known to be dead on another machine: pulumi cancel",
      );
    for (const { stack } of locks) await this.pulumi(stack.project, ["cancel", "--yes", "--stack", stack.name]);
  }

  run(stack: LabStack, operation: Operation, options?: RunOptions) {
    return runStack(
      { env: {}, ...(options?.configFile && { configFile: options.configFile }) },
      stack,
      operation,
      options,
    );
  }

  async outputs(location: string): Promise<LocationFacts & LocationSecrets> {
    const args = ["stack", "output", "--json", "--show-secrets", "--stack", location];
    const outputs = JSON.parse(await this.pulumi("cinema-jetstream", args));
    if ("location" in outputs) return outputs;
    throw new Error(`location '${location}' is not up; bring it up first: npm run topology -- up --only ${location}`);
  }

  async getConfig(stack: LabStack) {
    const args = ["config", "--show-secrets", "--json", "--stack", stack.name];
    return configValues(stack, await this.pulumi(stack.project, args));
  }

  async setConfig(stack: LabStack, key: string, value: string, options?: SetConfigOptions): Promise<void> {
    await this.pulumi(stack.project, [...setConfigArgs(key, options), "--stack", stack.name], value);
  }

  async removeConfig(stack: LabStack, key: string, options?: SetConfigOptions): Promise<void> {
    await this.pulumi(stack.project, [
      "config",
      "rm",
      ...(options?.path ? ["--path"] : []),
      key,
      "--stack",
      stack.name,
    ]);
  }

  setServerVersion(location: string, version: string): Promise<void> {
    return this.setConfig(locationStack(location), "serverVersion", version);
  }

  private async stackNames(project: Project): Promise<Set<string>> {
    const stacks: { name: string }[] = JSON.parse(await this.pulumi(project, ["stack", "ls", "--json"]));
    return new Set(stacks.map(({ name }) => name.split("/").at(-1) ?? name));
  }

  private async pulumi(project: Project, args: readonly string[], input = ""): Promise<string> {
    const { failed, stdout, stderr } = await execa("pulumi", [...args, "--non-interactive"], {
      cwd: join(checkout, projectFolders[project]),
      reject: false,
      input,
      env: { PULUMI_SKIP_UPDATE_CHECK: "true" },
    });
    if (failed) throw new Error(`pulumi ${args.slice(0, 2).join(" ")} failed: ${stderr.trim()}`);
    return stdout;
  }
}

/** Folder of a backend that is one, as `pulumi login` takes it: absolute, from the user's home, or from here. */
export function backendFolder(url: string): string | undefined {
  const [, path] = /^file:\/\/(.*)$/.exec(url) ?? [];
  return path === undefined ? undefined : resolve(decodeURI(path).replace(/^~(?=\/|$)/, homedir()));
}

/** Who is at work under a lock; undefined for a run of this machine that is gone. Nobody here can tell of another machine's. */
export async function holderText({ pid, host }: EngineLock): Promise<string | undefined> {
  if (host !== hostname()) return `pid ${pid} on ${host}`;
  const command = await commandLine(pid);
  return command.includes("pulumi") ? `pid ${pid} (${command})` : undefined;
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
