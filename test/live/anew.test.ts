/** An origin that is made under the followers of an older one: the servers say nothing while they stand still. On real servers. */
import { expect } from "chai";
import semver from "semver";
import { closeConnections } from "../../streams/jetstream/connection";
import { askPatiently, type Ask } from "../../streams/jetstream/request";
import { findStream } from "../../streams/jetstream/stream-api";
import { streamHooks } from "../../streams/provider";
import type { StreamDeclaration } from "../../streams/stream-declaration";
import { serverVersion, startRig, stopRig, type Rig } from "../rig/locations";
import { rejection } from "../rig/rejection";
import { connectionOf, inputsOf, origin, publish, sizes } from "../rig/stream-inputs";
import { until } from "../rig/until";

const portBase = 28_400;

describe(`an origin made anew on nats-server ${serverVersion}`, function () {
  this.timeout(600_000);
  let rig: Rig;
  let ask: Ask;
  const { create, read } = streamHooks(10_000);

  before(async () => {
    rig = await startRig(portBase, ["cinema-a"]);
    ask = askPatiently(connectionOf(rig));
  });
  after(async () => {
    await closeConnections();
    if (rig) await stopRig(rig);
  });

  const inputs = (declaration: StreamDeclaration) => inputsOf(rig, declaration);
  const infoOf = (location: string, name: string) => findStream(ask, location, name);
  const messagesOf = async (location: string, name: string) => (await infoOf(location, name))?.state.messages;
  const mirrorOf = (name: string): StreamDeclaration => ({
    location: "cinema-a",
    name: `${name}-copy`,
    mirror: { location: "hub", stream: name },
    ...sizes,
  });

  it("under its followers is refused, with their sequences, and goes on where they are from 2.11.2 on", async () => {
    await create(inputs(origin("again", "hub")));
    const copy = await create(inputs(mirrorOf("again")));
    const sources = [{ location: "hub", stream: "again" }];
    const all = await create(inputs({ location: "cinema-a", name: "again-all", sources, ...sizes }));
    await publish(rig, "again", 3);
    for (const name of ["again-copy", "again-all"]) await until(async () => (await messagesOf("cinema-a", name)) === 3);
    await ask("hub", "STREAM.DELETE.again");

    const { name, message } = await rejection(streamHooks(10_000).create(inputs(origin("again", "hub"))));
    expect(name).to.equal("OriginAnewError");
    expect(message)
      .to.match(/^stream hub\/again is not made: streams took messages from an older one of this name: /)
      .and.contain("cinema-a/again-copy (to sequence 3)")
      .and.contain("cinema-a/again-all (to sequence 3)")
      .and.contain("declare 'firstSequence: 4' (from server 2.11.2 on)");
    expect(await infoOf("hub", "again")).to.equal(undefined);
    if (semver.lt(serverVersion, "2.11.2")) return;

    await create(inputs({ ...origin("again", "hub"), firstSequence: 4 }));
    await publish(rig, "again", 2);
    for (const { outs } of [copy, all]) {
      await until(async () => (await messagesOf("cinema-a", outs.name)) === 5);
      expect((await read("x", outs)).id).to.equal("x");
    }
  });

  it("is told by a refresh of its followers", async () => {
    await create(inputs(origin("stalled", "hub")));
    const copy = await create(inputs(mirrorOf("stalled")));
    await publish(rig, "stalled", 3);
    await until(async () => (await messagesOf("cinema-a", "stalled-copy")) === 3);
    await ask("hub", "STREAM.DELETE.stalled");
    await create({ ...inputs(origin("stalled", "hub")), allowDataLoss: true });
    const written: string[] = [];
    const write = process.stderr.write.bind(process.stderr);
    process.stderr.write = (text: string | Uint8Array) => written.push(String(text)) > 0;
    await read("x", copy.outs).finally(() => (process.stderr.write = write));
    expect(written.join("")).to.contain(
      "stalled-copy <- stalled in hub: origin made anew: 'stalled' ends 3 message(s) before",
    );
  });
});
