/** The status and the graph of a lab: well, with a server killed, with a line cut, and down. One story: each test goes on where the last one ended. */
import { expect } from "chai";
import execa from "execa";
import { JSDOM } from "jsdom";
import parsePrometheus from "parse-prometheus-text-format";
import { join } from "node:path";
import { checkout } from "../../cli/lab/home";
import type { TopologyStatus } from "../../cli/topology/status/status";
import { TestLab, type Ended } from "../rig/lab-command";
import { story } from "../rig/story";

const portBase = "20300";

describe("topology status and graph", function () {
  this.timeout(600_000);
  story(this);
  const lab = new TestLab();
  after(() => lab.remove());

  const topology = async (...args: string[]): Promise<Ended> => {
    const { exitCode, stdout, stderr } = await execa(process.execPath, ["cli/dist/topology.js", ...args], {
      cwd: checkout,
      env: { LAB_HOME: lab.home.folder },
      reject: false,
      stdin: "ignore",
    });
    return { exitCode, stdout, stderr };
  };
  const status = (...args: string[]) => topology("status", "--lab", ...args);
  const findings = async () => {
    const { exitCode, stdout } = await status("--json");
    const found = JSON.parse(stdout) as TopologyStatus;
    return { exitCode, found, worst: found.findings.map(({ severity, what }) => `${severity}: ${what}`) };
  };

  it("say that there is no lab, in each format", async () => {
    const what = `there is no lab in ${lab.home.folder}; bring it up first: npm run lab`;
    expect(await status()).to.deep.equal({ exitCode: 1, stdout: "", stderr: `error: ${what}` });
    expect(await topology("graph", "--live", "--lab")).to.deep.equal({
      exitCode: 1,
      stdout: "",
      stderr: `error: ${what}`,
    });
    expect(await status("--format", "nagios")).to.deep.equal({
      exitCode: 3,
      stdout: `TOPOLOGY UNKNOWN - ${what}`,
      stderr: "",
    });
  });

  it("refuse a format that there is none of, and to watch for machines", async () => {
    const unknown = await status("--format", "xml");
    expect([unknown.exitCode, unknown.stdout]).to.deep.equal([1, ""]);
    expect(unknown.stderr).to.contain("Allowed choices are table, json, prometheus, nagios.");
    const watch = await status("--watch", "--json");
    expect(watch.stderr).to.match(/^error: --watch with --format json; allowed: the table/);
    expect((await topology("graph", "--format", "png")).stderr).to.contain("Allowed choices are mermaid, svg, text.");
  });

  it("tell of a lab that is well: servers, leafnodes, storage, passwords", async () => {
    expect((await lab.run("up", "--ports", portBase)).stderr).to.equal("");
    const { exitCode, found, worst } = await findings();
    expect([exitCode, worst]).to.deep.equal([0, []]);
    const counts = (wanted: number) => ["ACC", "SYS"].map((account) => ({ account, wanted, there: wanted }));
    expect(found.locations.map(({ location, leafnodes }) => [location, leafnodes])).to.deep.equal([
      ["hub", counts(6)],
      ["cinema-a", counts(3)],
      ["cinema-b", counts(3)],
    ]);
    expect(found.locations.flatMap(({ servers }) => servers.map(({ maxStoredBytes }) => maxStoredBytes))).to.deep.equal(
      Array(9).fill(2 ** 30),
    );
    expect(found.locations[1]?.passwords.map(({ user }) => user).sort()).to.deep.equal(["acc", "sys"]);
    expect(found.fills.map(({ verdict }) => verdict)).to.deep.equal(Array(5).fill("unknown"));
    const table = await status();
    expect([table.exitCode, table.stdout.split("\n").at(-1)]).to.deep.equal([0, "all well"]);
    const nagios = await status("--format", "nagios");
    expect([nagios.exitCode, nagios.stderr]).to.deep.equal([0, ""]);
    expect(nagios.stdout).to.match(
      /^TOPOLOGY OK - 3 locations, 5 streams, 3 links, all well \| 'servers hub'=3;;;0;3 /,
    );
  });

  it("tell it again and again where they are watched, until Ctrl-C", async () => {
    const watch = lab.startTopology("status", "--lab", "--watch", "1");
    const ended = watch.ended(); // what is said before is lost
    await watch.until(() => watch.text.split("all well\n").length > 2, "it tells a second time that all is well");
    watch.signal("SIGINT");
    expect((await ended).exitCode).to.equal(130);
  });

  it("tell of a server that was killed: not all well, a warning, while its location keeps a quorum", async () => {
    process.kill(lab.pids()[join(lab.home.locationFolder("cinema-b"), "servers/cinema-b-nats-1")] ?? 0, "SIGKILL");
    const { exitCode, worst } = await findings();
    expect(exitCode).to.equal(1);
    expect(worst.some((what) => /^warning: server cinema-b-nats-1: does not answer on port \d+/.test(what))).to.equal(
      true,
    );
    const prometheus = await status("--format", "prometheus");
    expect([prometheus.exitCode, prometheus.stderr]).to.deep.equal([0, ""]);
    const serves = parsePrometheus(prometheus.stdout).find(({ name }) => name === "cinema_server_serves")?.metrics;
    const away = serves?.filter(({ value }) => value === "0").map(({ labels }) => labels?.["server"]);
    expect(away).to.include("cinema-b-nats-1");
    const nagios = await status("--format", "nagios");
    expect(nagios.exitCode).to.be.oneOf([1, 2]); // 2 while the leader of a stream is being elected
    expect(nagios.stdout).to.contain("server cinema-b-nats-1: does not answer");
  });

  it("tell of a line that is cut, with what both its ends say", async () => {
    await lab.run("cut", "cinema-a");
    const nagios = await status("--format", "nagios");
    expect(nagios.exitCode).to.equal(2);
    expect(nagios.stdout).to.match(/^TOPOLOGY CRITICAL - /);
    const { exitCode, found, worst } = await findings();
    expect(exitCode).to.equal(1);
    expect(worst).to.include.members([
      "critical: line of cinema-a: cut; mend it: npm run lab -- heal cinema-a",
      "critical: leafnodes of cinema-a for account ACC: 0 of 3",
      "critical: domain cinema-a: not reachable from the hub, so it was asked directly",
    ]);
    expect(found.report.streams.filter(({ domain }) => domain === "cinema-a")).to.have.length(2);
  });

  it("are drawn in the colours of that", async () => {
    const { exitCode, stdout } = await topology("graph", "--lab", "--format", "svg");
    expect(exitCode).to.equal(0);
    const { document } = new JSDOM(stdout, { contentType: "image/svg+xml" }).window;
    const texts = [...document.querySelectorAll("text")].map(({ textContent }) => textContent);
    expect(texts).to.include("cinema-a (spoke): critical");
    expect(texts).to.include("leafnodes ACC 0 of 3, SYS 0 of 3");
  });
});
