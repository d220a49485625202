/** A mirror that becomes an origin, on real servers in two domains, with publishers at work. */
import { expect } from "chai";
import semver from "semver";
import { setTimeout as sleep } from "node:timers/promises";
import { closeConnections, connectionTo } from "../../streams/jetstream/connection";
import { askPatiently, type Ask } from "../../streams/jetstream/request";
import { findMessage, findStream } from "../../streams/jetstream/stream-api";
import { streamHooks } from "../../streams/provider";
import type { StreamDeclaration } from "../../streams/stream-declaration";
import { serverVersion, startRig, stopRig, type Rig } from "../rig/locations";
import { rejection } from "../rig/rejection";
import { connectionOf, inputsOf, origin, publish, sizes } from "../rig/stream-inputs";
import { until } from "../rig/until";

const portBase = 28_100;
const canPromote = semver.gte(serverVersion, "2.12.0");

describe(`promotion of a mirror on nats-server ${serverVersion}`, function () {
  this.timeout(600_000);
  let rig: Rig;
  let ask: Ask;
  const hooks = streamHooks(20_000);
  const impatient = streamHooks(1_000);

  before(async () => {
    rig = await startRig(portBase, ["cinema-a"]);
    ask = askPatiently(connectionOf(rig));
  });
  after(async () => {
    await closeConnections();
    if (rig) await stopRig(rig);
  });

  const mirrorOf = (name: string): StreamDeclaration => ({
    location: "cinema-a",
    name: `${name}-copy`,
    mirror: { location: "hub", stream: name },
    ...sizes,
  });
  const promoted = (name: string): StreamDeclaration => ({
    location: "cinema-a",
    name: `${name}-copy`,
    subjects: [`${name}.>`],
    ...sizes,
  });
  const retired = (name: string): StreamDeclaration => ({ ...origin(name, "hub"), subjects: [`retired.${name}`] });

  async function pair(name: string) {
    const from = await hooks.create(inputsOf(rig, origin(name, "hub")));
    const to = await hooks.create(inputsOf(rig, mirrorOf(name)));
    await publish(rig, name, 5);
    return { from: from.outs, to: to.outs };
  }

  it(`is ${canPromote ? "taken" : "refused"} by the check, ${canPromote ? "as of 2.12" : "with the way out"}`, async () => {
    const { failures } = await hooks.check(inputsOf(rig, mirrorOf("checked")), inputsOf(rig, promoted("checked")));
    if (canPromote) expect(failures).to.deep.equal([]);
    else {
      expect(failures.map(({ property }) => property)).to.deep.equal(["mirror"]);
      expect(failures[0]?.reason)
        .to.contain(`nats-server ${serverVersion} does not make this change of a live stream (10055)`)
        .and.contain("run nats-server 2.12.0 or newer");
    }
  });

  it("loses nothing that was acknowledged, with both streams changed at once while publishers are at work", async function () {
    if (!canPromote) this.skip();
    const { from, to } = await pair("busy");
    const acknowledged: string[] = [];
    let refused = 0;
    let publishing = true;
    const publisher = async (location: string) => {
      const nc = await connectionTo(connectionOf(rig, location));
      for (let i = 0; publishing; i++) {
        const subject = `busy.${location}.${i}`;
        try {
          const answer = (await nc.request(subject, "", { timeout: 2_000 })).json<{ error?: object }>();
          if (!answer.error) acknowledged.push(subject);
        } catch {
          refused++;
        }
        await sleep(3);
      }
    };
    const publishers = ["hub", "cinema-a"].map(publisher);
    await sleep(500);
    await Promise.all([
      hooks.update("", to, inputsOf(rig, promoted("busy"))),
      sleep(1_000).then(() => hooks.update("", from, inputsOf(rig, retired("busy")))),
    ]);
    await sleep(1_500);
    publishing = false;
    await Promise.all(publishers);

    const info = await findStream(ask, "cinema-a", "busy-copy");
    expect(info?.config.mirror).to.equal(undefined);
    const missing: string[] = [];
    for (const subject of acknowledged) {
      if (!(await findMessage(ask, "cinema-a", "busy-copy", { last_by_subj: subject }))) missing.push(subject);
    }
    expect(missing).to.deep.equal([]);
    expect(acknowledged.filter((subject) => subject.startsWith("busy.cinema-a"))).to.have.length.above(100);
    expect(refused).to.be.above(0);
    const last = acknowledged.at(-1) ?? "";
    expect(await findMessage(ask, "hub", "busy", { last_by_subj: last })).to.equal(undefined);
  });

  it("waits for its origin to let go of the subjects, and says so when it does not in time", async function () {
    if (!canPromote) this.skip();
    const { to } = await pair("held");
    const error = await rejection(impatient.update("", to, inputsOf(rig, promoted("held"))));
    expect([error.name, error.message]).to.deep.equal([
      "PromotionError",
      "mirror cinema-a/held-copy is not made an origin: after 1 s its origin hub/held still catches 'held.>'; give that stream " +
        "other subjects in the same change; or, where what the origin still holds may be lost, declare 'allowDataLoss: true'",
    ]);
    expect((await findStream(ask, "cinema-a", "held-copy"))?.config.mirror).to.not.equal(undefined);
  });

  it("is done without its origin where that is gone, and where it is away if messages may be lost", async function () {
    if (!canPromote) this.skip();
    const { to } = await pair("orphan");
    await until(async () => (await findStream(ask, "cinema-a", "orphan-copy"))?.state.messages === 5);
    await ask("hub", "STREAM.DELETE.orphan");
    const { outs } = await hooks.update("", to, inputsOf(rig, promoted("orphan")));
    await publish(rig, "orphan", 2);
    expect((await findStream(ask, "cinema-a", "orphan-copy"))?.state.messages).to.equal(7);
    // Run again after an interrupt, it has nothing to wait for.
    await impatient.update("", to, inputsOf(rig, promoted("orphan")));

    const mirror = { location: "nowhere", stream: "gone" };
    const away = { ...to, ...inputsOf(rig, { ...mirrorOf("away"), mirror }), generation: outs.generation };
    await ask("cinema-a", "STREAM.CREATE.away-copy", {
      name: "away-copy",
      mirror: { name: "gone", external: { api: "$JS.nowhere.API", deliver: "$JS.DELIVER.nowhere.cinema-a" } },
      num_replicas: 1,
    });
    const news = inputsOf(rig, { ...promoted("away"), replicas: 1, adopt: "always" });
    expect((await rejection(impatient.update("", away, news))).message).to.match(
      /is not made an origin: after 1 s its origin does not answer \(.*no JetStream server.*\); bring it up; or,/,
    );
    await impatient.update("", away, { ...news, allowDataLoss: true });
    expect((await findStream(ask, "cinema-a", "away-copy"))?.config.subjects).to.deep.equal(["away.>"]);
  });
});
