import { expect } from "chai";
import semver from "semver";
import { closeConnections } from "../../streams/jetstream/connection";
import { losingFields } from "../../streams/jetstream/loss";
import { askPatiently, JetStreamRequestError, type Ask } from "../../streams/jetstream/request";
import { deleteStream, type StreamInfo } from "../../streams/jetstream/stream-api";
import { changeableFields, changeRefusal, fieldSince } from "../../streams/stream-changes";
import type { ChangeableField } from "../../streams/stream-changes";
import type { StreamConfig } from "../../streams/stream-config";
import { changedFields, configOfWire, wireConfig } from "../../streams/wire-config";
import { locationOf, pidsOf, serverVersion, startLocation, startRig, stopRig, type Rig } from "../rig/locations";
import { connectionOf, publish } from "../rig/stream-inputs";
import { samples, type Sample } from "../rig/stream-change-samples";
import { until } from "../rig/until";

const location = "hub";

describe(`changes of a live stream on nats-server ${serverVersion}`, function () {
  this.timeout(600_000);
  let rig: Rig;
  let ask: Ask;
  let made = 0;

  before(async () => {
    rig = await startRig(28_300);
    ask = askPatiently(connectionOf(rig));
  });
  after(async () => {
    await closeConnections();
    if (rig) await stopRig(rig);
  });

  const send = (verb: "CREATE" | "UPDATE", config: StreamConfig) =>
    ask(location, `STREAM.${verb}.${config.name}`, wireConfig(config));
  const infoOf = (name: string) => ask<StreamInfo>(location, `STREAM.INFO.${name}`);

  function streamNamed(name: string, options: Partial<StreamConfig>): StreamConfig {
    const usual = { description: "", replicas: 1, retention: "limits", discard: "old", storage: "file" } as const;
    const limits = { maxAgeSeconds: 3600, maxBytes: 2 ** 20 };
    const stream = { ...usual, ...limits, subjects: ["own.>"], sources: [], ...options, location, name };
    return { ...stream, subjects: stream.subjects.map((subject) => subject.replace(/^own/, name)) };
  }

  /** Makes a stream with 8 messages on 4 subjects, where it takes any. */
  async function make(first: StreamConfig, before: StreamConfig): Promise<void> {
    await send("CREATE", first);
    if (first.subjects.length > 0) {
      await publish(rig, first.name, 4, location);
      await publish(rig, first.name, 4, location);
    }
    if (first !== before) await send("UPDATE", before);
  }

  /** The server's `err_code`; "in place" where it took the change and has it, "dropped" where it took it and has it not. */
  async function tried(field: ChangeableField, after: StreamConfig): Promise<number | "in place" | "dropped"> {
    try {
      await send("UPDATE", after);
    } catch (error) {
      if (error instanceof JetStreamRequestError && error.errCode !== undefined) return error.errCode;
      throw error;
    }
    const found = configOfWire((await infoOf(after.name)).config, location);
    const isThere = !changedFields(after, found).includes(field);
    return isThere || (field === "subjects" && after.subjects.length === 0) ? "in place" : "dropped";
  }

  function tryField<Field extends ChangeableField>(field: Field): void {
    const ofField: readonly Sample<StreamConfig[Field]>[] = samples[field];
    const since = fieldSince(field);
    const isLacking = since !== undefined && semver.lt(serverVersion, since);
    for (const sample of ofField) {
      const { before, after, first, deletesOn } = sample;
      if (isLacking && before !== undefined) continue;
      const refusal = changeRefusal(field, before, after, serverVersion);
      const silent = field === "firstSequence" ? ["dropped", "in place"] : ["dropped"];
      const expected = refusal ? (refusal.errCode === undefined ? silent : [refusal.errCode]) : ["in place"];
      const change = `${field} from ${JSON.stringify(before) ?? "nothing"} to ${JSON.stringify(after) ?? "nothing"}`;
      const title = `${change}${sample.with ? ` with ${JSON.stringify(sample.with)}` : ""}: ${expected.join(" or ")}`;
      it(title, async () => {
        const name = `change-${made++}`;
        const old = streamNamed(name, { ...sample.with, [field]: before });
        await make(first ? streamNamed(name, { ...sample.with, [field]: before, ...first }) : old, old);
        const had = (await infoOf(name)).state.messages;
        const changed = streamNamed(name, { ...sample.with, [field]: after });
        const outcome = await tried(field, changed);
        expect(outcome).to.be.oneOf(expected);
        if (deletesOn !== undefined && semver.satisfies(serverVersion, deletesOn)) {
          await until(async () => (await infoOf(name)).state.messages < had);
          expect(losingFields({ before: old, after: changed, serverVersion })).to.deep.equal([field]);
        } else {
          expect((await infoOf(name)).state.messages).to.equal(had);
        }
        await deleteStream(ask, location, name);
      });
    }
  }

  for (const field of changeableFields) tryField(field);

  it("a first sequence raised is taken without a word, and deletes everything at the next restart", async function () {
    if (semver.lt(serverVersion, "2.10.0")) this.skip();
    const stream = streamNamed("raised", {});
    await make(stream, stream);
    await send("UPDATE", { ...stream, firstSequence: 100 });
    expect((await infoOf("raised")).state.messages).to.equal(8);
    await restart();
    const { messages, first_seq } = (await infoOf("raised")).state;
    expect({ messages, first_seq }).to.deep.equal({ messages: 0, first_seq: 100 });
  });

  async function restart(): Promise<void> {
    const pids = (await pidsOf(locationOf(rig, location).inputs)).filter((pid) => pid !== undefined);
    for (const pid of pids) process.kill(pid, "SIGTERM");
    await until(async () => (await pidsOf(locationOf(rig, location).inputs)).every((pid) => pid === undefined));
    await startLocation(locationOf(rig, location));
  }
});
