/** A follower that stands still after a cut, repaired by one command and by a watch. One story: each test goes on where the last one ended. */
import { expect } from "chai";
import execa from "execa";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { RepairedLink } from "../../cli/topology/operations/repair";
import { checkout } from "../../cli/lab/home";
import type { Report } from "../../cli/report/report";
import { Engine } from "../../cli/lab/engine";
import { readOutputs } from "../../cli/lab/stacks";
import { buildWatch } from "../rig/kube/watch-image";
import { LabRun, TestLab } from "../rig/lab-command";
import { story } from "../rig/story";

/** The servers' pauses between tries grow with the cut: after one of 20 s their followers stand still for half a minute. */
const cutMs = 20_000;
const published = 20;

describe("topology repair", function () {
  this.timeout(600_000);
  story(this);
  let lab: TestLab;

  before(async () => {
    lab = new TestLab();
    expect((await lab.run("up", "--ports", "20900")).exitCode).to.equal(0);
  });
  after(() => lab.remove());

  const start = (...args: string[]) => lab.startTopology(...args);
  const run = (...args: string[]) => lab.topology(...args);
  const outcomes = (links: readonly RepairedLink[]) =>
    Object.fromEntries(links.map(({ stream, origin, outcome }) => [`${stream} <- ${origin.stream}`, outcome]));
  const cut = async () => {
    expect((await lab.run("cut", "cinema-a")).exitCode).to.equal(0);
    for (const location of ["hub", "cinema-a"])
      expect((await lab.run("publish", location, "--count", String(published))).exitCode).to.equal(0);
  };
  const messages = async () => {
    const { streams }: Report = JSON.parse((await lab.report("--json")).stdout);
    return Object.fromEntries(streams.map(({ stream, messages }) => [stream, messages]));
  };

  it("refuses where there is no lab, with the way to one", async () => {
    const { exitCode, stderr } = await execa(process.execPath, ["cli/dist/topology.js", "repair", "--lab"], {
      cwd: checkout,
      env: { LAB_HOME: `${lab.folder}/none` },
      reject: false,
    });
    expect([exitCode, stderr]).to.deep.equal([
      1,
      "error: location 'hub' of the lab is not up; bring up what is missing: npm run lab",
    ]);
  });

  it("does nothing while the line is cut, and says what it waits for", async () => {
    await cut();
    const { exitCode, stdout } = await run("repair", "--lab", "--json");
    expect(exitCode).to.equal(1);
    const { links }: { links: RepairedLink[] } = JSON.parse(stdout);
    expect(outcomes(links)).to.deep.equal({
      "cinema-a-mirror <- cinema-a": "stands",
      "sales <- tickets-1": "stands",
      "sales <- tickets-2": "moves",
    });
    expect(links.find(({ outcome }) => outcome === "stands")?.reason).to.contain(
      "none of the 3 servers of 'cinema-a' answers: its line is cut, or it is down",
    );
  });

  it("makes the followers move once the line is back, and nothing is lost", async () => {
    await sleep(cutMs);
    await lab.run("heal", "cinema-a");
    const { exitCode, stdout } = await run("repair", "--lab", "--json");
    expect(exitCode, stdout).to.equal(0);
    const { links }: { links: RepairedLink[] } = JSON.parse(stdout);
    // The servers' own next try may come first.
    expect(Object.values(outcomes(links)))
      .to.have.length(3)
      .and.not.include("stands");
    const held = await messages();
    expect(held["cinema-a-mirror"]).to.equal(held["cinema-a"]);
    expect(held["sales"]).to.equal((held["tickets-1"] ?? 0) + (held["tickets-2"] ?? 0));
    expect(held["tickets-1"]).to.equal(10 + published);
  });

  it("has nothing to do where all moves", async () => {
    const { exitCode, stdout } = await run("repair", "--lab", "--dry-run");
    expect([exitCode, stdout.split("\n").at(-1)]).to.deep.equal([
      0,
      "3 links: 3 moving, 0 to be repaired, 0 not repaired; nothing was changed",
    ]);
  });

  it("a watch repairs by itself, tells each thing once, and ends by Ctrl-C", async () => {
    const before = await messages();
    const watch = start("watch", "--repair", "--lab", "--json");
    const ended = watch.ended(); // what is said before is lost
    await watch.untilSaid("watching the links");
    await cut();
    await sleep(cutMs);
    await lab.run("heal", "cinema-a");
    await watch.untilSaid('"of":"sales <- tickets-1 in cinema-a","event":"moves-again"');
    await watch.untilSaid('"of":"cinema-a-mirror <- cinema-a in hub","event":"moves-again"');
    watch.signal("SIGINT");
    const { exitCode, stdout, stderr } = await ended;
    expect(exitCode, stderr).to.equal(0);
    const events = stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));
    const told = events.map(({ of, event }) => `${of} ${event}`);
    expect(told.filter((each) => !each.endsWith(" repaired")).sort()).to.deep.equal(
      [
        "cinema-a line-away",
        "cinema-a line-back",
        "cinema-a-mirror <- cinema-a in hub moves-again",
        "cinema-a-mirror <- cinema-a in hub stands-still",
        "sales <- tickets-1 in cinema-a moves-again",
        "sales <- tickets-1 in cinema-a stands-still",
      ].sort(),
    );
    expect(new Set(told)).to.have.length(told.length);
    const held = await messages();
    expect(held["cinema-a-mirror"]).to.equal((before["cinema-a-mirror"] ?? 0) + published);
    expect(held["sales"]).to.equal((before["sales"] ?? 0) + published);
  });

  it("a watch by a file with the hub's outputs needs no stack and no engine, and is what the image runs", async () => {
    const file = join(lab.folder, "hub.json");
    writeFileSync(file, JSON.stringify(await readOutputs(new Engine(lab.home), "hub")), { mode: 0o600 });
    const env = { PATH: dirname(process.execPath), LAB_HOME: `${lab.folder}/none`, PULUMI_BACKEND_URL: "" };
    const byFile = [`${checkout}/cli/dist/topology.js`, "watch", "--repair", "--from", file];
    const watches = [byFile, [await buildWatch(), file]].map(
      (args) => new LabRun(execa(process.execPath, args, { env, cwd: lab.folder, detached: true, reject: false })),
    );
    const all = (text: string) => Promise.all(watches.map((watch) => watch.untilSaid(text)));
    await all(`watching the links of the hub in ${file}, and repairing them; Ctrl-C ends it`);
    await lab.run("cut", "cinema-a");
    await all("cinema-a: none of the 3 servers of 'cinema-a' answers");
    await lab.run("heal", "cinema-a");
    await all("cinema-a: every server has its leafnode");
    for (const watch of watches) watch.signal("SIGTERM");
    for (const { exitCode, stdout } of await Promise.all(watches.map((watch) => watch.ended()))) {
      expect(exitCode).to.equal(0);
      expect(stdout).not.to.contain("nothing can be asked");
    }
  });
});
