/**
 * The promise itself: what a location acknowledged is at the far end once, in order, whatever happened on the way. One story: each
 * test goes on with the streams as the last one left them, and looks at every message since the first.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { runningPid } from "../../components/local/runtime/own-process";
import { hasEnded } from "../../components/local/runtime/process-table";
import { controlRelay } from "../../components/local/runtime/relay-control";
import { serversOf } from "../../components/local/runtime/server";
import { topology } from "../../streams/declarations";
import { closeConnections } from "../../streams/jetstream/connection";
import { askPatiently } from "../../streams/jetstream/request";
import { findStream } from "../../streams/jetstream/stream-api";
import { stream } from "../../streams/provider";
import { spokeLinks } from "../../streams/spoke-links";
import { linkOrder } from "../../streams/topology";
import { arrivalFaults } from "../rig/arrivals";
import { locationOf, serverVersion, startLocation, startRig, stopRig, type Rig } from "../rig/locations";
import { Publisher } from "../rig/publisher";
import { story } from "../rig/story";
import { connectionOf, inputsOf } from "../rig/stream-inputs";
import { until } from "../rig/until";

const portBase = 25_000;
const count = 1_000;

describe(`messages on nats-server ${serverVersion}`, function () {
  this.timeout(600_000);
  story(this);

  let rig: Rig;
  let films: Publisher;
  let ticketsA: Publisher;
  let ticketsB: Publisher;

  before(async () => {
    rig = await startRig(portBase, topology.spokes, spokeLinks(topology));
    // As declared, but for sizes that the stores of a rig can hold.
    for (const declaration of linkOrder(topology))
      await stream.create(inputsOf(rig, { ...declaration, maxBytes: 2 ** 24 }));
    films = new Publisher(connections, { location: "hub", stream: "cinema-a", subject: "cinema-a.new.films" });
    ticketsA = new Publisher(connections, { location: "cinema-a", stream: "tickets-1", subject: "tickets-1.desk" });
    ticketsB = new Publisher(connections, { location: "cinema-b", stream: "tickets-2", subject: "tickets-2.desk" });
  });
  after(async () => {
    await closeConnections();
    if (rig) await stopRig(rig);
  });

  const connections = (location: string) => connectionOf(rig, location);
  const publishers = () => [films, ticketsA, ticketsB];
  const publish = (pauseMs: number) => Promise.all(publishers().map((each) => each.publish(count, pauseMs)));
  const acknowledged = () => publishers().map(({ ids }) => ids.length);

  async function faults(): Promise<Record<string, string[]>> {
    const [sales, mirror] = await Promise.all([
      arrivalFaults(connections, { location: "hub", stream: "sales" }, [ticketsA, ticketsB]),
      arrivalFaults(connections, { location: "cinema-a", stream: "cinema-a-mirror" }, [films]),
    ]);
    return { sales, mirror };
  }
  const none = { sales: [], mirror: [] };

  it("are at the far end, each once and in order", async () => {
    await publish(0);
    expect(acknowledged()).to.deep.equal([count, count, count]);
    expect(await faults()).to.deep.equal(none);
  });

  it("are so over a line that is cut for 20 s while they are published", async () => {
    const { folder } = locationOf(rig, "cinema-a").inputs;
    const atStart = acknowledged();
    const work = publish(30);
    await until(async () => acknowledged().every((now, i) => now >= (atStart[i] ?? 0) + 100));
    await controlRelay(folder, "cut");
    const atCut = acknowledged();
    await sleep(20_000);
    const atHeal = acknowledged();
    await controlRelay(folder, "heal");
    await work;
    const atEnd = acknowledged();
    expect(atEnd).to.deep.equal(atStart.map((start) => start + count));
    const went = (from: number[], to: number[]) => to.every((now, i) => now > (from[i] ?? now));
    expect(
      [went(atStart, atCut), went(atCut, atHeal), went(atHeal, atEnd)],
      "published before, in and after the cut",
    ).to.deep.equal([true, true, true]);
    expect(await faults()).to.deep.equal(none);
  });

  it("are so when the servers that lead a cinema's streams are killed, one at a time, while they are published", async () => {
    const work = publish(5);
    for (const led of ["tickets-1", "cinema-a-mirror"]) {
      await killLeader(led);
      const before = ticketsA.ids.length;
      await until(async () => ticketsA.ids.length > before); // another leads
      await startLocation(locationOf(rig, "cinema-a"));
    }
    await work;
    expect(await faults()).to.deep.equal(none);
  });

  async function killLeader(name: string): Promise<void> {
    const found = await findStream(askPatiently(connectionOf(rig, "cinema-a")), "cinema-a", name);
    const leader = serversOf(locationOf(rig, "cinema-a").inputs).find(
      (server) => server.name === found?.cluster?.leader,
    );
    const pid = leader && (await runningPid(leader.process));
    if (pid === undefined) throw new Error(`nobody leads ${name}`);
    process.kill(pid, "SIGKILL");
    await until(() => hasEnded(pid));
  }
});
