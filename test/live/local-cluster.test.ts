import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { hashSync } from "bcryptjs";
import { expect } from "chai";
import type { ConnectionOptions, NatsConnection } from "nats";
import { connect } from "nats";
import pRetry from "p-retry";
import type { LocalClusterInputs } from "../../components/local/local-cluster-inputs";
import { localCluster } from "../../components/local/runtime/cluster-hooks";
import { converge, UnfinishedError } from "../../components/local/runtime/converge";
import { deleteServers } from "../../components/local/runtime/delete";
import { runningPid } from "../../components/local/runtime/own-process";
import { hasEnded } from "../../components/local/runtime/process-table";
import { serversOf } from "../../components/local/runtime/server";
import type { Rig, RigLocation } from "../rig/locations";
import { locationOf, planRig, stopRig } from "../rig/locations";
import { rejection } from "../rig/rejection";
import { until } from "../rig/until";

const portBase = 21_300;

/** Pids of the location's servers, in the order of their names. */
function pidsOf(inputs: LocalClusterInputs): Promise<(number | undefined)[]> {
  return Promise.all(serversOf(inputs).map((server) => runningPid(server.process)));
}

describe("a location's servers on this machine", function () {
  this.timeout(90_000);
  let rig: Rig;
  let hub: RigLocation;
  let inputs: LocalClusterInputs;

  const login = (more: ConnectionOptions = {}): Promise<NatsConnection> => {
    const { user, password: pass } = hub.outputs.logins.ACC;
    return connect({ servers: [...hub.outputs.clientUrls], user, pass, ...more });
  };
  const messages = async (more?: ConnectionOptions): Promise<number> => {
    const client = await login(more);
    try {
      // Nobody answers while the stream elects a leader.
      const ask = async () => (await client.jetstreamManager()).streams.info("kept");
      return (await pRetry(ask, { factor: 1, minTimeout: 200 })).state.messages;
    } finally {
      await client.close();
    }
  };

  before(async () => {
    rig = await planRig(portBase);
    hub = locationOf(rig, "hub");
    ({ inputs } = hub);
  });
  after(() => stopRig(rig));

  it("are started where a start was killed at any moment, each once", async () => {
    const start = join(rig.folder, "start.ts");
    const module = join(__dirname, "../../components/local/runtime/converge");
    await writeFile(start, `require(${JSON.stringify(module)}).converge(${JSON.stringify(inputs)})`);
    const started = () => readFile(join(inputs.folder, "servers", "hub-nats-0", "process.pid")).catch(() => undefined);
    for (const moment of [0, 20, 100]) {
      const child = spawn(process.execPath, ["--require", "tsx/cjs", start], { stdio: "ignore" });
      await until(async () => child.exitCode !== null || (await started()) !== undefined);
      await sleep(moment);
      child.kill("SIGKILL");
    }
    await converge(inputs);
    expect(new Set(await pidsOf(inputs)).size).to.equal(3);
    expect(await pidsOf(inputs)).not.to.include(undefined);
  });

  it("stay as they are when they are as declared", async () => {
    const pids = await pidsOf(inputs);
    await converge(inputs);
    expect(await pidsOf(inputs)).to.deep.equal(pids);
    expect((await localCluster.diff("hub", await stateOf(inputs), inputs)).changes).to.equal(false);
    expect((await stateOf(inputs)).servers).to.deep.equal({
      "hub-nats-0": "running",
      "hub-nats-1": "running",
      "hub-nats-2": "running",
    });
  });

  it("are started again after kill -9, on their data, while the others run on", async () => {
    const client = await login();
    const { streams } = await client.jetstreamManager();
    await streams.add({ name: "kept", subjects: ["kept"], num_replicas: 3 });
    for (let i = 0; i < 10; i++) await client.jetstream().publish("kept");
    // 2.9.19 forgets the newest stream, and a dying leader's newest message, so there is one after it, and another server dies.
    await streams.add({ name: "newest", subjects: ["newest"], num_replicas: 3 });
    const { cluster } = await streams.info("kept");
    await client.close();
    const servers = serversOf(inputs);
    const dying = servers.findIndex(({ name }) => name !== cluster?.leader);
    const before = await pidsOf(inputs);
    process.kill(Number(before[dying]), "SIGKILL");
    await until(async () => (await pidsOf(inputs))[dying] === undefined);

    const state = await stateOf(inputs);
    expect(state.servers[String(servers[dying]?.name)]).to.equal("stopped");
    expect((await localCluster.diff("hub", state, inputs)).changes).to.equal(true);
    await converge(inputs);
    const after = await pidsOf(inputs);
    expect(after.filter((pid, i) => pid === before[i])).to.have.length(2);
    expect(after[dying]).to.be.a("number");
    expect(await messages()).to.equal(10);
  });

  it("get an edited configuration back", async () => {
    const [server] = serversOf(inputs);
    await appendFile(String(server?.process.conf), "max_payload: 1\n");
    const state = await stateOf(inputs);
    expect(state.servers["hub-nats-0"]).to.equal("edited");
    expect((await localCluster.diff("hub", state, inputs)).changes).to.equal(true);
    await converge(inputs);
    expect((await stateOf(inputs)).servers["hub-nats-0"]).to.equal("running");
  });

  it("take a new password without a restart", async () => {
    const pids = await pidsOf(inputs);
    const { user } = hub.outputs.logins.ACC;
    const passwordHash = hashSync("changed", 4);
    inputs = { ...inputs, accounts: { ...inputs.accounts, ACC: [{ user, passwordHash }] } };
    await converge(inputs);
    expect(await pidsOf(inputs)).to.deep.equal(pids);
    for (const url of hub.outputs.clientUrls) {
      expect(await messages({ servers: url, pass: "changed" })).to.equal(10);
      expect((await rejection(login({ servers: url, reconnect: false }))).message).to.match(/Authorization/);
    }
  });

  it("take a configuration that was written, but not yet read, when a run was killed", async () => {
    const { user } = hub.outputs.logins.ACC;
    inputs = { ...inputs, accounts: { ...inputs.accounts, ACC: [{ user, passwordHash: hashSync("again", 4) }] } };
    for (const { files } of serversOf(inputs)) for (const [path, text] of files) await writeFile(path, text);
    await converge(inputs);
    for (const url of hub.outputs.clientUrls) expect(await messages({ servers: url, pass: "again" })).to.equal(10);
  });

  it("are restarted one at a time for what a reload refuses", async () => {
    const before = await pidsOf(inputs);
    const maxFileStoreBytes = inputs.settings.maxFileStoreBytes / 2; // refused by 2.9.19 to 2.15.2
    inputs = { ...inputs, settings: { ...inputs.settings, maxFileStoreBytes } };
    let fewest = 3;
    const work = converge(inputs).then(() => true);
    while (!(await Promise.race([work, sleep(2, false)]))) {
      fewest = Math.min(fewest, (await pidsOf(inputs)).filter((pid) => pid !== undefined).length);
    }
    expect(fewest).to.equal(2);
    expect((await pidsOf(inputs)).filter((pid) => before.includes(pid))).to.deep.equal([]);
    expect(await messages({ pass: "again" })).to.equal(10);
  });

  it("move to other ports with their data", async () => {
    inputs = { ...inputs, portBase: portBase + 25 };
    await converge(inputs);
    expect(await messages({ servers: `127.0.0.1:${portBase + 25}`, pass: "again" })).to.equal(10);
  });

  it("keep their identity once they hold streams", async () => {
    const renamed = { ...inputs, settings: { ...inputs.settings, domain: "headquarter" } };
    const reason =
      "'domain' cannot change from 'hub' to 'headquarter' while the location holds streams (kept, newest), which would be lost; " +
      "keep 'hub', or destroy the streams first";
    expect((await localCluster.check(inputs, renamed)).failures).to.deep.equal([{ property: "", reason }]);
    expect((await rejection(converge(renamed, inputs))).message).to.equal(reason);
  });

  it("do not share their folder with another location", async () => {
    const other = { ...inputs, settings: { ...inputs.settings, domain: "cinema-a" } };
    expect((await localCluster.check({}, other)).failures).to.deep.equal([
      {
        property: "",
        reason: `folder '${inputs.folder}' belongs to location 'hub'; give location 'cinema-a' a folder of its own`,
      },
    ]);
  });

  it("are deleted without a trace, and without touching a process that took a pid of theirs", async () => {
    const pids = await pidsOf(inputs);
    const [server] = serversOf(inputs);
    const other = spawn(process.execPath, ["-e", "setInterval(() => undefined, 1000)"]);
    try {
      process.kill(Number(pids[0]), "SIGKILL");
      await writeFile(String(server?.process.pidFile), String(other.pid));
      await deleteServers(inputs.folder);
      expect([other.exitCode, other.signalCode]).to.deep.equal([null, null]);
    } finally {
      other.kill("SIGKILL");
    }
    for (const pid of pids) expect(await hasEnded(Number(pid))).to.equal(true);
    await expectAbsent(inputs.folder);
    await deleteServers(inputs.folder);
  });
});

