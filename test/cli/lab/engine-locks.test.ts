import { expect } from "chai";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandLine, hasEnded } from "../../../components/local/runtime/process-table";
import { endOrphans, engineLocks, isUnderWay } from "../../../cli/lab/engine-locks";
import { LabHome, locationStack, streamsStack, type LabStack } from "../../../cli/lab/home";
import { until } from "../../rig/until";

describe("the engine's locks", () => {
  let home: LabHome;
  beforeEach(() => (home = new LabHome(mkdtempSync(join(tmpdir(), "cinema-locks-")))));
  afterEach(() => rmSync(home.folder, { recursive: true, force: true }));

  function lock({ project, name }: LabStack, pid: number): void {
    const folder = join(home.backend(), ".pulumi/locks/organization", project, name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "1f0b.json"), JSON.stringify({ pid, username: "lab", hostname: "here" }));
    writeFileSync(join(folder, "1f0b.json.attrs"), JSON.stringify({ "user.content_type": "text/plain" }));
  }

  it("are none before the first run", () => {
    expect(engineLocks(home)).to.deep.equal([]);
  });

  it("name their stacks and holders; what lies beside them does not count", () => {
    lock(locationStack("cinema-a"), 4711);
    lock(streamsStack, 4712);
    expect(engineLocks(home)).to.deep.equal([
      { stack: locationStack("cinema-a"), pid: 4711, host: "here" },
      { stack: streamsStack, pid: 4712, host: "here" },
    ]);
  });

  it("are under way while an engine of this lab has the pid, not when it is gone or somebody else's", async () => {
    const stack = locationStack("hub");
    const engine = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)", home.configFile(stack)]);
    try {
      await once(engine, "spawn");
      expect(await isUnderWay(home, { pid: engine.pid ?? 0 })).to.equal(true);
      expect(await isUnderWay(home, { pid: process.pid })).to.equal(false);
    } finally {
      engine.kill();
      await once(engine, "exit");
    }
    expect(await isUnderWay(home, { pid: engine.pid ?? 0 })).to.equal(false);
  });

  it("lead to what an engine that is gone left running, and end it", async function () {
    if (process.platform !== "linux") return this.skip();
    const engine = spawn("sh", ["-c", "sleep 60 & echo $!"], { detached: true, stdio: ["ignore", "pipe", "ignore"] });
    const [said] = await once(engine.stdout, "data");
    await once(engine, "exit");
    const orphan = Number(said);
    await until(async () => (await commandLine(orphan)) === "sleep 60"); // the shell's child tells its own line once it is it
    endOrphans({ pid: engine.pid ?? 0 });
    await until(() => hasEnded(orphan));
  });
});
