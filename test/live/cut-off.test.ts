/** A domain that answers nothing: one whose line swallows everything is told from one that elects its leader, by account SYS. On real servers. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { accountNames, type AccountName } from "../../components/account-names";
import { converge } from "../../components/local/runtime/converge";
import { jsz, leafz } from "../../components/local/runtime/monitor";
import { serversOf } from "../../components/local/runtime/server";
import { closeConnections, connectionTo, type Connection } from "../../streams/jetstream/connection";
import { askPatiently, askUnlessCutOff } from "../../streams/jetstream/request";
import { createStream, findStream } from "../../streams/jetstream/stream-api";
import { stream } from "../../streams/provider";
import { streamConfig } from "../../streams/stream-config";
import { wireConfig } from "../../streams/wire-config";
import { locationOf, pidsOf, serverVersion, startRig, stopRig, type Rig } from "../rig/locations";
import { rejection } from "../rig/rejection";
import { connectionOf, inputsOf, origin, sizes } from "../rig/stream-inputs";
import { swallowLine } from "../rig/swallowed-line";
import { until } from "../rig/until";

const portBase = 28_700;

/** Within the time for which an election is waited for: what is mended by then succeeds, unless it was given up before. */
const electionEndsMs = 6_000;
/** What is not given up on its own is served then, just within the same time. */
const givenUpBeforeMs = 9_000;

