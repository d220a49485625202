/** The lab's own stack files: what the checkout declares, with the lab's few keys laid over it. */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { AccountName } from "../../components/stack-outputs"; // its values would load the SDK, which takes over a second
import type { Engine } from "./engine";
import {
  checkout,
  locationPortBase,
  locationStack,
  writeWhole,
  type LabHome,
  type LabLocation,
  type LabSettings,
} from "./home";

interface StackFile {
  readonly encryptionsalt?: string;
  readonly config?: Readonly<Record<string, unknown>>;
}

const key = (name: string) => `${locationStack(name).project}:${name}`;

/** All accounts; the type keeps it complete. */
const accounts: Readonly<Record<AccountName, true>> = { ACC: true, SYS: true };

/** Writes the stack file that a location of the lab runs with. Secrets that the lab set before are kept. */
export function writeStackFile(home: LabHome, settings: LabSettings, location: LabLocation): void {
  const file = home.configFile(locationStack(location.name));
  const declared = readStackFile(join(checkout, `Pulumi.${location.name}.yaml`));
  const before = existsSync(file) ? readStackFile(file) : {};
  const config = {
    ...declared.config,
    [key("platform")]: "local",
    [key("serverVersion")]: settings.serverVersion,
    [key("fileStoreSize")]: "1Gi",
    [key("localFolder")]: home.locationFolder(location.name),
    [key("localPortBase")]: locationPortBase(settings, location.name),
    ...(declared.config?.[key("role")] === "hub" && { [key("allowPlaintextLeafnodes")]: true }), // never leaves this machine
    ...pick(before.config, [key("passwords"), key("leafnodePasswords")]),
  };
  writeWhole(file, stringify({ encryptionsalt: before.encryptionsalt, config }));
}

/** Gives each user of a location that has none a password of the lab's, so that no plugin is needed to make one. */
export async function setPasswords(engine: Engine, location: LabLocation): Promise<void> {
  const stack = locationStack(location.name);
  const { config = {} } = readStackFile(engine.home.configFile(stack));
  const wanted = Object.keys(accounts).flatMap((account) => [
    ["passwords", account],
    ...location.spokes.map((spoke) => ["leafnodePasswords", spoke, account]),
  ]);
  for (const [first = "", ...rest] of wanted) {
    if (has(config[key(first)], rest)) continue;
    const path = [key(first), ...rest].join(".");
    await engine.run(stack, ["config", "set", "--secret", "--path", path], {
      input: randomBytes(24).toString("base64url"),
    });
  }
}

function readStackFile(file: string): StackFile {
  return parse(readFileSync(file, "utf8")) ?? {};
}

function pick(config: StackFile["config"], keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(config ?? {}).filter(([name]) => keys.includes(name)));
}

function has(value: unknown, path: readonly string[]): boolean {
  const [first, ...rest] = path;
  if (first === undefined) return value !== undefined;
  return typeof value === "object" && value !== null && has((value as Record<string, unknown>)[first], rest);
}
