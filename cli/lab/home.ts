/** Where a lab keeps everything, and what it remembers between commands. */
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { portsPerLocation } from "../../components/local/ports";
import { tools } from "../../toolchain/tools.mjs";
import { makeEngineHome } from "./engine-home";

/** The checkout that this command runs from. */
export const checkout = resolve(__dirname, "../..");

/** First port of a lab that names none: below the range that systems hand out to clients. */
export const defaultPortBase = 14_200;

/** The two Pulumi projects of the checkout, with the folder of each. */
export const projectFolders = { "cinema-jetstream": ".", "cinema-jetstream-streams": "streams" } as const;
export type Project = keyof typeof projectFolders;
export const projects = Object.keys(projectFolders) as Project[];

/** A stack of the lab. */
export interface LabStack {
  readonly project: Project;
  readonly name: string;
}

export const streamsStack: LabStack = { project: "cinema-jetstream-streams", name: "streams" };
export const locationStack = (name: string): LabStack => ({ project: "cinema-jetstream", name });

const settingsSchema = z.strictObject({
  /** First port of the first location. */
  portBase: z.number().int(),
  /** nats-server of every location that `serverVersions` does not name. */
  serverVersion: z.string(),
  /** nats-server of those that were upgraded on their own. */
  serverVersions: z.record(z.string(), z.string()).optional(),
  /** Place of each location's port range, kept so that a new location moves no other. */
  places: z.record(z.string(), z.number().int()),
});

/** What a lab remembers. */
export type LabSettings = z.output<typeof settingsSchema>;

/** What a command may ask of the settings. */
export interface UpOptions {
  /**
   * nats-server of every location.
   *
   * @default - what each has in the lab that is there, else the pinned one
   */
  readonly serverVersion?: string;
  /**
   * First of the lab's ports.
   *
   * @default - that of the lab that is there, else `defaultPortBase`
   */
  readonly portBase?: number;
}

/** One location of the lab, as its stack file in the checkout declares it. */
export interface LabLocation {
  readonly name: string;
  readonly role: "hub" | "spoke";
  /** Declared spokes of a hub; empty on a spoke. */
  readonly spokes: readonly string[];
  readonly replicas: number;
}

/**
 * The folder of a lab: engine state, stack files with the lab's own secrets, and each location's servers. Outside the checkout, so
 * that moving the checkout changes nothing and no file that git tracks is touched.
 */
export class LabHome {
  /** `LAB_HOME`, else `cinema-jetstream/lab` in the user's state folder. */
  static fromEnvironment(): LabHome {
    const state = process.env["XDG_STATE_HOME"] || join(homedir(), ".local/state");
    return new LabHome(resolve(process.env["LAB_HOME"] || join(state, "cinema-jetstream/lab")));
  }

  constructor(readonly folder: string) {}

  readonly backend = () => join(this.folder, "state");
  readonly engineHome = () => join(this.folder, "engine");
  readonly passphraseFile = () => join(this.folder, "passphrase");
  /** Holds the lab's stack files of one Pulumi project. */
  readonly projectFolder = (project: Project) => join(this.folder, "config", project);
  readonly configFile = ({ project, name }: LabStack) => join(this.projectFolder(project), `Pulumi.${name}.yaml`);
  /** The engine's state of a stack. */
  readonly stateFile = ({ project, name }: LabStack) => join(this.backend(), ".pulumi/stacks", project, `${name}.json`);
  /** A stack's outputs in clear, with the state that they are of (docs/decisions/0018). */
  readonly outputsFile = ({ project, name }: LabStack) => join(this.projectFolder(project), `${name}.outputs.json`);
  readonly locationFolder = (location: string) => join(this.folder, "locations", location);
  /** Names of the locations that were ever brought up here. */
  readonly locations = () =>
    existsSync(join(this.folder, "locations")) ? readdirSync(join(this.folder, "locations")) : [];
  private readonly settingsFile = () => join(this.folder, "lab.json");

