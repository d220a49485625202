/** A day in the life of a lab, as an operator sees it. One story: each test goes on where the last one ended. */
import { expect } from "chai";
import execa from "execa";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "../../cli/report/report";
import { checkout } from "../../cli/lab/home";
import type { LocationStatus } from "../../cli/lab/status";
import { ensureTool } from "../../toolchain/ensure.mjs";
import { TestLab, type Ended } from "../rig/lab-command";
import { story } from "../rig/story";

const portBase = "24000";
const newerVersion = "2.15.2";
const allWell = /^5 streams, 3 links, all active, gap 0$/m;

describe("lab", function () {
  this.timeout(600_000);
  story(this);
  let lab: TestLab;
  let second: TestLab;

  before(async function () {
    this.timeout(600_000); // where there is neither a cache nor a download it is built
    await ensureTool("nats-server", newerVersion);
    lab = new TestLab();
    second = new TestLab();
  });
  after(async () => {
    await second.remove();
    await lab.remove();
  });

  const expectWell = ({ exitCode, stdout, stderr }: Ended) => {
    expect([exitCode, stderr], stdout).to.deep.equal([0, ""]);
    expect(stdout).to.match(allWell);
  };
  const readReport = async (): Promise<Report> => JSON.parse((await lab.report("--json")).stdout);
  const readStatus = async (): Promise<LocationStatus[]> => JSON.parse((await lab.run("status", "--json")).stdout);
  const messagesOf = async (stream: string) =>
    (await readReport()).streams.find((each) => each.stream === stream)?.messages;
  /** What git sees of the files that an engine might write beside its programs. */
  const stackFiles = () => execa.sync("git", ["status", "--porcelain", "--", "*Pulumi*"], { cwd: checkout }).stdout;

  it("comes up with the report: five streams and three links, all active, without escape codes and without a change of the checkout", async () => {
    const before = stackFiles();
    const up = await lab.run("up", "--ports", portBase);
    expectWell(up);
    expect(up.stdout).to.contain(
      "10 messages published in cinema-a to tickets-1.lab, each acknowledged by stream tickets-1",
    );
    expect(up.stdout).not.to.contain("\x1b");
    expect(stackFiles()).to.equal(before);
    expect(statSync(join(lab.home.engineHome(), "logs")).isFile()).to.equal(true); // the engine came up without its log
  });

  it("tells its status: each server, its version and leafnodes, and the lines", async () => {
    const { exitCode, stdout } = await lab.run("status", "--json");
    expect(exitCode).to.equal(0);
    const servers = (name: string, first: number, leafnodes: string[]) =>
      [0, 1, 2].map((i) => ({
        server: `${name}-nats-${i}`,
        clientUrl: `nats://127.0.0.1:${first + i}`,
        version: "2.14.2",
        leafnodes,
      }));
    const line = { cut: false, delayMs: 0, connections: 6 };
    expect(JSON.parse(stdout)).to.deep.equal([
      { location: "hub", servers: servers("hub", 24_000, ["ACC", "ACC", "SYS", "SYS"]) },
      { location: "cinema-a", servers: servers("cinema-a", 24_025, ["ACC", "SYS"]), line },
      { location: "cinema-b", servers: servers("cinema-b", 24_050, ["ACC", "SYS"]), line },
    ]);
  });

  it("keeps its ports from a second lab, which is told who holds them, and cannot harm it", async () => {
    const before = lab.pids();
    const { exitCode, stdout, stderr } = await second.run("up", "--ports", portBase);
    expect([exitCode, stdout]).to.deep.equal([1, ""]);
    const hubServer = before[join(lab.home.locationFolder("hub"), "servers/hub-nats-0")];
    expect(stderr).to.match(/^error: ports of 127\.0\.0\.1 are taken:$/m);
    expect(stderr).to.match(new RegExp(`^ +24000: held by process ${hubServer} \\(.*nats-server`, "m"));
    expect(stderr).to.contain("npm run lab -- up --ports <first port>");
    expect((await second.run("down")).exitCode).to.equal(0);
    expect(second.leftovers()).to.deep.equal({ processes: [], files: [] });
    expect(lab.pids()).to.deep.equal(before);
    expect((await lab.run("status")).exitCode).to.equal(0);
  });

  it("publishes where it is told, and goes on during a cut, which the report shows by its gap while the lag is 0", async () => {
    const before = await messagesOf("tickets-1");
    const line = await lab.run("cut", "cinema-a");
    expect(line).to.deep.equal({ exitCode: 0, stdout: "line of cinema-a to its hub: cut", stderr: "" });
    expect(await lab.run("publish", "cinema-a", "--count", "20")).to.deep.equal({
      exitCode: 0,
      stdout: "20 messages published in cinema-a to tickets-1.lab, each acknowledged by stream tickets-1",
      stderr: "",
    });
    const { exitCode, stdout } = await lab.report();
    expect(exitCode).to.equal(1);
    expect(stdout).to.contain(
      "5 streams, 3 links, not well:\n  - domain cinema-a: not reachable from the hub, so it was asked directly\n",
    );
    expect(stdout).to.contain("  - sales <- tickets-1 in cinema-a: behind: 20 message(s) of the origin are missing");
    expect(await messagesOf("tickets-1")).to.equal((before ?? 0) + 20);
    const link = (await readReport()).links.find(({ origin }) => origin.stream === "tickets-1");
    expect(link).to.deep.include({ lag: 0, gap: 20 });
    expect((await lab.run("status")).exitCode).to.equal(1);
  });

  it("comes up again once the line is healed: well within a minute, with no restart, on the ports it had; meanwhile it refuses other commands at once", async () => {
    const before = lab.pids();
    expect(Object.keys(before)).to.have.length(11);
    expect(await lab.run("heal", "cinema-a")).to.deep.include({ exitCode: 0, stderr: "" });
    const deadline = performance.now() + 60_000;
    const first = lab.start();
    await first.untilSaid("location hub");
    for (const command of ["up", "down"]) {
      const { exitCode, stderr } = await lab.run(command);
      expect(exitCode).to.equal(1);
      expect(stderr).to.match(
        new RegExp(
          `^error: another lab command, pid ${first.pid}, is at work on the lab in ${lab.home.folder}; .*LAB_HOME`,
        ),
      );
    }
    const up = await first.ended();
    expect(performance.now()).to.be.below(deadline);
    expectWell(up);
    expect(up.stdout).not.to.match(/(created|updated|deleted|replaced) /);
    expect(lab.pids()).to.deep.equal(before);
  });

  it("lives with a slow line", async () => {
    const slow = "line of cinema-a to its hub: open, 6 connections, 50 ms late each way";
    expect((await lab.run("delay", "cinema-a", "50")).stdout).to.equal(slow);
    await lab.run("publish", "cinema-a", "--count", "5");
    expectWell(await lab.report());
    expect((await lab.run("heal", "cinema-a")).stdout).to.equal("line of cinema-a to its hub: open, 6 connections");
  });

  it("moves to another server version with its messages kept", async () => {
    const before = (await readReport()).streams.map(({ stream, messages }) => [stream, messages]);
    expectWell(await lab.run("up", "--nats", newerVersion));
    const published: Record<string, number> = {
      "cinema-a": 10,
      "cinema-a-mirror": 10,
      "tickets-1": 10,
      "tickets-2": 10,
      sales: 20,
    };
    const after = (await readReport()).streams.map(({ stream, messages }) => [
      stream,
      messages - (published[stream] ?? 0),
    ]);
    expect(Object.fromEntries(after)).to.deep.equal(Object.fromEntries(before));
    const versions = (await readStatus()).flatMap(({ servers }) => servers.map(({ version }) => version));
    expect(versions).to.deep.equal(Array(9).fill(newerVersion));
  });

  it("goes down and leaves nothing, though its processes were killed and a pid record names somebody else's process", async () => {
    const stranger = execa("sleep", ["1000"]);
    try {
      const folder = join(lab.home.locationFolder("cinema-b"), "servers/cinema-b-nats-1");
      process.kill(lab.pids()[folder] ?? 0, "SIGKILL");
      lab.recordPid(folder, stranger.pid ?? 0);
      process.kill(lab.pids()[join(lab.home.locationFolder("hub"), "servers/hub-nats-0")] ?? 0, "SIGKILL");

      const down = await lab.run("down");
      expect([down.exitCode, down.stderr]).to.deep.equal([0, ""]);
      expect(lab.leftovers()).to.deep.equal({ processes: [], files: [] });
      expect(stranger.exitCode).to.equal(null);
    } finally {
      stranger.kill();
    }
  });

  it("goes down a second time, where there is nothing left", async () => {
    expect((await lab.run("down")).exitCode).to.equal(0);
    expect(readdirSync(lab.folder)).to.deep.equal([]);
    expect(await lab.run("status")).to.deep.equal({
      exitCode: 1,
      stdout: "",
      stderr: `error: there is no lab in ${lab.home.folder}; bring it up first: npm run lab`,
    });
  });
});