describe("a location that cannot start", function () {
  this.timeout(30_000);
  let rig: Rig;

  before(async () => (rig = await planRig(portBase + 50, ["cinema-a"])));
  after(() => stopRig(rig));

  it("leaves nothing when a port is taken", async () => {
    const { inputs } = locationOf(rig, "hub");
    const server = createServer().listen(portBase + 56, "127.0.0.1");
    try {
      await once(server, "listening");
      const error = await rejection(localCluster.create(inputs));
      expect(error.message).to.contain(`  ${portBase + 56}: held by process ${process.pid} (`);
      expect(error).not.to.have.property("id");
      await expectAbsent(inputs.folder);
    } finally {
      server.close();
    }
  });

  it("leaves nothing when the disk is too small", async () => {
    const { inputs } = locationOf(rig, "hub");
    const settings = { ...inputs.settings, maxFileStoreBytes: 2 ** 50 };
    expect((await rejection(localCluster.create({ ...inputs, settings }))).message).to.match(
      /^the disk of '.*hub' cannot hold the location's file stores: 3 servers of 1073741824 MiB need 3221225472 MiB, there are \d+ MiB; free some/,
    );
    await expectAbsent(inputs.folder);
  });

  it("names the version of nats-server that is wanted, and how to get it", async () => {
    const { inputs } = locationOf(rig, "hub");
    const reasons = async (serverVersion: string) =>
      (await localCluster.check({}, { ...inputs, serverVersion })).failures.map(({ reason }) => reason);
    expect(await reasons("2.9.18")).to.deep.equal([
      "'serverVersion' must be a release of nats-server, 2.9.19 or newer, got '2.9.18'",
    ]);
    expect(await reasons("2.99.0")).to.deep.equal([
      "nats-server 2.99.0 is not installed; run: node toolchain/ensure.mjs nats-server@2.99.0",
    ]);
    expect(await reasons("04da6b54-80e4-46f7-96ec-b56ff0331ba9")).to.deep.equal([], "not known yet in a preview");
  });

  it("does not take a folder that holds other things", async () => {
    const inputs = { ...locationOf(rig, "hub").inputs, folder: join(rig.folder, "taken") };
    await mkdir(inputs.folder);
    await writeFile(join(inputs.folder, "thesis.tex"), "");
    expect((await rejection(converge(inputs))).message).to.equal(
      `folder '${inputs.folder}' holds other things, such as 'thesis.tex'; a location takes an empty folder or a new one`,
    );
    expect(await readdir(inputs.folder)).to.deep.equal(["thesis.tex"]);
  });

  it("says of a spoke without a hub which leafnodes each server lacks, and no password", async () => {
    const { inputs } = locationOf(rig, "cinema-a");
    const error = await rejection(converge(inputs, undefined, 4_000));
    expect(error).to.be.instanceOf(UnfinishedError);
    for (const { name } of serversOf(inputs)) {
      expect(error.message).to.contain(
        `  ${name}: no leafnode for account ACC, SYS (is the hub up, and the line to it not cut?)\n`,
      );
    }
    expect(error.message).to.match(/leafnode.*connection refused/i);
    for (const { password } of inputs.remotes) {
      expect(error.message).not.to.contain(password).and.not.to.contain(encodeURIComponent(password));
    }
    expect(await pidsOf(inputs)).not.to.include(undefined);
  });
});

async function stateOf(inputs: LocalClusterInputs) {
  return (await localCluster.read("hub", { ...inputs, servers: {} })).props;
}

async function expectAbsent(path: string): Promise<void> {
  expect((await rejection(stat(path))).message).to.contain("ENOENT");
}
