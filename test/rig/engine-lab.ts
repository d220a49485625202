/** Real stacks on the real engine for the tests: a lab home of their own, whose stack files the tests write. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { portsPerLocation } from "../../components/local/ports";
import { deleteLocation } from "../../components/local/runtime/delete";
import { Engine, EngineError } from "../../cli/lab/engine";
import { checkout, LabHome, locationStack, streamsStack, type LabStack } from "../../cli/lab/home";
import type { Topology } from "../../streams/declarations";
import { serverVersion } from "./locations";

/** The three locations of the stack files, hub first. */
export const locationNames = ["hub", "cinema-a", "cinema-b"] as const;

export const locationStacks = locationNames.map(locationStack);
/** In the order in which they are brought up. */
export const allStacks: readonly LabStack[] = [...locationStacks, streamsStack];

/** What a location's stack file says, without the project's prefix. */
export type Config = Readonly<Record<string, unknown>>;

/** Four stacks in a folder of their own. */
export class EngineLab {
  readonly home = new LabHome(mkdtempSync(join(tmpdir(), "cinema-engine-")));
  readonly engine = new Engine(this.home);
  /** All that the engine said so far. */
  readonly said: string[] = [];

  constructor(private readonly portBase: number) {
    this.home.create();
    locationNames.forEach((name) => this.configure(name));
  }

  /** Writes a location's stack file: what the checkout's says for it on this machine, and what the test adds. Passwords are generated. */
  configure(name: string, extra: Config = {}): void {
    const base =
      this.portBase +
      Math.max(
        0,
        locationNames.findIndex((known) => known === name),
      ) *
        portsPerLocation;
    const role = name === "hub" ? { role: "hub", spokes: ["cinema-a", "cinema-b"] } : { role: "spoke", hub: "hub" };
    const config = {
      ...role,
      clusterName: `${name}-cluster`,
      platform: "local",
      serverVersion,
      fileStoreSize: "1Gi",
      localFolder: this.home.locationFolder(name),
      localPortBase: base,
      ...extra,
    };
    const entries = Object.entries(config).map(([key, value]) => [`cinema-jetstream:${key}`, value]);
    this.writeConfig(name, Object.fromEntries(entries));
  }

  /** Keeps what the engine wrote to the file: the salt of the stack's secrets. */
  private writeConfig(name: string, config: Config): void {
    const file = this.home.configFile(locationStack(name));
    const before = existsSync(file) ? parse(readFileSync(file, "utf8")) : {};
    writeFileSync(file, stringify({ ...before, config }));
  }

  /** Makes the four stacks. */
  async init(): Promise<void> {
    await Promise.all(allStacks.map((stack) => this.engine.run(stack, ["stack", "init", "--no-select"])));
  }

  preview = (stack: LabStack, ...args: string[]) => this.run(stack, ["preview", ...args]);
  up = (stack: LabStack, ...args: string[]) => this.run(stack, ["up", "--yes", "--skip-preview", ...args]);
  refresh = (stack: LabStack, ...args: string[]) => this.run(stack, ["refresh", "--yes", "--skip-preview", ...args]);
  destroy = (stack: LabStack, ...args: string[]) => this.run(stack, ["destroy", "--yes", "--skip-preview", ...args]);

  /** Runs the streams stack with other declarations, as an edit of `declarations.ts` would. */
  async withTopology(topology: Topology, command: "preview" | "up", ...args: string[]): Promise<string> {
    process.env["TOPOLOGY"] = JSON.stringify(topology);
    const engine = new Engine(this.home, join(checkout, "test/fixtures/topology"));
    const yes = command === "up" ? ["--yes", "--skip-preview"] : [];
    return this.keep(engine.run(streamsStack, [command, ...yes, ...args]));
  }

  private run(stack: LabStack, args: readonly string[]): Promise<string> {
    return this.keep(this.engine.run(stack, args));
  }

  private async keep(run: Promise<string>): Promise<string> {
    try {
      const said = await run;
      this.said.push(said);
      return said;
    } catch (error) {
      this.said.push((error as Error).message);
      throw error;
    }
  }

  /** What a run said when it failed. */
  async failure(run: Promise<string>): Promise<string> {
    try {
      await run;
    } catch (error) {
      if (error instanceof EngineError) return error.message;
      throw error;
    }
    throw new Error("the engine succeeded where it should have failed");
  }

  /** Ends and removes whatever a test left. */
  async remove(): Promise<void> {
    await Promise.all(locationNames.map((name) => deleteLocation(this.home.locationFolder(name))));
    rmSync(this.home.folder, { recursive: true, force: true });
  }
}
