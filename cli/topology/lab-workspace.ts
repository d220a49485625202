/** The stacks of the lab, in its own backend. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { topology } from "../../streams/declarations";
import { ensureTool } from "../../toolchain/ensure.mjs";
import { Engine } from "../lab/engine";
import {
  checkout,
  declaredLocations,
  LabHome,
  serverVersionsOf,
  withServerVersion,
  type LabLocation,
  type LabSettings,
  type LabStack,
  writeWhole,
} from "../lab/home";
import { requirePorts } from "../lab/lab-ports";
import { labStackFile, missingPasswords, readStackFile, setPasswords, writeStackFile } from "../lab/stack-files";
import { prepareStack, readOutputs } from "../lab/stacks";
import { runStack } from "./automation";
import { pathTo } from "./secret-paths";
import type { Operation, RunOptions, SetConfigOptions, StackFile, Workspace } from "./workspace";

/** The lab of `LAB_HOME`, there or not. */
export class LabWorkspace implements Workspace {
  readonly label: string;
  readonly flag = "--lab";
  readonly topology = topology;
  readonly locations = declaredLocations();
  readonly lockFile: string;
  private readonly engine: Engine;
  private settings: LabSettings;

  constructor(readonly home = LabHome.fromEnvironment()) {
    this.label = `the lab in ${home.folder}`;
    this.lockFile = `${home.folder}.lock`;
    this.engine = new Engine(home);
    this.settings = home.plannedSettings({}, this.locations);
  }

  async exists({ project, name }: LabStack): Promise<boolean> {
    return this.engine.stacks(project).includes(name);
  }

  stackFile(stack: LabStack): StackFile {
    const location = this.locationOf(stack);
    if (!location) return this.ownFile(stack);
    const file = labStackFile(this.home, this.settings, location);
    const config: Record<string, unknown> = structuredClone({ ...file.config });
    for (const path of missingPasswords(file, location)) put(config, path, { secure: "" });
    return { ...file, config };
  }

  async previewFile(stack: LabStack, folder: string): Promise<string> {
    const location = this.locationOf(stack);
    const content = location ? labStackFile(this.home, this.settings, location) : this.ownFile(stack);
    const file = join(folder, `lab-${stack.name}.yaml`);
    writeFileSync(file, stringify(content), { mode: 0o600 });
    const missing = location ? missingPasswords(content, location) : [];
    if (missing.length === 0) return file;
    const values = missing.flatMap((path) => ["--secret", `${pathTo(...path)}=preview-only`]);
    await this.engine.run(stack, ["config", "set-all", "--path", ...values, "--config-file", file]);
    return file;
  }

  private ownFile(stack: LabStack): StackFile {
    const file = this.home.configFile(stack);
    return existsSync(file) ? readStackFile(file) : {};
  }

  editStackFile(stack: LabStack, edit: (text: string) => string): void {
    const file = this.home.configFile(stack);
    writeWhole(file, edit(readFileSync(file, "utf8")));
  }

  async prepare(stack: LabStack): Promise<void> {
    await this.make();
    const location = this.locationOf(stack);
    if (location) writeStackFile(this.home, this.settings, location);
    await prepareStack(this.engine, stack);
    if (location) await setPasswords(this.engine, location);
  }

  async freeLocks(_stacks: readonly LabStack[], signal?: AbortSignal): Promise<void> {
    if (!this.home.exists()) return;
    const engine = new Engine(this.home, checkout, signal);
    await engine.untilIdle();
    await engine.releaseStaleLocks();
  }

  run(stack: LabStack, operation: Operation, options?: RunOptions) {
    const configFile = options?.configFile ?? this.home.configFile(stack);
    return runStack({ env: this.engine.environment(), configFile }, stack, operation, options);
  }

  outputs(location: string) {
    return readOutputs(this.engine, location);
  }

  async getConfig(stack: LabStack) {
    const text = await this.engine.run(stack, ["config", "--show-secrets", "--json"]);
    return configValues(stack, text);
  }

  async setConfig(stack: LabStack, key: string, value: string, options?: SetConfigOptions): Promise<void> {
    await this.engine.run(stack, setConfigArgs(key, options), { input: value });
  }

  async removeConfig(stack: LabStack, key: string, options?: SetConfigOptions): Promise<void> {
    await this.engine.run(stack, ["config", "rm", ...(options?.path ? ["--path"] : []), key]);
  }

  async setServerVersion(location: string, version: string): Promise<void> {
    this.settings = withServerVersion(this.settings, location, version);
    this.home.writeSettings(this.settings);
  }

  private locationOf({ name, project }: LabStack): LabLocation | undefined {
    return project === "cinema-jetstream" ? this.locations.find((each) => each.name === name) : undefined;
  }

  private made: Promise<void> | undefined;

  /** Once for all stacks: the folder, and that its ports can be had. */
  private make(): Promise<void> {
    return (this.made ??= (async () => {
      await requirePorts(this.home, this.settings, this.locations);
      for (const version of serverVersionsOf(this.settings)) await ensureTool("nats-server", version);
      this.home.create();
      this.home.writeSettings(this.settings);
    })());
  }
}

/** Arguments of `pulumi config set`; the value comes on its standard input. */
export function setConfigArgs(key: string, { path, secret }: SetConfigOptions = {}): string[] {
  return ["config", "set", ...(secret ? ["--secret"] : []), ...(path ? ["--path"] : []), key];
}

/** What `pulumi config --show-secrets --json` says, without the project's prefix; lists and objects as such. */
export function configValues({ project }: LabStack, text: string): Record<string, unknown> {
  const entries = Object.entries<{ value?: string; objectValue?: unknown }>(JSON.parse(text));
  return Object.fromEntries(
    entries.map(([key, { value, objectValue }]) => [key.replace(`${project}:`, ""), objectValue ?? value]),
  );
}

/** Sets a value deep in an object. */
function put(target: Record<string, unknown>, [first = "", ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) return void (target[first] = value);
  const inner = { ...(target[first] as Record<string, unknown> | undefined) };
  target[first] = inner;
  put(inner, rest, value);
}
