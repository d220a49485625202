import { expect } from "chai";
import { closeConnections, ConnectionError, connectionTo } from "../../streams/jetstream/connection";
import { ForeignStreamError } from "../../streams/jetstream/converge";
import { askOnce, JetStreamRequestError, type Ask } from "../../streams/jetstream/request";
import { findStream, type StreamInfo } from "../../streams/jetstream/stream-api";
import { stream } from "../../streams/provider";
import { serverVersion, startRig, stopRig, type Rig } from "../rig/locations";
import { connectionOf, inputsOf, origin, publish } from "../rig/stream-inputs";
import { rejection } from "../rig/rejection";

const portBase = 22200;

describe(`streams on nats-server ${serverVersion}`, function () {
  this.timeout(60_000);

  let rig: Rig;
  let ask: Ask;

  before(async () => {
    rig = await startRig(portBase, ["cinema-a"]);
    ask = askOnce(connectionOf(rig));
  });
  after(async () => {
    await closeConnections();
    if (rig) await stopRig(rig);
  });

  async function configOf(location: string, name: string): Promise<StreamInfo["config"] | undefined> {
    return (await findStream(ask, location, name))?.config;
  }

  it("a create made twice is one stream, with nothing changed by the second", async () => {
    const wanted = inputsOf(rig, { ...origin("twice"), description: "Seats" });
    expect(await stream.create(wanted)).to.deep.equal({ id: "cinema-a/twice", outs: wanted });
    const first = await configOf("cinema-a", "twice");
    await stream.create(wanted);
    expect(await configOf("cinema-a", "twice")).to.deep.equal(first);
    expect(await stream.read("cinema-a/twice", wanted)).to.deep.equal({
      id: "cinema-a/twice",
      props: wanted,
      inputs: wanted,
    });
  });

  it("an update changes what is declared and leaves the rest as it is on the server", async () => {
    const olds = inputsOf(rig, origin("edited"));
    await stream.create(olds);
    await ask("cinema-a", "STREAM.UPDATE.edited", { ...(await configOf("cinema-a", "edited")), max_msg_size: 1000 });
    const before = await configOf("cinema-a", "edited");
    const news = inputsOf(rig, { ...origin("edited"), subjects: ["edited.*"], maxAgeSeconds: 60, replicas: 1 });
    await stream.update("cinema-a/edited", olds, news);
    expect(await configOf("cinema-a", "edited")).to.deep.equal({
      ...before,
      subjects: ["edited.*"],
      max_age: 60e9,
      duplicate_window: 60e9,
      num_replicas: 1,
    });
  });

  it("a refresh finds what was changed by hand, and the next update cures it", async () => {
    const wanted = inputsOf(rig, origin("drifted"));
    await stream.create(wanted);
    const made = await configOf("cinema-a", "drifted");
    await ask("cinema-a", "STREAM.UPDATE.drifted", { ...made, max_age: 60e9, duplicate_window: 60e9, discard: "old" });

    const drifted = { ...wanted, maxAgeSeconds: 60, duplicateWindowSeconds: 60, discard: "old" };
    const found = await stream.read("cinema-a/drifted", wanted);
    expect(found).to.deep.equal({ id: "cinema-a/drifted", props: drifted, inputs: drifted });
    expect(await stream.diff("cinema-a/drifted", drifted, wanted)).to.deep.equal({ changes: true });
    await stream.update("cinema-a/drifted", drifted, wanted);
    expect(await configOf("cinema-a", "drifted")).to.deep.equal(made);
  });

  it("a refresh drops a stream that was deleted by hand, and one that is somebody else's by now", async () => {
    const wanted = inputsOf(rig, origin("gone"));
    expect(await stream.read("cinema-a/gone", wanted)).to.deep.equal({ id: "" });
    await stream.create(inputsOf(rig, origin("gone"), "p/other/gone"));
    expect(await stream.read("cinema-a/gone", wanted)).to.deep.equal({ id: "" });
  });

  it("a stream of another owner is refused, with the way out, and left as it is", async () => {
    await stream.create(inputsOf(rig, origin("theirs"), "p/other/theirs"));
    const before = await configOf("cinema-a", "theirs");
    const error = await rejection(stream.create(inputsOf(rig, { ...origin("theirs"), maxBytes: 7777 })));
    expect(error).to.be.instanceOf(ForeignStreamError);
    expect(error.message).to.equal(
      "stream 'theirs' in 'cinema-a' is there already, owned by 'p/other/theirs', not by 'p/s/cinema-a.theirs'; it was left " +
        "as it is. Renamed the resource? Give it an alias of its old name. Else set 'adopt: true' on the declaration to " +
        "take it over with its messages, or choose another name",
    );
    expect(await configOf("cinema-a", "theirs")).to.deep.equal(before);
  });

  it("a stream without an owner is taken over when asked for, with its messages", async () => {
    const byHand = { name: "byhand", subjects: ["byhand.>"], num_replicas: 3, max_age: 60e9 };
    await ask("cinema-a", "STREAM.CREATE.byhand", byHand);
    await publish(rig, "byhand", 3);
    expect(await rejection(stream.create(inputsOf(rig, origin("byhand"))))).to.be.instanceOf(ForeignStreamError);

    const adopted = inputsOf(rig, { ...origin("byhand"), adopt: true });
    await stream.create(adopted);
    expect(await stream.read("cinema-a/byhand", adopted)).to.deep.include({ props: adopted });
    expect((await findStream(ask, "cinema-a", "byhand"))?.state.messages).to.equal(3);
  });

  it("a renamed resource takes its stream along, and a delete under the old name leaves it in place", async () => {
    const olds = inputsOf(rig, origin("renamed"), "p/s/old-name");
    const news = inputsOf(rig, origin("renamed"), "p/s/new-name");
    await stream.create(olds);
    expect(await rejection(stream.create(news))).to.be.instanceOf(ForeignStreamError);
    await stream.update("cinema-a/renamed", olds, news);
    await stream.delete("cinema-a/renamed", olds);
    expect(await stream.read("cinema-a/renamed", news)).to.deep.include({ props: news });
  });

  it("a delete removes its own stream, and succeeds where it is gone already", async () => {
    const wanted = inputsOf(rig, origin("removed"));
    await stream.create(wanted);
    await stream.delete("cinema-a/removed", wanted);
    expect(await configOf("cinema-a", "removed")).to.equal(undefined);
    await stream.delete("cinema-a/removed", wanted);
  });

  it("a change that the server refuses is told by its number, with the cause", async () => {
    const olds = inputsOf(rig, origin("fixed"));
    await stream.create(olds);
    const error = await rejection(stream.update("cinema-a/fixed", olds, { ...olds, storage: "memory" }));
    expect(error).to.be.instanceOf(JetStreamRequestError);
    expect(error).to.deep.include({ errCode: 10052, domain: "cinema-a", request: "STREAM.UPDATE.fixed" });
    expect(error.cause).to.be.instanceOf(Error);
  });

  it("a refused login names URL and user, and not the password", async () => {
    const { servers, user } = connectionOf(rig);
    const error = await rejection(connectionTo({ servers, user, password: "wr0ng-passw0rd" }));
    expect(error).to.be.instanceOf(ConnectionError);
    expect(error.message).to.equal(
      `the NATS servers at ${servers.join(", ")} refuse user '${user}' with the password given; ` +
        "allowed: the ACC login of the hub's stack; run 'pulumi up' for the hub, then again here",
    );
  });

  it("a hub that is down is named with its URL", async () => {
    const servers = ["nats://127.0.0.1:22999"];
    const error = await rejection(connectionTo({ servers, user: "acc", password: "secret" }));
    expect(error.message).to.match(/^no NATS server answers at nats:\/\/127\.0\.0\.1:22999 \(/);
  });
});
