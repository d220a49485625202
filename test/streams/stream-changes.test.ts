import { expect } from "chai";
import { changeableFields, changeRefusal, fieldSince } from "../../streams/stream-changes";
import type { ChangeableField } from "../../streams/stream-changes";
import type { StreamConfig } from "../../streams/stream-config";

const versions = ["2.9.19", "2.10.0", "2.11.2", "2.12.0", "2.14.0", "2.15.2"] as const;
type Version = (typeof versions)[number];

/** What becomes of a change: made, refused with a number, or not asked for, as the server would take it without doing it. */
type Outcome = "in place" | "not asked for" | number;

function outcome<Field extends ChangeableField>(
  field: Field,
  before: StreamConfig[Field],
  after: StreamConfig[Field],
  version: Version,
): Outcome {
  const refusal = changeRefusal(field, before, after, version);
  return refusal ? (refusal.errCode ?? "not asked for") : "in place";
}

/** Outcomes from a version on; "in place" before the first. */
type Outcomes = Partial<Record<Version, Outcome>>;

interface Case<Value> {
  readonly before: Value;
  readonly after: Value;
  readonly outcomes: Outcomes;
}

const link = { location: "hub", stream: "tickets" };
const always: Outcomes = {};
const never: Outcomes = { "2.9.19": 10052 };
const since = (version: Version): Outcomes => ({ "2.9.19": "not asked for", [version]: "in place" });
const refusedUntil = (version: Version): Outcomes => ({ "2.9.19": 10052, [version]: "in place" });

const cases: { readonly [Field in ChangeableField]: readonly Case<StreamConfig[Field]>[] } = {
  description: [{ before: "", after: "Seats", outcomes: always }],
  subjects: [{ before: ["a"], after: ["b"], outcomes: always }],
  mirror: [
    { before: link, after: { ...link, stream: "seats" }, outcomes: { "2.9.19": 10055 } },
    { before: link, after: { ...link, filterSubject: "a" }, outcomes: { "2.9.19": 10055 } },
    { before: undefined, after: link, outcomes: { "2.9.19": 10055 } },
    { before: link, after: undefined, outcomes: { "2.9.19": 10055, "2.12.0": "in place" } },
  ],
  sources: [
    { before: [], after: [link], outcomes: always },
    { before: [link], after: [{ ...link, filterSubject: "a" }], outcomes: always },
  ],
  replicas: [{ before: 1, after: 3, outcomes: always }],
  maxAgeSeconds: [
    { before: 60, after: 30, outcomes: always },
    { before: 0, after: 30, outcomes: always },
    { before: 30, after: 0, outcomes: always },
  ],
  maxBytes: [
    { before: 2, after: 1, outcomes: always },
    { before: 1, after: 2, outcomes: always },
  ],
  maxMessages: [
    { before: undefined, after: 1, outcomes: always },
    { before: 1, after: undefined, outcomes: always },
  ],
  maxMessagesPerSubject: [
    { before: -1, after: 1, outcomes: always },
    { before: 1, after: 2, outcomes: always },
  ],
  maxMessageSize: [{ before: 1000, after: 10, outcomes: always }],
  maxConsumers: [{ before: 5, after: 3, outcomes: refusedUntil("2.12.0") }],
  duplicateWindowSeconds: [{ before: 60, after: 30, outcomes: always }],
  retention: [
    { before: "limits", after: "interest", outcomes: refusedUntil("2.10.0") },
    { before: "interest", after: "limits", outcomes: refusedUntil("2.10.0") },
    { before: "limits", after: "workqueue", outcomes: never },
    { before: "workqueue", after: "limits", outcomes: never },
    { before: "interest", after: "workqueue", outcomes: never },
    { before: "workqueue", after: "interest", outcomes: never },
  ],
  discard: [
    { before: "new", after: "old", outcomes: always },
    { before: "old", after: "new", outcomes: always },
  ],
  storage: [{ before: "file", after: "memory", outcomes: never }],
  discardNewPerSubject: [{ before: undefined, after: true, outcomes: always }],
  noAck: [{ before: undefined, after: true, outcomes: always }],
  placement: [{ before: { cluster: "a" }, after: undefined, outcomes: always }],
  republish: [
    { before: undefined, after: { source: ">", destination: "b.>" }, outcomes: refusedUntil("2.10.0") },
    { before: { source: ">", destination: "b.>" }, after: undefined, outcomes: refusedUntil("2.10.0") },
  ],
  subjectTransform: [{ before: undefined, after: { source: ">", destination: "b.>" }, outcomes: since("2.10.0") }],
  compression: [
    { before: undefined, after: "s2", outcomes: since("2.10.0") },
    { before: "s2", after: undefined, outcomes: always },
  ],
  firstSequence: [
    { before: undefined, after: 100, outcomes: { "2.9.19": "not asked for" } },
    { before: 100, after: 5, outcomes: { "2.9.19": "not asked for" } },
    { before: 100, after: undefined, outcomes: always },
  ],
  allowDirect: [{ before: true, after: false, outcomes: always }],
  mirrorDirect: [{ before: true, after: false, outcomes: always }],
  sealed: [
    { before: undefined, after: true, outcomes: always },
    { before: true, after: false, outcomes: never },
  ],
  denyDelete: [
    { before: false, after: true, outcomes: always },
    { before: true, after: undefined, outcomes: never },
  ],
  denyPurge: [
    { before: undefined, after: true, outcomes: always },
    { before: true, after: undefined, outcomes: never },
  ],
  allowRollup: [{ before: true, after: undefined, outcomes: always }],
  allowMessageTtl: [
    { before: undefined, after: true, outcomes: since("2.11.2") },
    { before: true, after: undefined, outcomes: never },
  ],
  deleteMarkerTtlSeconds: [
    { before: undefined, after: 10, outcomes: since("2.11.2") },
    { before: 10, after: undefined, outcomes: always },
  ],
  allowCounters: [{ before: undefined, after: true, outcomes: { "2.9.19": "not asked for", "2.12.0": 10052 } }],
  allowAtomicPublish: [{ before: undefined, after: true, outcomes: since("2.12.0") }],
  allowBatchPublish: [{ before: undefined, after: true, outcomes: { ...since("2.14.0"), "2.12.0": 10025 } }],
  allowSchedules: [
    { before: undefined, after: true, outcomes: since("2.12.0") },
    { before: true, after: undefined, outcomes: never },
  ],
  persistMode: [{ before: undefined, after: "async", outcomes: { "2.9.19": "not asked for", "2.12.0": 10052 } }],
  consumerLimits: [{ before: undefined, after: { maxAckPending: 5 }, outcomes: since("2.10.0") }],
  metadata: [{ before: { a: "b" }, after: { a: "c" }, outcomes: since("2.10.0") }],
};

