/** Passwords of the hub's users rotated in three steps, while tickets are sold in a cinema and films are announced. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { connect } from "nats";
import { localCluster } from "../../components/local/runtime/cluster-hooks";
import { converge } from "../../components/local/runtime/converge";
import { leafz } from "../../components/local/runtime/monitor";
import { serversOf } from "../../components/local/runtime/server";
import { ofAllAccounts, rotationFault, type Rotation, type Rotations } from "../../components/rotation";
import { topology } from "../../streams/declarations";
import { closeConnections } from "../../streams/jetstream/connection";
import { stream } from "../../streams/provider";
import { spokeLinks } from "../../streams/spoke-links";
import { linkOrder } from "../../streams/topology";
import { arrivalFaults } from "../rig/arrivals";
import { isRefused } from "../rig/intruder";
import { locationOf, replannedRig, serverVersion, startRig, stopRig, type Rig } from "../rig/locations";
import { Publisher } from "../rig/publisher";
import { rejection } from "../rig/rejection";
import { story } from "../rig/story";
import { connectionOf, inputsOf } from "../rig/stream-inputs";

const portBase = 23_700;

/** What the product promises; measured here on 2.9.19 to 2.15.2: at most 0.5 s. */
const allowedAbsenceMs = 5_000;

describe(`rotation of passwords on nats-server ${serverVersion}`, function () {
  this.timeout(600_000);
  story(this);

  let rig: Rig;
  let films: Publisher;
  let tickets: Publisher;

  const connections = (location: string) => connectionOf(rig, location);

  before(async () => {
    rig = await startRig(portBase, topology.spokes, spokeLinks(topology));
    for (const declaration of linkOrder(topology))
      await stream.create(inputsOf(rig, { ...declaration, maxBytes: 2 ** 24 }));
    // A publisher's connection is of the first generation for as long as the test lasts, but for the hub's.
    tickets = new Publisher(connections, { location: "cinema-a", stream: "tickets-1", subject: "tickets-1.desk" });
    films = new Publisher(connections, { location: "hub", stream: "cinema-a", subject: "cinema-a.new.films" });
  });
  after(async () => {
    await closeConnections();
    if (rig) await stopRig(rig);
  });

  /** Brings locations from what they are to what they should be, as an `up` does. */
  async function up(to: Rig, ...names: readonly string[]): Promise<void> {
    for (const name of names) await converge(locationOf(to, name).inputs, { previous: locationOf(rig, name).inputs });
  }

  /** Does something while messages are published at both ends; gives the longest time that a leafnode was away. */
  async function underLoad(work: Promise<void>): Promise<number> {
    let isDone = false;
    const ended = work.finally(() => (isDone = true));
    const publishing = [films, tickets].map(async (publisher) => {
      while (!isDone) await publisher.publish(20, 10);
    });
    const [absence] = await Promise.all([longestAbsence(() => isDone), ended, ...publishing]);
    return absence;
  }

  async function longestAbsence(isDone: () => boolean): Promise<number> {
    const seenAt = new Map<string, number>();
    let longest = 0;
    const servers = topology.spokes.flatMap((spoke) => serversOf(locationOf(rig, spoke).inputs));
    for (let last = false; !last; await sleep(50)) {
      last = isDone();
      const now = performance.now();
      const asked = servers.map(async ({ name, ports }) => {
        const { leafs } = await leafz(ports.monitor).catch(() => ({ leafs: [] }));
        return ["ACC", "SYS"]
          .filter((account) => leafs?.some((leaf) => leaf.account === account))
          .map((account) => `${name} ${account}`);
      });
      for (const leafnode of (await Promise.all(asked)).flat()) {
        longest = Math.max(longest, now - (seenAt.get(leafnode) ?? now));
        seenAt.set(leafnode, now);
      }
      if (last) for (const at of seenAt.values()) longest = Math.max(longest, now - at);
    }
    expect(seenAt).to.have.length(2 * servers.length);
    return longest;
  }

  it("lets the hub accept new users beside the old ones", async () => {
    const both = replannedRig(rig, { rotation: [1, 2] });
    expect(await underLoad(up(both, "hub"))).to.be.below(allowedAbsenceMs);
    rig = both;
  });

  it("has the spokes change over to the new users", async () => {
    // As planned for the spokes before, they dial with the first generation.
    const old = replannedRig(rig, { rotation: [1] });
    const change = async () => {
      for (const spoke of topology.spokes)
        await converge(locationOf(rig, spoke).inputs, { previous: locationOf(old, spoke).inputs });
    };
    expect(await underLoad(change())).to.be.below(allowedAbsenceMs);
  });

  it("takes the old users away", async () => {
    const last = replannedRig(rig, { rotation: [2] });
    expect(await underLoad(up(last, "hub"))).to.be.below(allowedAbsenceMs);
    rig = last;
  });

  it("would refuse, in a preview, to take them away before they are replaced", async () => {
    const { inputs } = locationOf(rig, "hub");
    const check = (rotation: Rotation) =>
      localCluster.check(inputs, locationOf(replannedRig(rig, { rotation }), "hub").inputs);
    expect((await check([3])).failures).to.deep.equal([
      { property: "", reason: rotationFault(ofAllAccounts([2]), ofAllAccounts([3])) },
    ]);
    expect((await check([2, 3])).failures).to.deep.equal([]);
  });

  it("takes the state of an earlier release, with one list for all accounts, for no change", async () => {
    const { inputs } = locationOf(rig, "hub");
    const earlier = (rotation: unknown) => ({
      ...inputs,
      rotation: rotation as Rotations,
      generation: "",
      servers: {},
    });
    expect((await localCluster.diff("hub", earlier([2]), inputs)).changes).to.equal(false);
    expect((await localCluster.diff("hub", earlier([1, 2]), inputs)).changes).to.equal(true);
    expect((await localCluster.check(earlier([1]), inputs)).failures).to.deep.equal([
      { property: "", reason: rotationFault(ofAllAccounts([1]), ofAllAccounts([2])) },
    ]);
  });

  it("refuses the old passwords now, of administrators and of leafnodes", async () => {
    const old = replannedRig(rig, { rotation: [1] });
    const { clientUrls, logins } = locationOf(old, "hub").outputs;
    const { user, password: pass } = logins.ACC;
    expect((await rejection(connect({ servers: [...clientUrls], user, pass }))).message).to.equal(
      "'Authorization Violation'",
    );
    for (const account of ["ACC", "SYS"] as const) {
      expect(await isRefused(old, "cinema-a", account), `the old ${account}`).to.equal(true);
      expect(await isRefused(rig, "cinema-a", account), `the new ${account}`).to.equal(false);
    }
  });

  it("lost nothing: each acknowledged message is at the far end once", async () => {
    expect(await arrivalFaults(connections, { location: "hub", stream: "sales" }, [tickets])).to.deep.equal([]);
    expect(
      await arrivalFaults(connections, { location: "cinema-a", stream: "cinema-a-mirror" }, [films]),
    ).to.deep.equal([]);
    expect(Math.min(films.ids.length, tickets.ids.length)).to.be.above(100);
  });
});
