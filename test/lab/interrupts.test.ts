/** A lab whose commands are interrupted and killed. One story: each test goes on where the last one ended. */
import { expect } from "chai";
import { engineLocks, isUnderWay } from "../../cli/lab/engine-locks";
import { TestLab, type LabRun } from "../rig/lab-command";
import { story } from "../rig/story";

describe("lab, interrupted", function () {
  this.timeout(600_000);
  story(this);
  let lab: TestLab;
  before(() => {
    lab = new TestLab();
  });
  after(() => lab.remove());

  const up = () => lab.start("up", "--ports", "24200");
  const untilServersOf = (run: LabRun, location: string) =>
    run.until(
      () => Object.keys(lab.pids()).some((folder) => folder.includes(`/${location}/servers/`)),
      `servers of ${location} run`,
    );

  async function expectInterrupted(run: LabRun): Promise<void> {
    run.signal("SIGINT");
    const { exitCode, stderr } = await run.ended();
    expect(exitCode).to.equal(130);
    const said = stderr.trim().split("\n");
    expect(said.filter((line) => !/^✖ .* \[FAILED: interrupted\]$/.test(line))).to.deep.equal([
      "interrupted: ending what is under way (again to end it at once)",
      "interrupted; nothing is lost: run the same command again to go on, or 'npm run lab:down' to take the lab away",
    ]);
    // An engine that is interrupted as it starts leaves its lock: the next command gives it back.
    const underWay = await Promise.all(engineLocks(lab.home).map((lock) => isUnderWay(lab.home, lock)));
    expect(underWay).not.to.include(true);
  }

  it("ends by Ctrl-C before the first server, and says how to go on", async () => {
    const run = up();
    await run.untilSaid("location hub");
    await expectInterrupted(run);
  });

  it("ends by Ctrl-C while the hub's servers start", async () => {
    const run = up();
    await untilServersOf(run, "hub");
    await expectInterrupted(run);
  });

  it("ends by Ctrl-C while the spokes come up", async () => {
    const run = up();
    await run.untilSaid("created Relay");
    await expectInterrupted(run);
  });

  it("is killed while a spoke's servers start, and its locks stay behind", async () => {
    const run = up();
    await run.untilSaid("location cinema-a");
    await run.until(() => engineLocks(lab.home).length === 2, "the engine works on both spokes");
    run.signal("SIGKILL");
    expect((await run.ended()).exitCode).not.to.equal(0);
  });

  it("goes on after that, and ends with the engine's name where its engine is killed while it makes the streams", async () => {
    const run = up();
    await run.untilSaid("created Stream");
    for (const { pid } of engineLocks(lab.home)) process.kill(pid, "SIGKILL");
    const { exitCode, stderr } = await run.ended();
    expect(exitCode).to.equal(1);
    expect(stderr.split("\n").slice(1)).to.deep.equal([
      "error: pulumi up of stack 'streams' failed:",
      "the engine was ended by SIGKILL; the same command again goes on from there",
    ]);
  });

  it("ends by Ctrl-C while it makes the streams", async () => {
    const run = up();
    await run.untilSaid("streams");
    await run.until(() => engineLocks(lab.home).length === 1, "the engine works on the streams");
    await expectInterrupted(run);
  });

  it("comes up in the end, with everything that was acknowledged", async () => {
    const { exitCode, stdout, stderr } = await up().ended();
    expect([exitCode, stderr]).to.deep.equal([0, ""]);
    expect(stdout).to.match(/^5 streams, 3 links, all active, gap 0$/m);
    expect((await lab.run("status")).exitCode).to.equal(0);
  });

  it("goes down and leaves nothing of all that", async () => {
    expect((await lab.run("down")).exitCode).to.equal(0);
    expect(lab.leftovers()).to.deep.equal({ processes: [], files: [] });
  });
});