function describeField<Field extends ChangeableField>(field: Field): void {
  const ofField: readonly Case<StreamConfig[Field]>[] = cases[field];
  for (const { before, after, outcomes } of ofField) {
    const change = `${field} from ${JSON.stringify(before) ?? "nothing"} to ${JSON.stringify(after) ?? "nothing"}`;
    it(`${change} is what the servers were seen to do`, () => {
      let expected: Outcome = "in place";
      for (const version of versions) {
        expected = outcomes[version] ?? expected;
        expect([version, outcome(field, before, after, version)]).to.deep.equal([version, expected]);
      }
    });
  }
}

describe("the costs of a change", () => {
  for (const field of changeableFields) describeField(field);

  it("name the server that takes the change, and the way around it", () => {
    expect(changeRefusal("mirror", link, undefined, "2.11.17")).to.deep.equal({
      errCode: 10055,
      wayOut:
        "run nats-server 2.12.0 or newer, which makes a mirror an origin, or declare a stream under another name that " +
        "has this one as its source, and move publishers and consumers over",
    });
    expect(changeRefusal("compression", undefined, "s2", "2.9.19")).to.deep.equal({
      wayOut: "run nats-server 2.10.0 or newer, or leave it out",
    });
  });

  it("tell since when each field exists", () => {
    const known = changeableFields.flatMap((field) => {
      const version = fieldSince(field);
      return version === undefined ? [] : [[field, version]];
    });
    expect(Object.fromEntries(known)).to.deep.equal({
      subjectTransform: "2.10.0",
      compression: "2.10.0",
      firstSequence: "2.11.2",
      allowMessageTtl: "2.11.0",
      deleteMarkerTtlSeconds: "2.11.0",
      allowCounters: "2.12.0",
      allowAtomicPublish: "2.12.0",
      allowBatchPublish: "2.14.0",
      allowSchedules: "2.12.0",
      persistMode: "2.12.0",
      consumerLimits: "2.10.0",
      metadata: "2.10.0",
    });
  });
});
