import { expect } from "chai";
import semver from "semver";
import { consumerChangeRefusals } from "../../streams/consumers/consumer-changes";
import { consumerConfig } from "../../streams/consumers/consumer-config";
import type { ConsumerDeclaration, ConsumerOptions } from "../../streams/consumers/consumer-declaration";
import type { ConsumerField } from "../../streams/consumers/consumer-wire";
import {
  consumerFields,
  consumerOfWire,
  consumerWire,
  changedConsumerFields,
} from "../../streams/consumers/consumer-wire";
import { closeConnections } from "../../streams/jetstream/connection";
import { findConsumer, updateConsumer } from "../../streams/jetstream/consumer-api";
import { askOnce, type Ask, type JetStreamRequestError } from "../../streams/jetstream/request";
import { consumer } from "../../streams/consumers/consumer-provider";
import { consumerInputs } from "../rig/consumer-inputs";
import { serverVersion, startRig, stopRig, type Rig } from "../rig/locations";
import { connectionOf } from "../rig/stream-inputs";

const portBase = 26_700;

type Options = ConsumerOptions & Pick<ConsumerDeclaration, "description">;

interface Row {
  readonly before?: Options;
  readonly after: Options;
  /** First server version that has the field. */
  readonly since?: string;
}

const push = { deliverSubject: "to.somebody" };
const group = { priorityPolicy: "pinned_client", priorityGroups: ["one"] } as const;

/** One change of each field but the name. */
const rows: Readonly<Record<Exclude<ConsumerField, "name">, Row>> = {
  description: { after: { description: "Billing" } },
  deliverPolicy: { after: { deliverPolicy: "new" } },
  startSequence: { before: { startSequence: 2 }, after: { startSequence: 3 } },
  startTime: { before: { startTime: "2026-01-01T00:00:00Z" }, after: { startTime: "2026-01-02T00:00:00Z" } },
  ackPolicy: { after: { ackPolicy: "all" } },
  ackWaitSeconds: { after: { ackWaitSeconds: 5 } },
  maxDeliver: { after: { maxDeliver: 5 } },
  backoffSeconds: { before: { maxDeliver: 5 }, after: { maxDeliver: 5, backoffSeconds: [1, 2] } },
  filterSubjects: { before: { filterSubjects: ["s.a"] }, after: { filterSubjects: ["s.b"] } },
  replayPolicy: { after: { replayPolicy: "original" } },
  samplePercent: { after: { samplePercent: 30 } },
  maxAckPending: { after: { maxAckPending: -1 } },
  headersOnly: { after: { headersOnly: true } },
  maxWaiting: { after: { maxWaiting: 10 } },
  maxRequestBatch: { after: { maxRequestBatch: 10 } },
  maxRequestExpiresSeconds: { after: { maxRequestExpiresSeconds: 0.5 } },
  maxRequestBytes: { after: { maxRequestBytes: 1000 } },
  inactiveThresholdSeconds: { after: { inactiveThresholdSeconds: 3600 } },
  replicas: { after: { replicas: 1 } },
  memoryStorage: { after: { memoryStorage: true } },
  metadata: { after: { metadata: { team: "billing" } }, since: "2.10.0" },
  deliverSubject: { before: push, after: { deliverSubject: "to.another" } },
  deliverGroup: { before: push, after: { ...push, deliverGroup: "billing" } },
  flowControl: {
    before: { ...push, idleHeartbeatSeconds: 1 },
    after: { ...push, idleHeartbeatSeconds: 1, flowControl: true },
  },
  idleHeartbeatSeconds: { before: push, after: { ...push, idleHeartbeatSeconds: 1 } },
  rateLimitBitsPerSecond: { before: push, after: { ...push, rateLimitBitsPerSecond: 1_000_000 } },
  pauseUntil: { after: { pauseUntil: "2099-01-01T00:00:00Z" }, since: "2.11.0" },
  priorityPolicy: { after: { ...group, priorityPolicy: "overflow" }, since: "2.11.0" },
  priorityGroups: { before: group, after: { ...group, priorityGroups: ["one", "two"] }, since: "2.11.0" },
  priorityTimeoutSeconds: { before: group, after: { ...group, priorityTimeoutSeconds: 60 }, since: "2.11.0" },
};

