/** One command over all stacks of a lab, as an operator gives it. One story: each test goes on where the last one ended. */
import { expect } from "chai";
import execa from "execa";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkout, declaredLocations } from "../../cli/lab/home";
import type { TopologyPlan } from "../../cli/topology/plan";
import type { StackOutcome } from "../../cli/topology/run-stages";
import { TestLab } from "../rig/lab-command";
import { story } from "../rig/story";

const names = ["hub", "cinema-a", "cinema-b", "streams"];

describe("topology", function () {
  this.timeout(600_000);
  story(this);
  let lab: TestLab;
  before(() => {
    lab = new TestLab();
    lab.home.create();
    lab.home.writeSettings(lab.home.plannedSettings({ portBase: 20_000 }, declaredLocations()));
  });
  after(() => lab.remove());

  const start = (...args: string[]) => lab.startTopology(...args);
  const run = (...args: string[]) => lab.topology(...args);
  const stackFiles = () => execa.sync("git", ["status", "--porcelain", "--", "*Pulumi*"], { cwd: checkout }).stdout;
  const kindsOf = ({ stacks }: TopologyPlan) =>
    stacks.map(({ stack, changes }) => [stack, ...new Set(changes.map(({ kind }) => kind))].join(" "));
  /** In the way of cinema-b's servers. */
  const obstacle = () => join(lab.home.locationFolder("cinema-b"), "servers");

  it("plans everything before there is anything: each stream, and no fault; nothing is made", async () => {
    const before = stackFiles();
    const { exitCode, stdout } = await run("preview", "--lab", "--json");
    expect(exitCode, stdout).to.equal(0);
    const plan: TopologyPlan = JSON.parse(stdout);
    expect(kindsOf(plan)).to.deep.equal(names.map((name) => `${name} create`));
    expect(plan).to.deep.include({ version: 1, operation: "up", atRisk: [], faults: [] });
    const streams = plan.stacks.flatMap(({ changes }) => changes).filter(({ type }) => type === "Stream");
    expect(streams.map(({ location, name }) => `${location} ${name}`).sort()).to.deep.equal([
      "cinema-a cinema-a.cinema-a-mirror",
      "cinema-a cinema-a.tickets-1",
      "cinema-b cinema-b.tickets-2",
      "hub hub.cinema-a",
      "hub hub.sales",
    ]);
    expect(stackFiles()).to.equal(before);
    expect(existsSync(join(lab.home.backend(), ".pulumi/stacks"))).to.equal(false);
  });

  for (const [args, said] of [
    [["up", "--lab"], "there is no terminal to ask on; allowed: a terminal, or --yes"],
    [
      ["up", "--lab", "--yes", "--only", "cinema-x"],
      "there is no location 'cinema-x'; allowed: hub, cinema-a, cinema-b, streams",
    ],
  ] as const)
    it(`refuses '${args.join(" ")}' with what is allowed`, async () => {
      const { exitCode, stderr } = await run(...args);
      expect([exitCode, stderr]).to.deep.include(1);
      expect(stderr).to.contain(said);
      expect(existsSync(join(lab.home.backend(), ".pulumi/stacks"))).to.equal(false);
    });

  it("a location that fails keeps back what needs it and nothing else, in its own words", async () => {
    const up = start("up", "--lab", "--yes", "--json");
    // Planned without a fault by then; cinema-b itself waits for the hub.
    await up.until(() => existsSync(join(lab.home.locationFolder("hub"), "servers")), "the hub's servers are made");
    mkdirSync(lab.home.locationFolder("cinema-b"), { recursive: true });
    writeFileSync(obstacle(), "no folder");
    const { exitCode, stdout, stderr } = await up.ended();
    expect(exitCode, stderr).to.equal(1);
    const { outcomes }: { outcomes: StackOutcome[] } = JSON.parse(stdout);
    expect(outcomes.map(({ stack, result }) => `${stack} ${result}`)).to.deep.equal([
      "hub done",
      "cinema-a done",
      "cinema-b failed",
      "streams skipped",
    ]);
    expect(stderr).to.match(/^up of stack 'cinema-b' failed:\n.*holds other things, such as 'servers'/m);
    expect(stderr).to.contain("streams was skipped: it needs cinema-b");
  });

  it("ends on Ctrl-C in what the next run mends; meanwhile it refuses a second one by pid and command", async () => {
    rmSync(obstacle());
    const first = start("up", "--lab", "--yes");
    await first.untilSaid("cinema-b");
    const second = await run("up", "--lab", "--yes");
    expect([second.exitCode, second.stdout]).to.deep.equal([1, ""]);
    expect(second.stderr).to.contain(
      `another command is at work on the lab in ${lab.home.folder}: pid ${first.pid} (${process.execPath}`,
    );
    await first.untilSaid("created Relay cinema-b-relay");
    first.signal("SIGINT");
    const { exitCode, stderr } = await first.ended();
    expect(exitCode).to.equal(130);
    expect(stderr).to.contain("interrupted; nothing is lost: run the same command again to go on");
  });

  it("goes on from there, and then finds nothing to do", async () => {
    const up = await run("up", "--lab", "--yes");
    expect([up.exitCode, up.stderr], up.stdout).to.deep.equal([0, ""]);
    expect(up.stdout).to.match(/^streams: done, /m);
    expect(up.stdout).not.to.match(/created \S+ hub-/);
    expect((await lab.report()).stdout).to.match(/^5 streams, 3 links, all active, gap 0$/m);

    const again = await run("up", "--lab", "--yes");
    expect(again.exitCode).to.equal(0);
    expect(again.stdout).to.contain("nothing to do: everything is as declared");
  });

  it("destroys backwards, only what depends on a location where one is named, and leaves no process", async () => {
    const { exitCode, stdout, stderr } = await run("destroy", "--lab", "--yes", "--only", "cinema-b", "--json");
    expect(exitCode, stderr).to.equal(0);
    const { outcomes }: { outcomes: StackOutcome[] } = JSON.parse(stdout);
    expect(outcomes.map(({ stack, result }) => `${stack} ${result}`)).to.deep.equal(["streams done", "cinema-b done"]);
    const rest = await run("destroy", "--lab", "--yes");
    expect([rest.exitCode, rest.stderr], rest.stdout).to.deep.equal([0, ""]);
    expect(lab.pids()).to.deep.equal({});
  });
});
