/** An upgrade of all locations while tickets are sold and films announced. One story: each test goes on where the last one ended. */
import { expect } from "chai";
import { setTimeout as sleep } from "node:timers/promises";
import { readOutputs } from "../../cli/lab/stacks";
import { Engine } from "../../cli/lab/engine";
import type { ServerStatus } from "../../cli/lab/status";
import type { UpgradeOutcome } from "../../cli/topology/upgrade/upgrade";
import type { UpgradePlan } from "../../cli/topology/upgrade/upgrade-plan";
import { newestMeasuredVersion } from "../../components/server-version";
import { topology } from "../../streams/declarations";
import { closeConnections, type Connection } from "../../streams/jetstream/connection";
import { connectionOf } from "../../streams/jetstream/login";
import { askPatiently } from "../../streams/jetstream/request";
import { findStream } from "../../streams/jetstream/stream-api";
import { tools } from "../../toolchain/tools.mjs";
import { TestLab } from "../rig/lab-command";
import { Publisher } from "../rig/publisher";
import { story } from "../rig/story";
import { until } from "../rig/until";

const from = tools["nats-server"].version;
const to = newestMeasuredVersion;
const names = [topology.hub, ...topology.spokes];
/** What `lab up` publishes to each stream. */
const shown = 10;

describe("topology upgrade", function () {
  this.timeout(600_000);
  story(this);
  let lab: TestLab;
  let logins: ReadonlyMap<string, Connection>;
  let publishers: readonly Publisher[];
  const over = new AbortController();
  let publishing: Promise<unknown> = Promise.resolve();

  const connections = (location: string) => logins.get(location) ?? expect.fail(location);
  const upgrade = (...args: string[]) => lab.startTopology("upgrade", "--lab", ...args);
  const versions = async () => {
    const locations: { location: string; servers: ServerStatus[] }[] = JSON.parse(
      (await lab.run("status", "--json")).stdout,
    );
    return Object.fromEntries(
      locations.map(({ location, servers }) => [location, servers.map(({ version }) => version).join()]),
    );
  };
  const three = (version: string) => [version, version, version].join();
  const messages = async (location: string, stream: string) =>
    (await findStream(askPatiently(connections(location)), location, stream))?.state.messages;

  before(async () => {
    lab = new TestLab();
    expect((await lab.run("up", "--nats", from, "--ports", "22100")).exitCode).to.equal(0);
    const engine = new Engine(lab.home);
    const login = async (name: string) => {
      const outputs = await readOutputs(engine, name);
      return [name, connectionOf(outputs, outputs.logins.ACC)] as const;
    };
    logins = new Map(await Promise.all(names.map(login)));
    publishers = [
      { location: "hub", stream: "cinema-a", subject: "cinema-a.new.films" },
      { location: "cinema-a", stream: "tickets-1", subject: "tickets-1.desk" },
      { location: "cinema-b", stream: "tickets-2", subject: "tickets-2.desk" },
    ].map((post) => new Publisher(connections, post));
    const publish = async (publisher: Publisher) => {
      while (!over.signal.aborted) await publisher.publish(1, 20);
    };
    publishing = Promise.all(publishers.map(publish));
  });
  after(async () => {
    over.abort();
    await publishing.finally(closeConnections).finally(() => lab.remove());
  });

  it("stops before a location that is not well, and leaves it and what follows as they were", async () => {
    expect((await lab.run("cut", "cinema-b")).exitCode).to.equal(0);
    const { exitCode, stdout, stderr } = await upgrade("--nats", to, "--yes", "--json").ended();
    expect(exitCode, stderr).to.equal(1);
    const { steps, outcomes }: UpgradePlan & { outcomes: UpgradeOutcome[] } = JSON.parse(stdout);
    expect(steps.map(({ location }) => location)).to.deep.equal(["cinema-a", "cinema-b", "hub"]);
    expect(outcomes.map(({ result }) => result)).to.deep.equal(["done", "failed", "skipped"]);
    expect(stderr).to.contain(
      "error: the upgrade stopped at cinema-b; not touched: hub\n\ncinema-b was not touched, as it is not well:",
    );
    expect(stderr).to.contain("server cinema-b-nats-0: has no leafnode to the hub for account ACC, SYS");
    expect(stderr).to.contain("mend that, and run the same command again: it goes on from there");
    expect(await versions()).to.deep.equal({ hub: three(from), "cinema-a": three(to), "cinema-b": three(from) });
  });

  it("goes on from there, one server at a time, the hub last", async () => {
    expect((await lab.run("heal", "cinema-b")).exitCode).to.equal(0);
    await until(async () => (await lab.topology("repair", "--lab")).exitCode === 0); // the line is back first
    const run = upgrade("--nats", to, "--yes");
    const restarted: string[] = [];
    let before = lab.pids();
    for (; run.isRunning; await sleep(2)) {
      const now = lab.pids();
      restarted.push(...Object.keys(now).filter((folder) => now[folder] !== before[folder]));
      before = now;
    }
    const { exitCode, stdout, stderr } = await run.ended();
    expect(exitCode, stdout + stderr).to.equal(0);
    expect(stdout).to.contain(`nats-server ${to} already: cinema-a\n`);
    const places = restarted.map((folder) => /locations\/([^/]+)\/servers/.exec(folder)?.[1]);
    expect(places).to.deep.equal(["cinema-b", "cinema-b", "cinema-b", "hub", "hub", "hub"]);
    expect(new Set(restarted)).to.have.length(6);
    expect(await versions()).to.deep.equal({ hub: three(to), "cinema-a": three(to), "cinema-b": three(to) });
  });

  it("every message that was published meanwhile arrives once", async () => {
    over.abort();
    await publishing;
    const [films = 0, first = 0, second = 0] = publishers.map(({ ids }) => ids.length + shown);
    await until(async () => (await messages("hub", "sales")) === first + second);
    await until(async () => (await messages("cinema-a", "cinema-a-mirror")) === films);
    expect(await messages("hub", "cinema-a")).to.equal(films);
    expect(await messages("cinema-a", "tickets-1")).to.equal(first);
    expect(await messages("cinema-b", "tickets-2")).to.equal(second);
  });

  it("has nothing to do where all have it, and refuses the way back to another minor release", async () => {
    expect(await upgrade("--nats", to, "--yes").ended()).to.deep.equal({
      exitCode: 0,
      stdout: `nats-server ${to} already: cinema-a, cinema-b, hub\nnothing to do`,
      stderr: "",
    });
    const { exitCode, stdout, stderr } = await upgrade("--nats", from, "--yes").ended();
    expect([exitCode, stdout]).to.deep.equal([1, ""]);
    expect(stderr).to.contain(
      `nats-server ${to} runs in cinema-a, cinema-b, hub, and ${from} is of an older minor release`,
    );
  });
});
