import { expect } from "chai";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect, RequestStrategy } from "nats";
import { topologyOfFile } from "../../cli/topology/operations/file-topology";
import { RepairSession } from "../../cli/topology/operations/repair-session";
import { closeConnections } from "../../streams/jetstream/connection";
import { locationOf, replannedRig, startLocation, startRig, stopRig, type Rig } from "../rig/locations";
import { rejection } from "../rig/rejection";

describe("a watch by a file, over a rotation of the hub's users", function () {
  this.timeout(60_000);
  let rig: Rig;
  let session: RepairSession;
  let file: string;
  const hub = () => locationOf(rig, "hub");
  const handOut = () => writeFileSync(file, JSON.stringify(hub().outputs));
  const replicas = 3;

  before(async () => {
    rig = await startRig(28_700);
    file = join(rig.folder, "hub.json");
    handOut();
    const mirror = { location: "hub", stream: "films" };
    const streams = [{ location: "hub", name: "films-mirror", mirror, maxAgeSeconds: 60, maxBytes: 2 ** 20 }]; // asked for as ACC
    const topology = { hub: "hub", spokes: [], streams };
    session = await RepairSession.open(
      await topologyOfFile({ topology, locations: [{ name: "hub", replicas }] }, file),
    );
  });
  after(async () => {
    await closeConnections();
    await stopRig(rig);
  });

  const answering = async () => (await session.look()).locations.map(({ servers }) => servers.length);
  /** Users that are logged in at the hub; the watch is its only client, this question but for. */
  async function users(): Promise<string[]> {
    const { clientUrls, logins } = hub().outputs;
    const nc = await connect({ servers: [...clientUrls], user: logins.SYS.user, pass: logins.SYS.password });
    try {
      const options = { strategy: RequestStrategy.Count, maxMessages: replicas, maxWait: 2_000 };
      const answers = await nc.requestMany("$SYS.REQ.SERVER.PING.CONNZ", JSON.stringify({ auth: true }), options);
      const found: string[] = [];
      for await (const answer of answers) {
        const { data } = answer.json<{ data: { connections?: { name?: string; authorized_user: string }[] } }>();
        for (const { name, authorized_user: user } of data.connections ?? []) if (name) found.push(user);
      }
      return found.sort();
    } finally {
      await nc.close();
    }
  }

  it("goes on with the old users while the servers do not know the new ones", async () => {
    expect(await answering()).to.deep.equal([replicas]);
    expect(await users()).to.deep.equal(["acc-hub", "sys-hub"]);
    rig = replannedRig(rig, { rotation: [1, 2] });
    handOut();
    expect(await answering()).to.deep.equal([replicas]);
    expect((await rejection(users())).message).to.contain("Authorization Violation");
  });

  it("is none of the old users' clients once the servers know the new ones, so that the old ones can go", async () => {
    await startLocation(hub());
    expect(await answering()).to.deep.equal([replicas]);
    expect(await users()).to.deep.equal(["acc-hub.2", "sys-hub.2"]);
  });
});
