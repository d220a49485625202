/** The lab that is measured: in a folder of its own, on ports of its own. */
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Engine } from "../cli/lab/engine";
import { checkout, LabHome, streamsStack, type LabStack } from "../cli/lab/home";
import { readOutputs } from "../cli/lab/stacks";
import { locationFolder, serverFolders } from "../components/local/runtime/folder";
import { runningPid } from "../components/local/runtime/own-process";
import { serverProcess } from "../components/local/runtime/server";
import type { Topology } from "../streams/declarations";
import { runCommand } from "../toolchain/command.mjs";

/** The name under which the provider of streams connects. */
const providerConnection = "cinema-jetstream streams";

/** Memory of several processes in bytes: shared pages counted in each (RSS), and shared out among those that share them (PSS). */
export interface Memory {
  readonly rss: number;
  readonly pss: number;
}

export class BenchLab {
  private readonly folder = mkdtempSync(join(tmpdir(), "cinema-bench-"));
  readonly home = new LabHome(join(this.folder, "lab"));

  /** @param signal ends what is under way, and starts nothing new */
  constructor(private readonly signal: AbortSignal) {}

  /** Runs one of the checkout's npm scripts on this lab, as an operator would. */
  npm = (...args: string[]) => this.run(this.signal, args);

  private run(signal: AbortSignal | undefined, args: readonly string[]): Promise<string[]> {
    const env = { ...process.env, LAB_HOME: this.home.folder };
    return runCommand("npm", ["run", "--silent", ...args], { cwd: checkout, env, signal });
  }

  /** Runs the engine on one stack where nothing is to be changed. */
  async upUnchanged(stack: LabStack): Promise<void> {
    await new Engine(this.home, checkout, this.signal).run(stack, [...upCommand, "--expect-no-changes"]);
  }

  async previewStreams(): Promise<void> {
    await new Engine(this.home, checkout, this.signal).run(streamsStack, ["preview"]);
  }

  /** Runs the streams stack with other declarations, as an edit of `declarations.ts` would. */
  async streamsOf(topology: Topology, command: "preview" | "up" | "up unchanged"): Promise<void> {
    process.env["TOPOLOGY"] = JSON.stringify(topology);
    const engine = new Engine(this.home, join(checkout, "test/fixtures/topology"), this.signal);
    const args = { preview: ["preview"], up: upCommand, "up unchanged": [...upCommand, "--expect-no-changes"] };
    await engine.run(streamsStack, args[command]);
  }

  /** Size of the streams stack's state file, in bytes. */
  streamsStateBytes(): number {
    const { project, name } = streamsStack;
    return statSync(join(this.home.backend(), ".pulumi/stacks", project, `${name}.json`)).size;
  }

  /** Connections to account ACC that the provider of streams ever made to the hub, open and closed. One to SYS asks after a domain that is slow. */
  async providerConnections(): Promise<number> {
    const { monitorUrls } = await readOutputs(new Engine(this.home, checkout, this.signal), "hub");
    const named = monitorUrls.map(async (url) => {
      const answer = await fetch(`${url}/connz?state=all&acc=ACC&limit=10000`, { signal: AbortSignal.timeout(5_000) });
      const { connections } = (await answer.json()) as { connections: readonly { name?: string }[] };
      return connections.filter(({ name }) => name === providerConnection).length;
    });
    return (await Promise.all(named)).reduce((sum, count) => sum + count, 0);
  }

  /** Memory of all servers. Linux only: `/proc` tells it. */
  async serversMemory(): Promise<Memory> {
    const pids = await this.serverPids();
    const rollups = pids.map((pid) => readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"));
    const bytes = (field: string) =>
      rollups.reduce(
        (sum, rollup) => sum + 1024 * Number(new RegExp(`^${field}: +(\\d+) kB`, "m").exec(rollup)?.[1]),
        0,
      );
    return { rss: bytes("Rss"), pss: bytes("Pss") };
  }

  private async serverPids(): Promise<number[]> {
    const locations = this.home.locations().map((name) => locationFolder(this.home.locationFolder(name)));
    const folders = (await Promise.all(locations.map(serverFolders))).flat();
    const pids = await Promise.all(folders.map((folder) => runningPid(serverProcess(folder))));
    const running = pids.filter((pid) => pid !== undefined);
    if (running.length < 9) throw new Error(`${running.length} of the lab's nine servers run; see their logs`);
    return running;
  }

  /** Takes the lab away, after an interrupt too. */
  async remove(): Promise<void> {
    await this.run(undefined, ["lab:down"]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const upCommand = ["up", "--yes", "--skip-preview"];