  /** Makes what is missing. The lab's passphrase only guards a throw-away lab's secrets at rest: it lies beside them, mode 0600. */
  create(): void {
    for (const folder of [this.folder, this.backend(), ...projects.map(this.projectFolder)]) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    }
    // A project of the same name, so that what the engine writes beside its Pulumi.yaml lands here and not in the checkout.
    for (const project of projects) {
      writeFileSync(join(this.projectFolder(project), "Pulumi.yaml"), stringify({ name: project, runtime: "nodejs" }));
    }
    makeEngineHome(this.engineHome());
    chmodSync(this.folder, 0o700);
    if (!existsSync(this.passphraseFile())) {
      writeWhole(this.passphraseFile(), randomBytes(24).toString("base64url"));
    }
  }

  exists(): boolean {
    return existsSync(this.settingsFile());
  }

  /** Settings of the lab that is there; undefined where there is none. */
  readSettings(): LabSettings | undefined {
    return this.exists() ? settingsSchema.parse(JSON.parse(readFileSync(this.settingsFile(), "utf8"))) : undefined;
  }

  /** The lab's settings with what a command asks for. */
  plannedSettings(asked: UpOptions, locations: readonly LabLocation[]): LabSettings {
    const old = this.readSettings();
    const places = { ...old?.places };
    for (const { name } of locations) places[name] ??= Math.max(-1, ...Object.values(places)) + 1;
    return {
      portBase: asked.portBase ?? old?.portBase ?? defaultPortBase,
      serverVersion: asked.serverVersion ?? old?.serverVersion ?? tools["nats-server"].version,
      ...(asked.serverVersion === undefined && old?.serverVersions && { serverVersions: old.serverVersions }),
      places,
    };
  }

  /** Keeps the settings for the next command. */
  writeSettings(settings: LabSettings): void {
    writeWhole(this.settingsFile(), `${JSON.stringify(settings, undefined, 2)}\n`);
  }
}

/** Writes a file that only the user may read, whole or not at all, whatever interrupts. */
export function writeWhole(file: string, text: string): void {
  const part = `${file}.${process.pid}.part`; // one file may be written by two commands at once
  writeFileSync(part, text, { mode: 0o600 });
  renameSync(part, file);
}

/** First port of one location. */
export function locationPortBase({ portBase, places }: LabSettings, location: string): number {
  const place = places[location];
  if (place === undefined)
    throw new Error(
      `location '${location}' has no place in this lab; its locations: ${Object.keys(places).join(", ")}`,
    );
  return portBase + place * portsPerLocation;
}

/** The nats-server of one location. */
export function serverVersionOf({ serverVersion, serverVersions }: LabSettings, location: string): string {
  return serverVersions?.[location] ?? serverVersion;
}

/** Every version of nats-server that a lab runs. */
export function serverVersionsOf({ serverVersion, serverVersions = {} }: LabSettings): string[] {
  return [...new Set([serverVersion, ...Object.values(serverVersions)])];
}

/** The settings with another nats-server in one location; once all have it, it is that of every location. */
export function withServerVersion(settings: LabSettings, location: string, version: string): LabSettings {
  const { serverVersions, ...rest } = settings;
  const versions = { ...serverVersions, [location]: version };
  const changed = { ...rest, serverVersions: versions };
  const isOfAll = Object.keys(rest.places).every((name) => serverVersionOf(changed, name) === version);
  return isOfAll ? { ...rest, serverVersion: version } : changed;
}

/** The locations that the checkout declares, one a `Pulumi.<location>.yaml`, hubs first. */
export function declaredLocations(): LabLocation[] {
  const names = readdirSync(checkout).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
  const defaults = readYaml("Pulumi.yaml").config;
  const locations = names.map((name): LabLocation => {
    const { config } = readYaml(`Pulumi.${name}.yaml`);
    return {
      name,
      role: config["cinema-jetstream:role"] === "hub" ? "hub" : "spoke",
      spokes: config["cinema-jetstream:spokes"] ?? [],
      replicas: Number(config["cinema-jetstream:replicas"] ?? defaults.replicas.default),
    };
  });
  return locations.sort((a, b) => a.role.localeCompare(b.role) || a.name.localeCompare(b.name));
}

function readYaml(file: string) {
  return parse(readFileSync(join(checkout, file), "utf8"));
}
