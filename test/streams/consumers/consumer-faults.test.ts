import { expect } from "chai";
import { fault } from "../../../streams/checks/fault";
import type { RuleId } from "../../../streams/checks/rules";
import { consumerFaults } from "../../../streams/consumers/consumer-faults";
import type { ConsumerDeclaration } from "../../../streams/consumers/consumer-declaration";
import type { StreamDeclaration } from "../../../streams/stream-declaration";

const sizes = { maxAgeSeconds: 3600, maxBytes: 2 ** 20 };
const streams: StreamDeclaration[] = [
  { location: "hub", name: "sales", subjects: ["sales.>"], ...sizes },
  { location: "hub", name: "queue", subjects: ["queue.>"], retention: "workqueue", ...sizes },
  { location: "hub", name: "copy", mirror: { location: "cinema-a", stream: "tickets" }, ...sizes },
  {
    location: "cinema-a",
    name: "tickets",
    subjects: ["tickets.*"],
    replicas: 1,
    maxConsumers: 1,
    consumerLimits: { maxAckPending: 10, inactiveThresholdSeconds: 60 },
    ...sizes,
  },
];
const [, , follower, origin] = streams;
const links =
  follower?.mirror && origin ? [{ follower, kind: "mirror" as const, origin: follower.mirror, from: origin }] : [];

function faults(consumers: readonly ConsumerDeclaration[], serverVersion?: string): string[] {
  const facts = { clusterName: "hub", replicas: 3, maxFileStoreBytes: 2 ** 30 };
  const locations = serverVersion === undefined ? [] : [{ location: "hub", serverVersion, ...facts }];
  return consumerFaults(consumers, { streams, links, locations });
}

const one = (options: Partial<ConsumerDeclaration> = {}): ConsumerDeclaration => ({
  location: "hub",
  stream: "sales",
  name: "one",
  ...options,
});

const push = { deliverSubject: "to.it" };
const of = "of consumer hub/sales/one";
const flowControl = { ...push, ackPolicy: "flow_control", maxAckPending: 5 } as const;

/** One fault each, with its whole text before the rule. */
function refused(
  title: string,
  rule: RuleId,
  rows: readonly (readonly [Partial<ConsumerDeclaration>, string])[],
): void {
  describe(title, () => {
    for (const [options, text] of rows)
      it(JSON.stringify(options), () => expect(faults([one(options)])).to.deep.equal([fault(rule, text)]));
  });
}

