import { expect } from "chai";
import semver from "semver";
import type { ConsumerDeclaration } from "../../streams/consumers/consumer-declaration";
import { consumer, MessagesWaitError } from "../../streams/consumers/consumer-provider";
import type { ConsumerState } from "../../streams/consumers/consumer-state";
import { closeConnections } from "../../streams/jetstream/connection";
import type { ConsumerInfo } from "../../streams/jetstream/consumer-api";
import { findConsumer } from "../../streams/jetstream/consumer-api";
import { ForeignConsumerError, NarrowedFilterError } from "../../streams/jetstream/consumer-converge";
import { askOnce, askPatiently, JetStreamRequestError, type Ask } from "../../streams/jetstream/request";
import { consumerInputs } from "../rig/consumer-inputs";
import { serverVersion, startRig, stopRig, type Rig } from "../rig/locations";
import { rejection } from "../rig/rejection";
import { connectionOf, publish } from "../rig/stream-inputs";
import { until } from "../rig/until";

const portBase = 26_600;

describe(`consumers on nats-server ${serverVersion}`, function () {
  this.timeout(600_000);

  let rig: Rig;
  let ask: Ask;

  before(async () => {
    rig = await startRig(portBase, ["cinema-a"]);
    ask = askPatiently(connectionOf(rig));
    for (const retention of ["limits", "interest", "workqueue"]) {
      const subjects = [`${retention}.>`];
      await ask("cinema-a", `STREAM.CREATE.${retention}`, { name: retention, subjects, retention, num_replicas: 3 });
    }
  });
  after(async () => {
    await closeConnections();
    if (rig) await stopRig(rig);
  });

  const declared = (name: string, more: Partial<ConsumerDeclaration> = {}): ConsumerDeclaration => ({
    location: "cinema-a",
    stream: "limits",
    name,
    ...more,
  });

  const infoOf = (name: string, stream = "limits"): Promise<ConsumerInfo | undefined> =>
    findConsumer(ask, { location: "cinema-a", stream, name });

  /** The consumer as its server keeps it, with a token like any other. */
  async function configOf(name: string) {
    const { description = "", metadata, ...rest } = (await infoOf(name))?.config ?? {};
    const notes = Object.entries(metadata ?? {}).filter(([key]) => !key.startsWith("_nats."));
    const text = JSON.stringify({ ...rest, description, metadata: Object.fromEntries(notes) });
    return JSON.parse(text.replace(/#[0-9a-f]{8}/g, "#")) as Record<string, unknown>;
  }

  /** Takes a message, which is no answer in JSON, and does not acknowledge it. */
  const nextMessage = (stream: string, name: string): Promise<unknown> =>
    askOnce(connectionOf(rig))("cinema-a", `CONSUMER.MSG.NEXT.${stream}.${name}`, { batch: 1 }).catch(() => undefined);

  it("a create made twice is one consumer, with only its generation changed by the second", async () => {
    const wanted = consumerInputs(rig, declared("twice", { description: "Billing", filterSubjects: ["limits.a"] }));
    const { id, outs } = await consumer.create(wanted);
    expect([id, outs]).to.deep.equal(["cinema-a/limits/twice", { ...wanted, generation: outs.generation }]);
    const first = await configOf("twice");
    expect(first).to.deep.include({ durable_name: "twice", ack_policy: "explicit", filter_subject: "limits.a" });

    const second = await consumer.create(wanted);
    expect(second.outs.generation)
      .to.match(/^[0-9a-f]{8}$/)
      .and.not.equal(outs.generation);
    expect(await configOf("twice")).to.deep.equal(first);
    expect(await consumer.read(id, second.outs)).to.deep.equal({ id, props: second.outs, inputs: wanted });
  });

  it("a pushed consumer keeps each of its options", async () => {
    const push = {
      ...declared("pushed"),
      deliverSubject: "to.billing",
      deliverGroup: "billing",
      flowControl: true,
      idleHeartbeatSeconds: 1.1,
      rateLimitBitsPerSecond: 1_000_000,
      startSequence: 1,
    };
    const wanted = consumerInputs(rig, push);
    const { id, outs } = await consumer.create(wanted);
    expect(await consumer.read(id, outs)).to.deep.equal({ id, props: outs, inputs: wanted });
    expect(await configOf("pushed")).to.deep.include({ deliver_policy: "by_start_sequence", idle_heartbeat: 1.1e9 });
  });

  it("an update changes what is declared, and an option that was dropped is back at the server's default", async () => {
    const options = { ackWaitSeconds: 5, maxDeliver: 4, samplePercent: 30, headersOnly: true, maxAckPending: 7 };
    const { id, outs } = await consumer.create(consumerInputs(rig, declared("edited", options)));
    const wanted = consumerInputs(rig, declared("edited", { maxDeliver: 9, backoffSeconds: [1, 2.5] }));
    const { outs: updated } = await consumer.update(id, outs, wanted);
    expect(await consumer.read(id, updated)).to.deep.equal({ id, props: updated, inputs: wanted });
    expect(await configOf("edited")).to.deep.include({ ack_wait: 1e9, backoff: [1e9, 2.5e9], max_ack_pending: 1000 });

    const plain = consumerInputs(rig, declared("edited"));
    await consumer.update(id, updated, plain);
    expect(await configOf("edited"))
      .to.deep.include({ ack_wait: 30e9, max_deliver: -1 })
      .and.not.have.property("backoff");
  });

  it("a refresh finds what was changed by hand, and the next update cures it", async () => {
    const wanted = consumerInputs(rig, declared("drifted", { filterSubjects: ["limits.a"] }));
    const { id, outs } = await consumer.create(wanted);
    const made = await configOf("drifted");
    const config = { ...(await infoOf("drifted"))?.config, ack_wait: 7e9, filter_subject: "limits.b", max_batch: 3 };
    await ask("cinema-a", "CONSUMER.DURABLE.CREATE.limits.drifted", { stream_name: "limits", config });

    const byHand = { ackWaitSeconds: 7, filterSubjects: ["limits.b"], maxRequestBatch: 3 };
    const drifted: ConsumerState = { ...outs, ...byHand };
    await until(async () => (await consumer.read(id, outs)).props?.ackWaitSeconds === 7);
    expect(await consumer.read(id, outs)).to.deep.equal({ id, props: drifted, inputs: { ...wanted, ...byHand } });
    expect(await consumer.diff(id, drifted, wanted)).to.deep.equal({ changes: true });
    await consumer.update(id, drifted, wanted);
    expect(await configOf("drifted")).to.deep.equal(made);
  });

  it("replicas are added and taken away while the consumer lives", async () => {
    const { id, outs } = await consumer.create(consumerInputs(rig, declared("scaled", { replicas: 1 })));
    const wanted = consumerInputs(rig, declared("scaled", { replicas: 3 }));
    const { outs: more } = await consumer.update(id, outs, wanted);
    expect(await consumer.read(id, more)).to.deep.include({ props: more });
    const { outs: fewer } = await consumer.update(id, more, consumerInputs(rig, declared("scaled", { replicas: 1 })));
    expect(await consumer.read(id, fewer)).to.deep.include({ props: fewer });
  });

  if (semver.gte(serverVersion, "2.11.0")) {
    it("a consumer is paused, paused for longer, and let go on", async () => {
      const until = (pauseUntil?: string) =>
        consumerInputs(rig, declared("paused", { ...(pauseUntil !== undefined && { pauseUntil }), ackWaitSeconds: 9 }));
      const { id, outs } = await consumer.create(until("2099-01-01T00:00:00Z"));
      expect(await infoOf("paused")).to.deep.include({ paused: true });
      const { outs: longer } = await consumer.update(id, outs, until("2099-02-01T01:00:00+01:00"));
      expect(await configOf("paused")).to.deep.include({ pause_until: "2099-02-01T00:00:00Z" });
      expect(await consumer.read(id, longer)).to.deep.include({ props: longer });
      const { outs: going } = await consumer.update(id, longer, until());
      expect(await configOf("paused")).not.to.have.property("pause_until");
      expect(await consumer.read(id, going)).to.deep.include({ props: going });
    });
  }

  it("a refresh drops a consumer that was deleted by hand, and one that is somebody else's or nobody's by now", async () => {
    const { id, outs } = await consumer.create(consumerInputs(rig, declared("gone")));
    await ask("cinema-a", "CONSUMER.DELETE.limits.gone");
    expect(await consumer.read(id, outs)).to.deep.equal({ id: "" });
    const { outs: theirs } = await consumer.create(consumerInputs(rig, declared("gone"), "p/other/gone"));
    expect(await consumer.read(id, outs)).to.deep.equal({ id: "" });
    await consumer.delete(id, theirs);
    const config = { durable_name: "gone", ack_policy: "explicit" };
    await ask("cinema-a", "CONSUMER.DURABLE.CREATE.limits.gone", { stream_name: "limits", config });
    expect(await consumer.read(id, outs)).to.deep.equal({ id: "" });
    expect(await rejection(consumer.update(id, outs, outs))).to.be.instanceOf(ForeignConsumerError);
    await consumer.delete(id, outs);
    expect(await infoOf("gone")).not.to.equal(undefined);
    expect(await consumer.read("cinema-a/nowhere/gone", { ...outs, stream: "nowhere" })).to.deep.equal({ id: "" });
  });

  it("a consumer of another owner is refused, with the way out, and taken over only as asked for", async () => {
    await consumer.create(consumerInputs(rig, declared("theirs"), "p/other/theirs"));
    const before = await infoOf("theirs");
    const differs = declared("theirs", { maxDeliver: 5 });
    const error = await rejection(consumer.create(consumerInputs(rig, differs)));
    expect(error).to.be.instanceOf(ForeignConsumerError);
    expect(error.message).to.equal(
      "consumer cinema-a/limits/theirs is there already, owned by 'p/other/theirs', not by 'p/s/cinema-a.limits.theirs'; it " +
        "was left as it is. Renamed the resource? Give it an alias of its old name. Else set 'adopt: \"always\"' on the " +
        "declaration to take it over with its place in the stream, or choose another name",
    );
    const ifEqual = await rejection(consumer.create(consumerInputs(rig, { ...differs, adopt: "if-equal" })));
    expect(ifEqual.message).to.include("It differs: maxDeliver: none there, 5 declared. ");
    expect((await infoOf("theirs"))?.config).to.deep.equal(before?.config);

    const { id, outs: equal } = await consumer.create(consumerInputs(rig, declared("theirs", { adopt: "if-equal" })));
    expect(await consumer.read(id, equal)).to.deep.include({ props: equal });
    const always = consumerInputs(rig, { ...differs, adopt: "always" }, "p/third/theirs");
    const { outs } = await consumer.create(always);
    expect(await consumer.read(id, outs)).to.deep.include({ props: outs });
  });

  it("a resource that moved or was renamed takes its consumer along, and its old self's delete leaves it in place", async () => {
    const wanted = consumerInputs(rig, declared("moved"));
    const { id, outs: old } = await consumer.create(wanted);
    const { outs: moved } = await consumer.create(wanted);
    await consumer.delete(id, old);
    expect(await consumer.read(id, moved)).to.deep.include({ props: moved });
    const { outs: renamed } = await consumer.update(id, moved, consumerInputs(rig, declared("moved"), "p/s/new-name"));
    await consumer.delete(id, moved);
    expect(await consumer.read(id, renamed)).to.deep.include({ props: renamed });
    await consumer.delete(id, renamed);
    expect(await infoOf("moved")).to.equal(undefined);
    await consumer.delete(id, renamed);
  });

  for (const [stream, lost] of [
    ["interest", "those that no other consumer waits for are deleted with it"],
    ["workqueue", "its place is lost with it, so that those which were delivered are delivered once more"],
  ] as const) {
    it(`a consumer of a stream of '${stream}' is not deleted while messages wait for it, unless that is allowed`, async () => {
      const wanted = consumerInputs(rig, declared("waited", { stream }));
      const { id, outs } = await consumer.create(wanted);
      await publish(rig, stream, 3);
      await nextMessage(stream, "waited");
      await until(async () => (await infoOf("waited", stream))?.num_ack_pending === 1);

      const error = await rejection(consumer.delete(id, outs));
      expect(error).to.be.instanceOf(MessagesWaitError);
      expect(error.message).to.equal(
        `consumer cinema-a/${stream}/waited is not deleted: 2 message(s) were not delivered yet and 1 not acknowledged, and of a ` +
          `stream of '${stream}' ${lost}; allowed: none that wait; let its clients finish, or let them go: set ` +
          "'allowDataLoss: true' on the declaration, run 'pulumi up', then delete it",
      );
      expect(await infoOf("waited", stream)).not.to.equal(undefined);
      await consumer.delete(id, { ...outs, allowDataLoss: true });
      const left = async () =>
        (await ask<{ state: { messages: number } }>("cinema-a", `STREAM.INFO.${stream}`)).state.messages;
      await until(async () => (await left()) === (stream === "interest" ? 0 : 3));
    });
  }

  it("a filter of an 'interest' stream's consumer is not narrowed while messages wait for it, unless that is allowed", async () => {
    const filtered = (...filterSubjects: string[]) =>
      consumerInputs(rig, declared("narrowed", { stream: "interest", filterSubjects }));
    const { id, outs } = await consumer.create(filtered());
    await publish(rig, "interest", 3);
    await until(async () => (await infoOf("narrowed", "interest"))?.num_pending === 3);
    const error = await rejection(consumer.update(id, outs, filtered("interest.0")));
    expect(error).to.be.instanceOf(NarrowedFilterError);
    expect(error.message).to.equal(
      "consumer cinema-a/interest/narrowed is not changed: 'filterSubjects' from [] to [\"interest.0\"] deletes those of 3 message(s) " +
        "that it would not catch any more, as its stream is of 'interest', unless another consumer waits for them; allowed: what " +
        "catches no less, or nothing that waits; let its clients finish, or let them go: 'allowDataLoss: true' on the declaration",
    );
    const { outs: same } = await consumer.update(id, outs, filtered("interest.>"));
    const { outs: narrow } = await consumer.update(id, same, { ...filtered("interest.0"), allowDataLoss: true });
    expect(await consumer.read(id, narrow)).to.deep.include({ props: narrow });
    await consumer.delete(id, narrow);
  });

  it("a consumer of a stream of 'limits' is deleted with messages that wait: the stream keeps them", async () => {
    await publish(rig, "limits", 3);
    const { id, outs } = await consumer.create(consumerInputs(rig, declared("kept")));
    await until(async () => (await infoOf("kept"))?.num_pending === 3);
    await consumer.delete(id, outs);
    expect(await infoOf("kept")).to.equal(undefined);
  });

  it("a change that the server refuses is told by its number, with the cause", async () => {
    const { id, outs } = await consumer.create(consumerInputs(rig, declared("fixed")));
    const error = await rejection(consumer.update(id, outs, { ...outs, ackPolicy: "none" }));
    expect(error).to.be.instanceOf(JetStreamRequestError);
    expect(error).to.deep.include({ errCode: 10012, domain: "cinema-a" });
  });

  it("a delete in a location that does not answer fails in bounded time, and names the ways out", async () => {
    const { outs } = await consumer.create(consumerInputs(rig, declared("cut-off")));
    const { message } = await rejection(consumer.delete("", { ...outs, location: "nowhere" }));
    expect(message)
      .to.include(
        "consumer nowhere/limits/cut-off is not deleted: CONSUMER.INFO.limits.cut-off in domain 'nowhere' got no answer",
      )
      .and.include(
        "; bring its location up first: pulumi up -s nowhere; or, where that is gone for good: pulumi state delete <urn>",
      );
  });
});