describe(`a domain that answers nothing, on nats-server ${serverVersion}`, function () {
  this.timeout(600_000);
  let rig: Rig;
  let hub: Connection;

  before(async () => {
    rig = await startRig(portBase, ["cinema-a", "cinema-b"], []);
    hub = connectionOf(rig);
  });
  after(async () => {
    await closeConnections();
    if (rig) await stopRig(rig);
  });

  async function make(name: string, location: string, connection = hub): Promise<void> {
    const config = streamConfig(origin(name, location));
    await createStream(askPatiently(connection), config, wireConfig(config));
  }

  /** A server may hear of a new stream later than the one that made it. */
  const untilMade = (name: string, location: string) =>
    until(async () => (await findStream(askPatiently(hub), location, name).catch(() => undefined)) !== undefined);

  /** Makes a stream in cinema-b as soon as that serves. */
  const untilServed = (name: string) =>
    until(() =>
      make(name, "cinema-b").then(
        () => true,
        () => false,
      ),
    );

  /** Waits until the hub has so many leafnodes for each account. */
  async function untilJoined(wanted: Record<AccountName, number>): Promise<void> {
    const servers = serversOf(locationOf(rig, "hub").inputs);
    await until(async () => {
      const leafs = (
        await Promise.all(servers.map(async ({ ports }) => (await leafz(ports.monitor)).leafs ?? []))
      ).flat();
      return accountNames.every((name) => leafs.filter(({ account }) => account === name).length === wanted[name]);
    });
  }

  /** What is done while the line of a location swallows everything, until it is mended. */
  async function whileSwallowed<T>(
    location: string,
    work: () => Promise<T>,
    mendedAfterMs = electionEndsMs,
  ): Promise<T> {
    const mend = await swallowLine(locationOf(rig, location).inputs.folder);
    const mended = sleep(mendedAfterMs).then(mend);
    try {
      return await work();
    } finally {
      await mended;
    }
  }

  const given = (request: string) =>
    `${request} in domain 'cinema-b' got no answer: none of that domain's servers answers the hub, though their leafnodes look connected; ` +
    "mend the line of location 'cinema-b' to the hub, or its machines that stand still";

  it("is given up before an election would be over where its line swallows everything, and served when that is mended", async () => {
    const error = await whileSwallowed("cinema-b", () => rejection(make("swallowed", "cinema-b")), givenUpBeforeMs);
    expect(error.message).to.equal(given("STREAM.CREATE.swallowed"));
    await untilServed("swallowed");
  });

  it("is asked after for all requests together that wait at the same time, and holds up no other one", async () => {
    const asked: string[] = [];
    const admin = await connectionTo({ ...hub, ...locationOf(rig, "hub").outputs.logins.SYS });
    const seen = admin.subscribe("$SYS.REQ.SERVER.PING.*", { callback: (_, { subject }) => asked.push(subject) });
    await admin.flush();
    const names = Array.from({ length: 20 }, (_, i) => `waiting-${i}`);
    const errors = await whileSwallowed(
      "cinema-b",
      async () => {
        const waiting = names.map((name) => rejection(make(name, "cinema-b")));
        await make("beside", "cinema-a");
        return Promise.all(waiting);
      },
      givenUpBeforeMs,
    );
    await admin.flush();
    seen.unsubscribe();
    expect(errors.map(({ message }) => message)).to.deep.equal(names.map((name) => given(`STREAM.CREATE.${name}`)));
    expect(asked.filter((subject) => subject.endsWith("LEAFZ"))).to.have.length.below(names.length);
    await untilMade("beside", "cinema-a");
  });

  it("fails a link from it long before that may be given up, with the reason", async () => {
    await make("far", "cinema-b");
    const link = { location: "cinema-b", stream: "far" };
    const follower = inputsOf(rig, { location: "hub", name: "of-far", mirror: link, ...sizes });
    const error = await whileSwallowed("cinema-b", () => rejection(stream.create(follower)), 15_000);
    const [first = ""] = error.message.split("; ");
    expect(first).to.match(/^not linked after [2-9] s: /);
    expect(error.message).to.contain(`of-far <- far in cinema-b: origin out of reach: ${given("STREAM.INFO.far")}`);
  });

  it("is waited for while its servers elect a leader", async () => {
    const { inputs } = locationOf(rig, "cinema-a");
    const leader = (await jsz(serversOf(inputs)[0]?.ports.monitor ?? 0)).meta_cluster?.leader ?? "";
    const pid = (await pidsOf(inputs))[inputs.settings.serverNames.indexOf(leader)];
    if (pid === undefined) throw new Error(`no server '${leader}' runs`);
    process.kill(pid, "SIGSTOP");
    const back = sleep(electionEndsMs).then(() => process.kill(pid, "SIGCONT"));
    try {
      await make("while-electing", "cinema-a");
    } finally {
      await back;
    }
    await untilMade("while-electing", "cinema-a");
  });

  it("is waited for like in an election by who has no login to SYS, or a wrong one", async () => {
    const { system, ...without } = hub;
    const wrong = { ...without, system: { user: system?.user ?? "", password: "wr0ng-passw0rd" } };
    await whileSwallowed("cinema-b", () =>
      Promise.all([make("without", "cinema-b", without), make("wrong", "cinema-b", wrong)]),
    );
    for (const name of ["without", "wrong"]) await untilMade(name, "cinema-b");
  });

  it("is not given up while the hub's own servers are slow to answer: others may be slower still", async () => {
    const { inputs } = locationOf(rig, "hub");
    const logins = [hub, { ...hub, ...locationOf(rig, "hub").outputs.logins.SYS }];
    const inUse = await Promise.all(logins.map(async (login) => (await connectionTo(login)).info?.server_name));
    const aside = inputs.settings.serverNames.findIndex((name) => !inUse.includes(name));
    const pid = (await pidsOf(inputs))[aside] ?? expect.fail("no server of the hub is aside");
    const error = await whileSwallowed("cinema-b", async () => {
      process.kill(pid, "SIGSTOP");
      const back = sleep(1_500).then(() => process.kill(pid, "SIGCONT"));
      try {
        return await rejection(askUnlessCutOff(hub, 2_500)("cinema-b", "STREAM.NAMES"));
      } finally {
        await back;
      }
    });
    expect(error.message).to.contain("nothing came back within 2.5 s");
  });

  it("is not given up while it answers another request, though its servers may not answer account SYS", async () => {
    const { inputs } = locationOf(rig, "hub");
    const mute = inputs.accounts.SYS.map((user) =>
      user.permissions ? { ...user, permissions: { ...user.permissions, publish: { allow: ["nothing"] } } } : user,
    );
    await converge({ ...inputs, accounts: { ...inputs.accounts, SYS: mute } }, { previous: inputs });
    await untilJoined({ ACC: 6, SYS: 6 });
    await untilServed("busy");
    const config = { durable_name: "idle", ack_policy: "explicit" };
    await askPatiently(hub)("cinema-b", "CONSUMER.DURABLE.CREATE.busy.idle", { stream_name: "busy", config });
    const ask = askUnlessCutOff(hub, 2_500);
    const next = "CONSUMER.MSG.NEXT.busy.idle"; // not answered until there is a message
    const waiting = () => rejection(ask("cinema-b", next, { batch: 1, expires: 60e9 }));
    expect((await waiting()).message).to.equal(given(next));
    const [error] = await Promise.all([waiting(), sleep(250).then(() => ask("cinema-b", "STREAM.NAMES"))]);
    expect(error.message).to.contain("nothing came back within 2.5 s");
  });

  it("a state of before, without a login to SYS, gets one, and its stream is not touched", async () => {
    const { outs } = await stream.create(inputsOf(rig, origin("kept")));
    const { system: _system, ...connection } = outs.connection;
    const before = { ...outs, connection };
    const news = inputsOf(rig, origin("kept"));
    expect(await stream.diff("cinema-a/kept", before, news)).to.deep.equal({ changes: true });

    const done: string[] = [];
    const nc = await connectionTo(hub);
    const seen = nc.subscribe("$JS.cinema-a.API.STREAM.>", { callback: (_, { subject }) => done.push(subject) });
    await nc.flush();
    const { outs: after } = await stream.update("cinema-a/kept", before, news);
    await nc.flush();
    seen.unsubscribe();
    expect(after).to.deep.equal(outs);
    expect(done).to.deep.equal(["$JS.cinema-a.API.STREAM.INFO.kept"]);
    expect(await stream.diff("cinema-a/kept", after, news)).to.deep.equal({ changes: false });
  });

  it("is waited for like in an election where its leafnodes for SYS are missing: their silence tells nothing", async () => {
    const { inputs } = locationOf(rig, "cinema-b");
    const remotes = inputs.remotes.filter(({ account }) => account === "ACC");
    await converge({ ...inputs, remotes }, { previous: inputs });
    await untilJoined({ ACC: 6, SYS: 3 });
    await whileSwallowed("cinema-b", () => make("alone", "cinema-b"));
    await untilMade("alone", "cinema-b");
  });
});