describe("faults of consumers", () => {
  refused("a consumer of an unknown stream", "U2", [
    [
      { stream: "nowhere" },
      "'stream' of consumer 'one' is 'nowhere' in 'hub', which is not declared; allowed there: sales, queue, copy; correct it or " +
        "declare the stream",
    ],
    [
      { location: "cinema-b" },
      "'stream' of consumer 'one' is 'sales' in 'cinema-b', which is not declared; allowed there: none, as no stream is declared " +
        "in that location; correct it or declare the stream",
    ],
  ]);

  refused("a filter beyond its stream's subjects", "U3", [
    [
      { filterSubjects: ["tickets.a"] },
      `'filterSubjects' ${of} has 'tickets.a'; allowed: within a subject of its stream: sales.> (10093); correct it`,
    ],
    [
      { stream: "copy", filterSubjects: ["tickets.>"] },
      "'filterSubjects' of consumer hub/copy/one has 'tickets.>'; allowed: within a subject of its stream: tickets.* (10093); correct it",
    ],
  ]);

  refused("a delivery into its own stream", "U4", [
    [
      { deliverSubject: "sales.out" },
      `'deliverSubject' ${of} is 'sales.out', which its stream stores by 'sales.>'; allowed: a subject that it does not store, else ` +
        "it delivers for ever (10081); change it",
    ],
  ]);

  refused("other replicas than its stream's", "U5", [
    [
      { location: "cinema-a", stream: "tickets", replicas: 3 },
      "'replicas' of consumer cinema-a/tickets/one is 3; allowed: at most the 1 of its stream (10126); lower it",
    ],
    [
      { stream: "queue", replicas: 1 },
      "'replicas' of consumer hub/queue/one is 1; allowed: the 3 of its stream, which is of 'workqueue' (10134); leave it out",
    ],
  ]);

  refused("more than its stream's limits", "U6", [
    [
      { location: "cinema-a", stream: "tickets", maxAckPending: 11 },
      "'maxAckPending' of consumer cinema-a/tickets/one is 11; allowed: at most the 10 of its stream's 'consumerLimits' (10121); lower it",
    ],
    [
      { location: "cinema-a", stream: "tickets", inactiveThresholdSeconds: 61 },
      "'inactiveThresholdSeconds' of consumer cinema-a/tickets/one is 61; allowed: at most the 60 of its stream's 'consumerLimits' " +
        "(10153); lower it",
    ],
  ]);

  refused("a workqueue's consumer that passes messages over", "U7", [
    [
      { stream: "queue", ackPolicy: "all" },
      "'ackPolicy' of consumer hub/queue/one is 'all'; allowed: explicit or flow_control, as its stream is of 'workqueue' (10098); change it",
    ],
    [
      { stream: "queue", ackPolicy: "none" },
      "'ackPolicy' of consumer hub/queue/one is 'none'; allowed: explicit or flow_control, as its stream is of 'workqueue' (10084); change it",
    ],
    [
      { stream: "queue", startSequence: 5 },
      "the first message of consumer hub/queue/one is 'by_start_sequence'; allowed: all, as its stream is of 'workqueue' (10101); " +
        "leave out 'deliverPolicy', 'startSequence' and 'startTime'",
    ],
  ]);

  it("sound consumers have none, on the newest servers and on the oldest", () => {
    const sound = [
      one({ filterSubjects: ["sales.a"], maxDeliver: 3, backoffSeconds: [1, 2], replicas: 1, maxAckPending: -1 }),
      one({ name: "pushed", ...push, deliverGroup: "g", flowControl: true, idleHeartbeatSeconds: 5 }),
      one({ name: "queued", stream: "queue", filterSubjects: ["queue.a"] }),
      one({ name: "queued-too", stream: "queue", filterSubjects: ["queue.b"] }),
      one({ location: "cinema-a", stream: "tickets", replicas: 1 }),
    ];
    for (const version of [undefined, "2.15.2", "2.9.19"]) expect(faults(sound, version)).to.deep.equal([]);
    const meeting = one({ filterSubjects: ["sales.*.b", "sales.a.*"], backoffSeconds: [1, 2] });
    expect(faults([meeting, one({ ...flowControl, name: "flows" })], "2.15.2")).to.deep.equal([]);
  });

  it("a consumer declared twice, and more consumers than their stream takes, told at once", () => {
    const tickets = one({ location: "cinema-a", stream: "tickets" });
    expect(faults([tickets, tickets])).to.deep.equal([
      "consumer cinema-a/tickets/one is declared twice; allowed: one declaration for each name of a stream; drop or rename one (rule U1)",
      "stream cinema-a/tickets has 2 declared consumers; allowed: its 'maxConsumers' of 1 (10026); raise it or drop some (rule U9)",
    ]);
  });

  it("consumers of a workqueue that share messages", () => {
    const queued = (name: string, filterSubjects: string[]) => one({ name, stream: "queue", filterSubjects });
    expect(faults([queued("one", ["queue.*.b"]), queued("two", ["queue.a.*"]), queued("three", [])])).to.deep.equal([
      "'queue.*.b' of consumer hub/queue/one and 'queue.a.*' of consumer hub/queue/two catch the same messages; allowed: each " +
        "message for one consumer, as the stream is of 'workqueue' (10099, 10100); narrow one by 'filterSubjects' (rule U8)",
      "'queue.*.b' of consumer hub/queue/one and '>' of consumer hub/queue/three catch the same messages; allowed: each message for " +
        "one consumer, as the stream is of 'workqueue' (10099, 10100); narrow one by 'filterSubjects' (rule U8)",
      "'queue.a.*' of consumer hub/queue/two and '>' of consumer hub/queue/three catch the same messages; allowed: each message for " +
        "one consumer, as the stream is of 'workqueue' (10099, 10100); narrow one by 'filterSubjects' (rule U8)",
    ]);
  });
});
