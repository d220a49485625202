/** What the streams are measured on: a hub and one spoke, three servers each, in a folder and on ports of their own. */
import { build } from "esbuild";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Engine } from "../cli/lab/engine";
import { checkout, declaredLocations, LabHome, streamsStack, type LabStack } from "../cli/lab/home";
import { bringUpLocation, readOutputs } from "../cli/lab/stacks";
import { deleteLocation } from "../components/local/runtime/delete";
import type { Login } from "../components/stack-outputs"; // its values would load the SDK, which takes over a second
import type { StreamDeclaration, Topology } from "../streams/declarations";
import { ensureTool } from "../toolchain/ensure.mjs";

const hub = "hub";
/** Stores all streams of the bench; each request for them crosses the hub. */
export const spoke = "cinema-a";

/** First port of the lab: beside those of the other bench, below the range that systems hand out to clients. */
const portBase = 24_800;

/** Where clients reach the hub, and as whom. */
export interface HubLogin extends Login {
  readonly servers: readonly string[];
}

/** The programs whose resources are counted: this project's streams, and as many resources that do nothing. */
const programs = {
  ours: { folder: join(checkout, "test/fixtures/topology"), stack: streamsStack },
  idle: { folder: join(checkout, "bench/idle"), stack: { ...streamsStack, name: "idle" } },
} as const satisfies Record<string, { folder: string; stack: LabStack }>;

/** Where the programs' bundles are: as our commands run the project's own from one, what is measured is what users have. */
const bundles = join(checkout, "bench/dist");

const commands = {
  up: ["up", "--yes", "--skip-preview"],
  "up unchanged": ["up", "--yes", "--skip-preview", "--expect-no-changes"],
  preview: ["preview", "--expect-no-changes"],
  refresh: ["refresh", "--yes", "--skip-preview", "--expect-no-changes"],
  destroy: ["destroy", "--yes", "--skip-preview"],
} as const;

export class StreamsLab {
  private readonly folder = mkdtempSync(join(tmpdir(), "cinema-bench-"));
  private readonly home = new LabHome(join(this.folder, "lab"));
  private readonly engine: Engine;

  /** @param signal ends what is under way, and starts nothing new */
  constructor(private readonly signal: AbortSignal) {
    this.engine = new Engine(this.home, checkout, signal);
  }

  /** Brings the hub and its spoke up, and makes the stacks whose programs are measured. */
  async bringUp(): Promise<void> {
    await build({
      entryPoints: Object.entries(programs).map(([out, { folder }]) => ({ in: join(folder, "streams/index.ts"), out })),
      outdir: bundles,
      bundle: true,
      platform: "node",
      packages: "external",
      sourcemap: "linked",
    });
    this.home.create();
    const locations = declaredLocations();
    const settings = this.home.plannedSettings({ portBase }, locations);
    await ensureTool("nats-server", settings.serverVersion, { signal: this.signal });
    this.home.writeSettings(settings);
    for (const location of locations.filter(({ name }) => [hub, spoke].includes(name)))
      await bringUpLocation(this.engine, settings, location, {});
    for (const { stack } of Object.values(programs)) await this.engine.run(stack, ["stack", "init", "--no-select"]);
  }

  /** Login to the hub, from which each domain is reached. */
  async hubLogin(): Promise<HubLogin> {
    const { clientUrls, logins } = await readOutputs(this.engine, hub);
    return { ...logins.ACC, servers: clientUrls };
  }

  /** Runs the engine once on one of the programs, declared to have these streams. */
  async run(
    program: keyof typeof programs,
    command: keyof typeof commands,
    streams: readonly StreamDeclaration[],
  ): Promise<void> {
    const topology: Topology = { hub, spokes: [spoke], streams };
    process.env["TOPOLOGY"] = JSON.stringify(topology);
    process.env["CINEMA_JETSTREAM_PROGRAM"] = join(bundles, `${program}.js`);
    const { folder, stack } = programs[program];
    await new Engine(this.home, folder, this.signal).run(stack, commands[command]);
  }

  /** Takes the lab away, after an interrupt too. */
  async remove(): Promise<void> {
    await new Engine(this.home).untilIdle();
    await Promise.all(this.home.locations().map((name) => deleteLocation(this.home.locationFolder(name))));
    rmSync(this.folder, { recursive: true, force: true });
  }
}