describe(`changes of consumers on nats-server ${serverVersion}`, function () {
  this.timeout(600_000);

  let rig: Rig;
  let ask: Ask;
  let made = 0;

  before(async () => {
    rig = await startRig(portBase);
    ask = askOnce(connectionOf(rig));
    await ask("hub", "STREAM.CREATE.s", { name: "s", subjects: ["s.>"], num_replicas: 3 });
  });
  after(async () => {
    await closeConnections();
    if (rig) await stopRig(rig);
  });

  const declared = (options: Options): ConsumerDeclaration => ({
    location: "hub",
    stream: "s",
    name: `c${made}`,
    ...options,
  });

  async function live(options: Options) {
    made += 1;
    return consumer.create(consumerInputs(rig, declared(options)));
  }

  /** What the server says to a change that nobody refused before. */
  async function sent(options: Options): Promise<number | undefined> {
    const config = consumerConfig(declared(options));
    return updateConsumer(ask, config, consumerWire(config), serverVersion).then(
      () => undefined,
      ({ errCode }: JetStreamRequestError) => errCode,
    );
  }

  it("there is a row for each field", () => {
    expect(Object.keys(rows)).to.have.members(consumerFields.filter((field) => field !== "name"));
  });

  for (const [field, { before = {}, after, since = "2.9.0" }] of Object.entries(rows)) {
    if (semver.lt(serverVersion, since)) continue;
    const refusals = consumerChangeRefusals(
      consumerConfig({ location: "hub", stream: "s", name: "c", ...before }),
      consumerConfig({ location: "hub", stream: "s", name: "c", ...after }),
      serverVersion,
    );
    if (refusals.length === 0) {
      it(`'${field}' is changed in place, and back`, async () => {
        const { id, outs } = await live(before);
        const { outs: changed } = await consumer.update(id, outs, consumerInputs(rig, declared(after)));
        expect(await consumer.read(id, changed)).to.deep.include({ props: changed });
        const { outs: back } = await consumer.update(id, changed, consumerInputs(rig, declared(before)));
        expect(await consumer.read(id, back)).to.deep.include({ props: back });
      });
    } else {
      it(`'${field}' is not changed, as the server would refuse it or only write it down`, async () => {
        await live(before);
        const { errCode } = refusals.find((each) => each.field === field) ?? {};
        expect(await sent(after)).to.equal(errCode);
      });
    }
  }

  it("a pulled consumer does not become a pushed one, nor the other way round", async () => {
    const kinds: [Options, Options][] = [
      [{}, push],
      [push, {}],
    ];
    for (const [before, after] of kinds) {
      const { outs } = await live(before);
      const wanted = consumerConfig(declared(after));
      const refused = consumerChangeRefusals(outs, wanted, serverVersion).map(({ field, errCode }) => [field, errCode]);
      expect(refused).to.deep.equal([["deliverSubject", 10012]]);
      expect(await sent(after)).to.equal(10012);
    }
  });

  it("with a 'startTime' servers before 2.10 change nothing, and later ones all the rest", async () => {
    const timed = { startTime: "2026-01-01T00:00:00Z" };
    const { outs } = await live(timed);
    const after = { ...timed, description: "Billing" };
    const errCode = semver.lt(serverVersion, "2.10.0") ? 10012 : undefined;
    expect(consumerChangeRefusals(outs, consumerConfig(declared(after)), serverVersion)[0]?.errCode).to.equal(errCode);
    expect(await sent(after)).to.equal(errCode);
  });

  it("what is sent comes back as it was declared", async () => {
    const everything: Options = {
      description: "Billing",
      startTime: "2026-01-01T00:00:00Z",
      maxDeliver: 5,
      backoffSeconds: [0.5, 1.3],
      filterSubjects: ["s.a"],
      replayPolicy: "original",
      samplePercent: 100,
      maxAckPending: 9,
      headersOnly: true,
      maxWaiting: 8,
      maxRequestBatch: 7,
      maxRequestExpiresSeconds: 0.001,
      maxRequestBytes: 6,
      inactiveThresholdSeconds: 3600,
      replicas: 1,
      memoryStorage: true,
    };
    await live(everything);
    const wanted = consumerConfig(declared(everything));
    const found = (await findConsumer(ask, wanted))?.config;
    if (!found) throw new Error("it is not there");
    const { description, ...rest } = consumerOfWire(found, "hub", "s");
    expect(changedConsumerFields(wanted, { ...rest, description: "Billing" })).to.deep.equal([]);
    expect(description).to.match(/^Billing( \[cinema-jetstream\.owner=\S+\])?$/);
  });
});
