import { expect } from "chai";
import { consumerConfig, type ConsumerConfig } from "../../../streams/consumers/consumer-config";
import type { ConsumerDeclaration, ConsumerOptions } from "../../../streams/consumers/consumer-declaration";
import {
  changedConsumerFields,
  consumerFields,
  consumerOfWire,
  consumerWire,
  updatedConsumerWire,
  type ConsumerWire,
} from "../../../streams/consumers/consumer-wire";

const declared = (options: Partial<ConsumerDeclaration> = {}): ConsumerConfig =>
  consumerConfig({ location: "hub", stream: "sales", name: "billing", ...options });

const plainWire = { durable_name: "billing", deliver_policy: "all", ack_policy: "explicit" };

/** What servers return for a pulled consumer of which nothing more was declared (2.9.19 to 2.15.2). */
const filledIn = {
  ...plainWire,
  name: "billing",
  ack_wait: 30e9,
  max_deliver: -1,
  replay_policy: "instant",
  max_waiting: 512,
  max_ack_pending: 1000,
  num_replicas: 0,
  metadata: { "_nats.level": "5", "_nats.req.level": "0", "_nats.ver": "2.15.2" },
};

/** Each option, its wire beside that of a plain consumer, and its field where that has another name. */
const spellings: readonly (readonly [Partial<ConsumerDeclaration>, object, string?])[] = [
  [{ description: "Billing" }, { description: "Billing" }],
  [{ deliverPolicy: "new" }, { deliver_policy: "new" }],
  [{ startSequence: 3 }, { deliver_policy: "by_start_sequence", opt_start_seq: 3 }],
  [
    { startTime: "2026-01-01T01:00:00+01:00" },
    { deliver_policy: "by_start_time", opt_start_time: "2026-01-01T00:00:00.000Z" },
  ],
  [{ ackPolicy: "all" }, { ack_policy: "all" }],
  [{ ackWaitSeconds: 1.1 }, { ack_wait: 1_100_000_000 }],
  [{ maxDeliver: 5 }, { max_deliver: 5 }],
  [{ backoffSeconds: [1, 2.3] }, { backoff: [1_000_000_000, 2_300_000_000] }],
  [{ filterSubjects: ["a.>"] }, { filter_subject: "a.>" }],
  [{ filterSubjects: ["a", "b"] }, { filter_subjects: ["a", "b"] }],
  [{ replayPolicy: "original" }, { replay_policy: "original" }],
  [{ samplePercent: 30 }, { sample_freq: "30" }],
  [{ maxAckPending: -1 }, { max_ack_pending: -1 }],
  [{ headersOnly: true }, { headers_only: true }],
  [{ maxWaiting: 7 }, { max_waiting: 7 }],
  [{ maxRequestBatch: 8 }, { max_batch: 8 }],
  [{ maxRequestExpiresSeconds: 0.001 }, { max_expires: 1_000_000 }],
  [{ maxRequestBytes: 9 }, { max_bytes: 9 }],
  [{ inactiveThresholdSeconds: 60 }, { inactive_threshold: 60e9 }],
  [{ replicas: 1 }, { num_replicas: 1 }],
  [{ memoryStorage: true }, { mem_storage: true }],
  [{ metadata: { team: "billing" } }, { metadata: { team: "billing" } }],
  [{ deliverSubject: "to.billing" }, { deliver_subject: "to.billing" }],
  [{ deliverGroup: "billing" }, { deliver_group: "billing" }],
  [{ flowControl: true }, { flow_control: true }],
  [{ idleHeartbeatSeconds: 0.1 }, { idle_heartbeat: 100_000_000 }],
  [{ rateLimitBitsPerSecond: 1000 }, { rate_limit_bps: 1000 }],
  [{ pauseUntil: "2099-01-01T00:00:00Z" }, { pause_until: "2099-01-01T00:00:00.000Z" }],
  [{ priorityPolicy: "overflow" }, { priority_policy: "overflow" }],
  [{ priorityGroups: ["one"] }, { priority_groups: ["one"] }],
  [{ priorityTimeoutSeconds: 60 }, { priority_timeout: 60e9 }],
];

