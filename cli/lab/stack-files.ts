/** The lab's own stack files: what the checkout declares, with the lab's few keys laid over it. */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { accountNames, byAccount } from "../../components/account-names";
import {
  firstRotations,
  isEqual,
  laterRotation,
  ofGeneration,
  rotationKey,
  shortRotations,
  type Rotations,
} from "../../components/rotation";
import { pathTo } from "../topology/secret-paths";
import type { Engine } from "./engine";
import {
  checkout,
  locationPortBase,
  locationStack,
  serverVersionOf,
  writeWhole,
  type LabHome,
  type LabLocation,
  type LabSettings,
} from "./home";

/** What a stack's file holds, of what the lab writes. */
export interface LabStackFile {
  readonly encryptionsalt?: string;
  readonly config?: Readonly<Record<string, unknown>>;
}

const key = (name: string) => `${locationStack(name).project}:${name}`;

/** Writes the stack file that a location of the lab runs with. */
export function writeStackFile(home: LabHome, settings: LabSettings, location: LabLocation): void {
  writeWhole(home.configFile(locationStack(location.name)), stringify(labStackFile(home, settings, location)));
}

/**
 * The stack file that a location of the lab runs with. Secrets that the lab set before are kept, but for those of users that are gone; so
 * is a rotation of the lab's own.
 */
export function labStackFile(home: LabHome, settings: LabSettings, location: LabLocation): LabStackFile {
  const file = home.configFile(locationStack(location.name));
  const declared = readStackFile(join(checkout, `Pulumi.${location.name}.yaml`));
  const before = existsSync(file) ? readStackFile(file) : {};
  const [given, own] = [rotationsOf(declared), rotationsOf(before)];
  const rotations = byAccount((account) => laterRotation(given[account], own[account]));
  const config = {
    ...declared.config,
    [key("platform")]: "local",
    [key("serverVersion")]: serverVersionOf(settings, location.name),
    [key("fileStoreSize")]: "1Gi",
    [key("localFolder")]: home.locationFolder(location.name),
    [key("localPortBase")]: locationPortBase(settings, location.name),
    ...(declared.config?.[key("role")] === "hub" && { [key("allowPlaintextLeafnodes")]: true }), // never leaves this machine
    ...(!isEqual(rotations, firstRotations) && { [key("rotation")]: shortRotations(rotations) }),
    ...passwordsOf(before, rotations),
  };
  return { ...(before.encryptionsalt && { encryptionsalt: before.encryptionsalt }), config };
}

/** Gives each user of a location that has none a password of the lab's, so that no plugin is needed to make one. */
export async function setPasswords(engine: Engine, location: LabLocation): Promise<void> {
  const stack = locationStack(location.name);
  for (const path of missingPasswords(readStackFile(engine.home.configFile(stack)), location)) {
    await engine.run(stack, ["config", "set", "--secret", "--path", pathTo(...path)], {
      input: randomBytes(24).toString("base64url"),
    });
  }
}

/** Paths of the passwords that a location's stack file does not give, of each generation that its servers accept. */
export function missingPasswords(file: LabStackFile, location: LabLocation): string[][] {
  const { config = {} } = file;
  const wanted = accountsOf(rotationsOf(file)).flatMap((account) => [
    [key("passwords"), account],
    ...location.spokes.map((spoke) => [key("leafnodePasswords"), spoke, account]),
  ]);
  return wanted.filter(([first = "", ...rest]) => !has(config[first], rest));
}

/**
 * Generations of a location's users by its stack file, of each account.
 *
 * @throws Error where the key is wrong, with what is allowed.
 */
export function rotationsOf({ config }: LabStackFile): Rotations {
  const given = config?.[key("rotation")];
  if (given === undefined) return firstRotations;
  const parsed = rotationKey.schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new Error(`rotation is ${JSON.stringify(given)}; allowed: ${rotationKey.allowed}; set it: ${rotationKey.cure}`);
}

/** As passwords are given: `ACC`, `ACC.2`. */
function accountsOf(rotations: Rotations): string[] {
  return accountNames.flatMap((account) => rotations[account].map((generation) => ofGeneration(account, generation)));
}

/** What a stack file gives of the passwords of these generations. */
function passwordsOf({ config = {} }: LabStackFile, rotations: Rotations): Record<string, unknown> {
  const ofThese = (given: unknown) => pick(given as LabStackFile["config"], accountsOf(rotations));
  const passwords = config[key("passwords")];
  const leafnodes = config[key("leafnodePasswords")];
  return {
    ...(passwords !== undefined && { [key("passwords")]: ofThese(passwords) }),
    ...(leafnodes !== undefined && {
      [key("leafnodePasswords")]: Object.fromEntries(
        Object.entries(leafnodes as object).map(([spoke, given]) => [spoke, ofThese(given)]),
      ),
    }),
  };
}

/** A stack's file, in the lab or in the checkout. */
export function readStackFile(file: string): LabStackFile {
  return parse(readFileSync(file, "utf8")) ?? {};
}

function pick(config: LabStackFile["config"], keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(config ?? {}).filter(([name]) => keys.includes(name)));
}

function has(value: unknown, path: readonly string[]): boolean {
  const [first, ...rest] = path;
  if (first === undefined) return value !== undefined;
  return typeof value === "object" && value !== null && has((value as Record<string, unknown>)[first], rest);
}
