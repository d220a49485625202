/**
 * A backend in a temporary folder, for previews: of stacks that do not exist yet, and with config that is not written yet. Nothing is
 * created in the user's backend, and no file of the checkout or the lab changes.
 */
import execa from "execa";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse, stringify } from "yaml";
import { makeEngineHome } from "../lab/engine-home";
import { locationStack, projects, type LabStack } from "../lab/home";
import type { EngineSetup } from "./automation";
import { withoutSecrets } from "./secret-paths";
import type { StackFile, Workspace } from "./workspace";

/** What the engine writes for a stack that it has just made. */
interface EmptyStack {
  readonly encryptionsalt: string;
  readonly checkpoint: { readonly checkpoint: object };
}

export class ScratchBackend {
  readonly folder = mkdtempSync(join(tmpdir(), "cinema-preview-"));
  private readonly env = {
    PULUMI_BACKEND_URL: `file://${join(this.folder, "state")}`,
    PULUMI_HOME: join(this.folder, "home"),
    PULUMI_CONFIG_PASSPHRASE: randomBytes(12).toString("hex"),
    PULUMI_CONFIG_PASSPHRASE_FILE: "",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };

  constructor() {
    mkdirSync(join(this.folder, "state"));
    makeEngineHome(this.env.PULUMI_HOME);
    linkUserPlugins(this.env.PULUMI_HOME);
    for (const project of projects) {
      mkdirSync(this.project(project));
      writeFileSync(join(this.project(project), "Pulumi.yaml"), stringify({ name: project, runtime: "nodejs" }));
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /**
   * Makes a stack of that config. Its secrets become placeholders, as what encrypted them may not be at hand.
   *
   * @param outputs of a stack that exists elsewhere, as others refer to it
   */
  async make(stack: LabStack, file: StackFile, outputs?: object): Promise<EngineSetup> {
    const { config, paths } = withoutSecrets(file);
    const { encryptionsalt, checkpoint } = await (this.model ??= this.makeModel());
    const configFile = this.configFile(stack);
    writeFileSync(configFile, stringify({ encryptionsalt, config }), { mode: 0o600 });
    const state = { ...checkpoint, checkpoint: { ...checkpoint.checkpoint, stack: fullName(stack) } };
    mkdirSync(dirname(this.stateFile(stack)), { recursive: true });
    writeFileSync(this.stateFile(stack), JSON.stringify(state));
    if (paths.length > 0) {
      const values = paths.flatMap((path) => ["--secret", `${path}=${randomBytes(12).toString("hex")}`]);
      await this.pulumi(stack, ["config", "set-all", "--path", ...values, "--stack", stack.name]);
    }
    if (outputs) await this.pulumi(stack, ["stack", "import", "--stack", stack.name], stateOf(stack, outputs));
    return { env: this.env, configFile };
  }

  private readonly project = (name: string) => join(this.folder, name);
  private readonly configFile = ({ project, name }: LabStack) => join(this.project(project), `Pulumi.${name}.yaml`);
  private readonly stateFile = ({ project, name }: LabStack) =>
    join(this.folder, "state/.pulumi/stacks", project, `${name}.json`);

  private model: Promise<EmptyStack> | undefined;

  /** One stack by the engine. All others are copies of it, as the engine takes half a second for each, the most of it to make the key of its secrets. */
  private async makeModel(): Promise<EmptyStack> {
    const model = locationStack("model");
    await this.pulumi(model, ["stack", "init", model.name, "--no-select"]);
    const { encryptionsalt } = parse(readFileSync(this.configFile(model), "utf8"));
    return { encryptionsalt, checkpoint: JSON.parse(readFileSync(this.stateFile(model), "utf8")) };
  }

  private async pulumi(stack: LabStack, args: readonly string[], input = ""): Promise<void> {
    await execa("pulumi", [...args, "--non-interactive"], { cwd: this.project(stack.project), env: this.env, input });
  }
}

/** As a backend in a folder calls a stack. */
const fullName = ({ project, name }: LabStack) => `organization/${project}/${name}`;

/**
 * The outputs of a location that is up, as the others' previews need them: with no password in them.
 *
 * @param isPlanned it is brought up in the same run before them: a hub then has users for each spoke that its stack file declares
 */
export async function publicOutputs(workspace: Workspace, location: string, isPlanned: boolean): Promise<object> {
  const placeholder = { user: "preview", password: "preview" };
  const logins = { ACC: placeholder, SYS: placeholder };
  const outputs = await workspace.outputs(location);
  const declared = workspace.stackFile(locationStack(location)).config?.["cinema-jetstream:spokes"];
  const spokes: readonly string[] = isPlanned && Array.isArray(declared) ? declared : outputs.spokes;
  const leafnodeLogins = Object.fromEntries(spokes.map((spoke) => [spoke, logins]));
  return { ...outputs, spokes, logins, leafnodeLogins };
}

/** Plugins that the engine downloads are for the user's later runs as well. */
function linkUserPlugins(home: string): void {
  const plugins = join(process.env["PULUMI_HOME"] || join(homedir(), ".pulumi"), "plugins");
  mkdirSync(plugins, { recursive: true });
  symlinkSync(plugins, join(home, "plugins"), "junction");
}

/** State of a stack that has outputs and nothing else. */
function stateOf({ project, name }: LabStack, outputs: object): string {
  const type = "pulumi:pulumi:Stack";
  const urn = `urn:pulumi:${name}::${project}::${type}::${project}-${name}`;
  return JSON.stringify({ version: 3, deployment: { resources: [{ urn, custom: false, type, outputs }] } });
}

/** Locations that are up, of which the others' previews in a scratch backend need the outputs. */
export async function locationsUp(workspace: Workspace): Promise<string[]> {
  const names = workspace.locations.map(({ name }) => name);
  const up = await Promise.all(names.map((name) => workspace.exists(locationStack(name))));
  return names.filter((_, i) => up[i]);
}
