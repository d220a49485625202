/** What `location add` and `location remove` write and print. */
import { topology } from "../../../streams/declarations";
import { closeConnections } from "../../../streams/jetstream/connection";
import { connectionOf } from "../../../streams/jetstream/login";
import { readStatus, type Status } from "../../../streams/jetstream/status";
import { Engine } from "../../lab/engine";
import { checkout as folder, LabHome, locationStack } from "../../lab/home";
import { askWithDetours } from "../../report/ask";
import { openWorkspace } from "../open-workspace";
import type { Workspace } from "../workspace";
import { plannedAdd, type Written } from "./add";
import { readCheckout, writeEdits } from "./checkout";
import type { AddCommandOptions, RemoveOptions } from "./commands";
import { losses, orderOf, plannedRemoval, type Removal } from "./remove";

/** Writes a new spoke into the checkout's files, and prints what is next. */
export async function add(name: string, { json = false, ...options }: AddCommandOptions): Promise<void> {
  const checkout = readCheckout(folder);
  const written = await plannedAdd(checkout, name, options);
  writeEdits(folder, written);
  const next = ["npm run topology -- preview", "npm run topology -- up"];
  if (json) return printJson({ location: name, written, next });
  console.log(
    written.length === 0
      ? `location ${name} is in the checkout's files already: nothing was written\n`
      : `location ${name}: written\n\n${filesText(written)}\n`,
  );
  console.log(`next, in the lab: npm run lab\nnext, elsewhere:\n${indented(next)}`);
}

/** Prints what would go with a spoke and in which order, and with `write` takes out of the files what is due. */
export async function remove(name: string, { lab = false, write = false, json = false }: RemoveOptions): Promise<void> {
  const checkout = readCheckout(folder);
  const isNamed = topology.spokes.includes(name) || (name in checkout.stackFiles && name !== topology.hub);
  if (!isNamed) {
    throw new Error(
      `'${name}' is none of the spokes; allowed: ${topology.spokes.join(", ")}; the hub goes with all of them: npm run topology -- destroy`,
    );
  }
  const workspace = await openWorkspace({ lab });
  const found = await look(workspace, name);
  const written = write ? await plannedRemoval(checkout, found) : [];
  writeEdits(folder, written);
  const left = written.length > 0 ? { ...found, topology: { ...topology, streams: [] } } : found;
  const order = orderOf(left, { flag: workspace.flag, destroy: destroyCommand(name, lab) });
  const goes = losses(found);
  const next = written.length > 0 && !found.isUp ? order.slice(1) : order;
  if (json) return printJson({ location: name, isUp: found.isUp, losses: goes, written, next });
  if (write)
    console.log(
      written.length > 0
        ? `location ${name}: written\n\n${filesText(written)}\n`
        : "nothing was due: the files are as they should be\n",
    );
  else
    console.log(
      `location ${name} of ${workspace.label}, ${found.isUp ? "up" : "not up"}; with it would go:\n${indented(goes.length > 0 ? goes : ["no stream"])}\n`,
    );
  console.log(`next, in this order:\n${next.map((each, i) => `  ${i + 1}. ${each}`).join("\n")}`);
}

async function look(workspace: Workspace, location: string): Promise<Removal> {
  const isUp = (await workspace.exists(locationStack(location))) && (await hasOutputs(workspace, location));
  if (!isUp) return { location, topology, isUp, status: undefined };
  return { location, topology, isUp, status: await statusOf(workspace) };
}

async function hasOutputs(workspace: Workspace, location: string): Promise<boolean> {
  try {
    await workspace.outputs(location);
    return true;
  } catch (error) {
    if ((error as Error).message.includes("is not up")) return false;
    throw error;
  }
}

/** Servers that do not answer are no error: what the location holds is then not known, and said so. */
async function statusOf(workspace: Workspace): Promise<Status | undefined> {
  const connection = async (location: string) => {
    const outputs = await workspace.outputs(location);
    return connectionOf(outputs, outputs.logins.ACC);
  };
  try {
    const { ask } = askWithDetours(await connection(topology.hub), connection);
    return await readStatus(ask, [topology.hub, ...topology.spokes]);
  } catch (error) {
    console.error(`what the streams hold is not known: ${(error as Error).message}`);
    return undefined;
  } finally {
    await closeConnections();
  }
}

/** `topology destroy --only` takes what depends on a location with it, so all streams: this is the engine's own command. */
function destroyCommand(location: string, lab: boolean): string {
  const destroy = `pulumi destroy -s ${location}`;
  if (!lab) return destroy;
  const home = LabHome.fromEnvironment();
  const { PULUMI_BACKEND_URL, PULUMI_HOME, PULUMI_CONFIG_PASSPHRASE_FILE } = new Engine(home).environment();
  const environment = Object.entries({ PULUMI_BACKEND_URL, PULUMI_HOME, PULUMI_CONFIG_PASSPHRASE_FILE });
  const assigned = environment.map(([name, value]) => `${name}="${value}"`).join(" ");
  return `in 'npm run shell': ${assigned} ${destroy} --config-file "${home.configFile(locationStack(location))}"`;
}

function filesText(written: readonly Written[]): string {
  return written.map(({ file, says }) => `  ${file}\n${says.map((line) => `    ${line}`).join("\n")}`).join("\n");
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`).join("\n");
}

function printJson({
  written,
  ...rest
}: { readonly written: readonly Written[] } & Readonly<Record<string, unknown>>): void {
  const files = written.map(({ file, says }) => ({ file, says }));
  console.log(JSON.stringify({ ...rest, written: files }, undefined, 2));
}
