import { expect } from "chai";
import fc from "fast-check";
import { consumerChangeRefusals } from "../../streams/consumers/consumer-changes";
import type { ConsumerConfig } from "../../streams/consumers/consumer-config";
import { consumerFaults } from "../../streams/consumers/consumer-faults";
import { consumer } from "../../streams/consumers/consumer-provider";
import type { ConsumerInputs } from "../../streams/consumers/consumer-state";
import { changedConsumerFields, consumerOfWire } from "../../streams/consumers/consumer-wire";
import { withoutToken } from "../../streams/owner-token";
import { closeConnections } from "../../streams/jetstream/connection";
import { deleteConsumer, findConsumer } from "../../streams/jetstream/consumer-api";
import { askPatiently, type Ask } from "../../streams/jetstream/request";
import { anyConsumer, soundConsumer } from "../rig/any-consumer";
import { consumerInputs } from "../rig/consumer-inputs";
import { serverVersion, startRig, stopRig, type Rig } from "../rig/locations";
import { connectionOf } from "../rig/stream-inputs";

const portBase = 26_900;

/** Some 20 s; a failure names the run. */
const runs: fc.Parameters<unknown> = { seed: 20_261_124, numRuns: 40 };

describe(`consumers as sent and as returned by nats-server ${serverVersion}`, function () {
  this.timeout(600_000);

  let rig: Rig;
  let ask: Ask;

  before(async () => {
    rig = await startRig(portBase);
    ask = askPatiently(connectionOf(rig));
    await ask("hub", "STREAM.CREATE.s", { name: "s", subjects: ["s.>"], num_replicas: 3 });
  });
  after(async () => {
    await closeConnections();
    if (rig) await stopRig(rig);
  });

  async function changesOf(wanted: ConsumerConfig): Promise<readonly string[]> {
    const found = (await findConsumer(ask, wanted))?.config;
    return found ? changedConsumerFields(wanted, consumerOfWire(withoutToken(found), "hub", "s")) : ["all"];
  }

  /** Other inputs, with what servers do not change as it was; undefined where one is pulled and the other pushed. */
  function allowed(before: ConsumerInputs, after: ConsumerInputs): ConsumerInputs | undefined {
    const fields = consumerChangeRefusals(before, after, serverVersion).map(({ field }) => field);
    if (fields.includes("deliverSubject")) return undefined;
    const kept: Record<string, unknown> = { ...after };
    for (const field of fields) {
      if (before[field] === undefined) delete kept[field];
      else kept[field] = before[field];
    }
    return kept as unknown as ConsumerInputs;
  }

  it("any consumer is returned as it was sent, made twice, and changed into any other that may follow it", async () => {
    const stream = { location: "hub", name: "s", subjects: ["s.>"], maxAgeSeconds: 1, maxBytes: 1 };
    let updates = 0;
    const property = fc.asyncProperty(anyConsumer, anyConsumer, async (one, other) => {
      const first = soundConsumer(one, serverVersion);
      expect(consumerFaults([first], { streams: [stream], links: [], locations: [] })).to.deep.equal([]);
      const { id, outs } = await consumer.create(consumerInputs(rig, first));
      try {
        expect(await changesOf(outs), "after its creation").to.deep.equal([]);
        const { outs: twice } = await consumer.create(consumerInputs(rig, first));

        const wanted = allowed(twice, consumerInputs(rig, soundConsumer(other, serverVersion)));
        if (!wanted) return;
        const { outs: changed } = await consumer.update(id, twice, wanted);
        expect(await changesOf(wanted), "after an update").to.deep.equal([]);
        expect(await consumer.read(id, changed)).to.deep.include({ props: changed });
        updates += 1;
      } finally {
        await deleteConsumer(ask, { location: "hub", stream: "s", name: "any" });
      }
    });
    await fc.assert(property, runs);
    expect(updates).to.be.above(10);
  });
});
