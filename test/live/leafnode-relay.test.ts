import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import type { NatsConnection } from "nats";
import { connect } from "nats";
import { deleteRelay } from "../../components/local/runtime/delete";
import { leafz } from "../../components/local/runtime/monitor";
import { runningPid } from "../../components/local/runtime/own-process";
import { hasEnded } from "../../components/local/runtime/process-table";
import { convergeRelay, relayCondition } from "../../components/local/runtime/relay";
import { controlRelay, relayStatus } from "../../components/local/runtime/relay-control";
import { relayProcess } from "../../components/local/runtime/relay-files";
import { leafnodeRelay } from "../../components/local/runtime/relay-hooks";
import { serversOf } from "../../components/local/runtime/server";
import type { Rig, RigLocation } from "../rig/locations";
import { locationOf, startLocation, startRig, stopRig } from "../rig/locations";
import { rejection } from "../rig/rejection";
import { until } from "../rig/until";

describe("the line from a spoke to its hub", function () {
  this.timeout(600_000);
  let rig: Rig;
  let spoke: RigLocation;
  let atHub: NatsConnection;
  let atSpoke: NatsConnection;

  const leafnodes = async () => {
    const answers = await Promise.all(serversOf(spoke.inputs).map(({ ports }) => leafz(ports.monitor)));
    return answers.flatMap(({ leafs }) => leafs ?? []).length;
  };
  const login = ({ outputs }: RigLocation) => {
    const { user, password: pass } = outputs.logins.ACC;
    return connect({ servers: [...outputs.clientUrls], user, pass, maxReconnectAttempts: -1 });
  };
  const relay = () => {
    if (!spoke.relay) throw new Error("a spoke has a relay");
    return spoke.relay;
  };

  before(async () => {
    rig = await startRig(21_500, ["cinema-a"]);
    spoke = locationOf(rig, "cinema-a");
    atHub = await login(locationOf(rig, "hub"));
    atSpoke = await login(spoke);
  });
  after(async () => {
    await Promise.all([atHub?.close(), atSpoke?.close()]);
    if (rig) await stopRig(rig);
  });

  it("carries each server's leafnodes for both accounts", async () => {
    expect(await leafnodes()).to.equal(6);
    expect(await relayStatus(relay().folder)).to.deep.equal({ cut: false, delayMs: 0, connections: 6 });
  });

  it("lets nothing around it while it is cut, nor when the relay is killed and started again", async () => {
    expect(await controlRelay(relay().folder, "cut")).to.deep.equal({ cut: true, delayMs: 0, connections: 0 });
    const own = relayProcess(relay().folder);
    for (let seconds = 0; seconds < 6; seconds++) {
      await sleep(1_000); // a server tries again each second
      expect(await leafnodes()).to.equal(0);
      if (seconds !== 2) continue;
      process.kill(Number(await runningPid(own)), "SIGKILL");
      await until(async () => (await runningPid(own)) === undefined);
      expect(await relayCondition(relay())).to.equal("stopped");
      await convergeRelay(relay());
    }
    expect(await relayStatus(relay().folder)).to.deep.equal({ cut: true, delayMs: 0, connections: 0 });
  });

  it("is whole again after a heal", async () => {
    await controlRelay(relay().folder, "heal");
    await startLocation(spoke); // ready only with all leafnodes
    expect(await leafnodes()).to.equal(6);
    expect(await relayStatus(relay().folder)).to.deep.equal({ cut: false, delayMs: 0, connections: 6 });
  });

  it("obeys commands that come at once one after the other", async () => {
    for (let i = 0; i < 20; i++) {
      const { folder } = relay();
      await Promise.all([controlRelay(folder, "status"), controlRelay(folder, "cut"), controlRelay(folder, "status")]);
      expect((await relayStatus(folder)).cut).to.equal(true);
      await Promise.all([controlRelay(folder, "heal"), controlRelay(folder, "delay 1")]);
      expect(await relayStatus(folder)).to.include({ cut: false, delayMs: 1 });
    }
    await controlRelay(relay().folder, "heal");
    await startLocation(spoke);
  });

  it("is not waited for when it hangs, and started anew", async () => {
    const pid = Number(await runningPid(relayProcess(relay().folder)));
    process.kill(pid, "SIGSTOP");
    expect((await rejection(relayStatus(relay().folder))).message).to.equal(
      `the relay in '${relay().folder}' does not answer 'status': nothing within 5 s; bring the location up again, which starts it anew`,
    );
    expect(await relayCondition(relay())).to.equal("stopped");
    await startLocation(spoke);
    expect(await hasEnded(pid)).to.equal(true);
  });

  it("carries everything, in order, and as late as it was told", async () => {
    const count = 2_000;
    const received: string[] = [];
    const subscription = atHub.subscribe("line.>", { max: count });
    const all = (async () => {
      for await (const message of subscription) received.push(message.subject);
    })();
    await atHub.flush();
    await sleep(500); // the subscription's way to the spoke
    expect(await controlRelay(relay().folder, "delay 150")).to.include({ cut: false, delayMs: 150 });
    const start = performance.now();
    const sent = Array.from({ length: count }, (_, i) => `line.${i}`);
    for (const subject of sent) atSpoke.publish(subject, Buffer.alloc(1_000));
    await all;
    expect(performance.now() - start).to.be.at.least(150);
    expect(received).to.deep.equal(sent);
    const before = performance.now();
    await atSpoke.request("$JS.hub.API.INFO", "", { timeout: 10_000 });
    expect(performance.now() - before).to.be.at.least(300);
    await controlRelay(relay().folder, "delay 0");
  });

  it("stays when a resource is deleted that another one has taken it over from", async () => {
    const { outs: former } = await leafnodeRelay.create(relay());
    const { outs } = await leafnodeRelay.create(relay());
    const pid = await runningPid(relayProcess(relay().folder));
    await leafnodeRelay.delete("", former);
    expect(await runningPid(relayProcess(relay().folder))).to.equal(pid);
    expect(outs).to.deep.equal({ ...relay(), generation: outs.generation, condition: "running" });
  });

  it("has no process, port or file left once it is deleted", async () => {
    const pid = Number(await runningPid(relayProcess(relay().folder)));
    await deleteRelay(relay().folder);
    expect(await hasEnded(pid)).to.equal(true);
    expect((await rejection(relayStatus(relay().folder))).message).to.contain("no relay runs in");
    await deleteRelay(relay().folder);
  });
});