describe("consumer on the wire", () => {
  it("the table has each option", () => {
    const covered = new Set(["name", ...spellings.flatMap(([options]) => Object.keys(options))]);
    expect([...covered]).to.have.members([...consumerFields]);
  });

  for (const [options, wire] of spellings) {
    it(`${JSON.stringify(options)} is ${JSON.stringify(wire)}, and back`, () => {
      const config = declared(options);
      expect(consumerWire(config)).to.deep.equal({ ...plainWire, ...wire });
      const found = consumerOfWire({ ...filledIn, ...wire }, "hub", "sales");
      expect(changedConsumerFields(config, found)).to.deep.equal([]);
      expect(changedConsumerFields(declared(), found)).to.include(Object.keys(options)[0]);
    });
  }

  it("what servers fill in is no difference, whether or not it was declared", () => {
    const found = consumerOfWire(filledIn, "hub", "sales");
    expect(found).to.deep.equal(declared());
    const usual: ConsumerOptions = {
      ackWaitSeconds: 30,
      maxAckPending: 1000,
      maxWaiting: 512,
      replayPolicy: "instant",
    };
    expect(changedConsumerFields(declared(usual), found)).to.deep.equal([]);
  });

  it("the wait that comes from a backoff is no difference while there is one", () => {
    const wire = { ...filledIn, backoff: [5e9, 6e9], ack_wait: 5e9 };
    const found = consumerOfWire(wire, "hub", "sales");
    expect(changedConsumerFields(declared({ backoffSeconds: [5, 6] }), found)).to.deep.equal([]);
    expect(changedConsumerFields(declared(), found)).to.deep.equal(["ackWaitSeconds", "backoffSeconds"]);
  });

  it("what 'flow_control' as an acknowledgement brings along is no difference", () => {
    const options = { ackPolicy: "flow_control", deliverSubject: "to.it", maxAckPending: 9 } as const;
    const wire = { ...plainWire, ...consumerWire(declared(options)), flow_control: true, idle_heartbeat: 1e9 };
    expect(changedConsumerFields(declared(options), consumerOfWire(wire, "hub", "sales"))).to.deep.equal([]);
  });

  it("filters in another order, and one filter in the field for several, are the same", () => {
    const found = (filters: object) => consumerOfWire({ ...filledIn, ...filters }, "hub", "sales");
    const several = declared({ filterSubjects: ["a", "b"] });
    expect(changedConsumerFields(several, found({ filter_subjects: ["b", "a"] }))).to.deep.equal([]);
    expect(changedConsumerFields(declared({ filterSubjects: ["a"] }), found({ filter_subjects: ["a"] }))).to.deep.equal(
      [],
    );
  });

  it("an update sends what is declared, lets servers choose the rest, and keeps what is not managed here", () => {
    const found: ConsumerWire = {
      ...filledIn,
      filter_subject: "a",
      max_batch: 5,
      headers_only: true,
      new_option: 7,
      metadata: { ...filledIn.metadata, "cinema-jetstream.owner": "p/s/one", by: "hand" },
    };
    const wanted = declared({ filterSubjects: ["a", "b"], maxRequestBatch: 6, metadata: { team: "billing" } });
    const changed = changedConsumerFields(wanted, consumerOfWire(found, "hub", "sales"));
    expect(changed).to.have.members(["filterSubjects", "maxRequestBatch", "headersOnly", "metadata"]);
    expect(updatedConsumerWire(found, wanted, changed)).to.deep.equal({
      ...plainWire,
      name: "billing",
      filter_subjects: ["a", "b"],
      max_batch: 6,
      new_option: 7,
      metadata: { ...filledIn.metadata, "cinema-jetstream.owner": "p/s/one", team: "billing" },
    });
  });

  it("the limits of its stream are those of a consumer that says nothing", () => {
    const limits = { maxAckPending: 10, inactiveThresholdSeconds: 60 };
    const declaration = { location: "hub", stream: "sales", name: "billing" };
    expect(consumerConfig(declaration, limits)).to.deep.equal({ ...declared(), ...limits });
    expect(consumerConfig({ ...declaration, maxAckPending: 5 }, limits)).to.deep.include({ maxAckPending: 5 });
  });
});
