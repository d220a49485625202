/** Real stacks on the real engine for the tests: a home of their own, whose stack files the tests write. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { Engine, EngineError } from "../../cli/lab/engine";
import { checkout, LabHome, locationStack, streamsStack, type LabStack } from "../../cli/lab/home";
import type { Topology } from "../../streams/declarations";

/** The three locations of the stack files, hub first. */
export const locationNames = ["hub", "cinema-a", "cinema-b"] as const;

export const locationStacks = locationNames.map(locationStack);
/** In the order in which they are brought up. */
export const allStacks: readonly LabStack[] = [...locationStacks, streamsStack];

/** What a location's stack file says, without the project's prefix. */
export type Config = Readonly<Record<string, unknown>>;

/** Four stacks in a folder of their own. */
export class TestStacks {
  readonly home = new LabHome(mkdtempSync(join(tmpdir(), "cinema-engine-")));
  readonly engine = new Engine(this.home);
  /** All that the engine said so far. */
  readonly said: string[] = [];

  constructor() {
    this.home.create();
  }

  /** Writes a location's stack file. Keeps what the engine wrote to it: the salt of the stack's secrets. */
  protected writeConfig(name: string, config: Config): void {
    const file = this.home.configFile(locationStack(name));
    const before = existsSync(file) ? parse(readFileSync(file, "utf8")) : {};
    const entries = Object.entries(config).map(([key, value]) => [`cinema-jetstream:${key}`, value]);
    writeFileSync(file, stringify({ ...before, config: Object.fromEntries(entries) }));
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

  /** Removes the home. What the stacks made is the test's to take away. */
  async remove(): Promise<void> {
    rmSync(this.home.folder, { recursive: true, force: true });
  }
}
