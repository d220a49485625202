import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { appendFile, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { hashSync } from "bcryptjs";
import { expect } from "chai";
import type { ConnectionOptions, NatsConnection } from "nats";
import { connect } from "nats";
import pRetry from "p-retry";
import type { LocalClusterInputs } from "../../components/local/local-cluster-inputs";
import { localCluster } from "../../components/local/runtime/cluster-hooks";
import { varz } from "../../components/local/runtime/monitor";
import { converge } from "../../components/local/runtime/converge";
import { deleteServers } from "../../components/local/runtime/delete";
import { hasEnded } from "../../components/local/runtime/process-table";
import { restart } from "../../components/local/runtime/rollout";
import { serverBinary } from "../../components/local/runtime/server-binary";
import { serversOf } from "../../components/local/runtime/server";
import type { Rig, RigLocation } from "../rig/locations";
import { locationOf, pidsOf, planRig, stopRig } from "../rig/locations";
import { rejection } from "../rig/rejection";
import { takenDownTooEarly } from "../rig/taken-down";
import { until } from "../rig/until";

const portBase = 21_300;

describe("a location's servers on this machine", function () {
  this.timeout(600_000);
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
    // Servers that were stopped and started just before may count as offline until their next heartbeat: refused with 10005.
    await pRetry(() => streams.add({ name: "kept", subjects: ["kept"], num_replicas: 3 }), { retries: 20, factor: 1 });
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

  it("show a version that is not the declared one, which an interrupted update leaves, whatever state says", async () => {
    const declared = { ...inputs, serverVersion: "2.99.0" };
    const state = await stateOf(declared);
    expect(Object.values(state.servers)).to.deep.equal(["outdated", "outdated", "outdated"]);
    expect((await localCluster.diff("hub", state, declared)).changes).to.equal(true);
  });

  it("take a configuration that was written, but not yet read, when a run was killed", async () => {
    const { user } = hub.outputs.logins.ACC;
    inputs = { ...inputs, accounts: { ...inputs.accounts, ACC: [{ user, passwordHash: hashSync("again", 4) }] } };
    for (const { files } of serversOf(inputs)) for (const [path, text] of files) await writeFile(path, text);
    const state = await stateOf(inputs);
    expect(Object.values(state.servers)).to.deep.equal(["edited", "edited", "edited"]);
    expect((await localCluster.diff("hub", state, inputs)).changes).to.equal(true);
    await converge(inputs);
    for (const url of hub.outputs.clientUrls) expect(await messages({ servers: url, pass: "again" })).to.equal(10);
  });

  it("are restarted one at a time for what a reload refuses", async () => {
    const before = await pidsOf(inputs);
    inputs = withStoreOf(inputs, 2 ** 27);
    expect(await takenDownTooEarly(inputs, converge(inputs))).to.deep.equal([]);
    expect((await pidsOf(inputs)).filter((pid) => before.includes(pid))).to.deep.equal([]);
    expect(await messages({ pass: "again" })).to.equal(10);
  });

  it("have a higher store limit in force, which a reload takes by word only", async () => {
    inputs = withStoreOf(inputs, 2 ** 28);
    await converge(inputs);
    const limits = serversOf(inputs).map(
      async ({ ports }) => (await varz(ports.monitor)).jetstream?.config?.max_storage,
    );
    expect(await Promise.all(limits)).to.deep.equal([2 ** 28, 2 ** 28, 2 ** 28]);
  });

  it("are restarted one at a time after an interrupt as well, the one that was restarted then being ready first", async () => {
    inputs = withStoreOf(inputs, 2 ** 26);
    const [first] = serversOf(inputs);
    if (first) await restart(first, serverBinary(inputs.serverVersion));
    const before = await pidsOf(inputs);
    expect(await takenDownTooEarly(inputs, converge(inputs))).to.deep.equal([]);
    expect((await pidsOf(inputs)).map((pid, i) => pid === before[i])).to.deep.equal([true, false, false]);
  });

  it("are restarted one at a time, first the one that does not answer", async () => {
    inputs = withStoreOf(inputs, 2 ** 25);
    const before = await pidsOf(inputs);
    process.kill(Number(before[2]), "SIGSTOP");
    await until(async () => (await stateOf(inputs)).servers["hub-nats-2"] === "stopped"); // it may answer once more
    expect(await takenDownTooEarly(inputs, converge(inputs))).to.deep.equal([]);
    expect((await pidsOf(inputs)).filter((pid) => before.includes(pid))).to.deep.equal([]);
  });

  it("stop an update at the first that does not get well, and get well by the next", async () => {
    const before = await pidsOf(inputs);
    const settings = { ...inputs.settings, leafnodeAdvertise: "nowhere:at-all" };
    const { message } = await rejection(converge({ ...inputs, settings }));
    expect(message).to.contain("hub-nats-0: its process has ended");
    expect(await pidsOf(inputs)).to.deep.equal([undefined, ...before.slice(1)]);
    await converge(inputs);
    expect(await pidsOf(inputs)).not.to.include(undefined);
  });

  it("move to other ports with their data", async () => {
    inputs = { ...inputs, portBase: portBase + 25 };
    await converge(inputs);
    expect(await messages({ servers: `127.0.0.1:${portBase + 25}`, pass: "again" })).to.equal(10);
  });

  it("keep their identity once they hold streams", async () => {
    const renamed = { ...inputs, settings: { ...inputs.settings, domain: "headquarter" } };
    // 2.9.19 may have forgotten the newest stream, whose servers were killed soon after.
    const reason =
      /^'domain' cannot change from 'hub' to 'headquarter' while the location holds streams \(kept(, newest)?\), which would be lost; keep 'hub', or destroy the streams first$/;
    const { failures } = await localCluster.check(inputs, renamed);
    expect(failures.map(({ property }) => property)).to.deep.equal([""]);
    expect(failures[0]?.reason).to.match(reason);
    expect((await rejection(converge(renamed, { previous: inputs }))).message).to.equal(failures[0]?.reason);
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

  it("stay when a resource is deleted that another one has taken them over from", async () => {
    const former = await stateOf(inputs);
    const pids = await pidsOf(inputs);
    const { outs } = await localCluster.create(inputs);
    await localCluster.delete("hub", former);
    expect(await pidsOf(inputs)).to.deep.equal(pids);
    expect(await messages({ servers: `127.0.0.1:${portBase + 25}`, pass: "again" })).to.equal(10);
    expect(outs.generation).not.to.equal((await localCluster.create(inputs)).outs.generation);
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
    expect(existsSync(inputs.folder)).to.equal(false);
    await deleteServers(inputs.folder);
  });

  it("are stopped by a delete when somebody has removed their folder", async () => {
    const { outs } = await localCluster.create(inputs);
    const pids = await pidsOf(inputs);
    await rm(inputs.folder, { recursive: true });
    await localCluster.delete("hub", outs);
    for (const pid of pids) expect(await hasEnded(Number(pid))).to.equal(true);
  });
});

async function stateOf(inputs: LocalClusterInputs) {
  return (await localCluster.read("hub", { ...inputs, generation: "read", servers: {} })).props;
}

/** Another store limit: 2.9.19 to 2.15.2 refuse to reload a lower one. */
function withStoreOf(inputs: LocalClusterInputs, maxFileStoreBytes: number): LocalClusterInputs {
  return { ...inputs, settings: { ...inputs.settings, maxFileStoreBytes } };
}
