import type { Topology } from "../../../streams/declarations";
import type { StreamDeclaration } from "../../../streams/stream-declaration";
import type { Case } from "./a-topology";
import { a, copy, of, running, stream, sum, testCases } from "./a-topology";

type Retention = NonNullable<StreamDeclaration["retention"]>;
const link = "source of stream hub/sum from 'a' in 'cinema-a'";
/** A link between the locations with these at its ends. */
const between = (origin: Retention, follower: Retention, more: Partial<StreamDeclaration> = {}) =>
  of({ ...a, retention: origin }, sum({}, { retention: follower, ...more }));
/** With a stream of each one's name in the other location. */
const withNamesakes = (topology: Topology): Topology =>
  of(...topology.streams, stream("hub", "a", { subjects: ["b"] }), stream("cinema-a", "sum", { subjects: ["c"] }));
const old = (location: string) =>
  `'retention' of stream cinema-a/a, origin of the ${link}, is workqueue, and '${location}' runs 2.12.15; ` +
  "allowed: servers from 2.14.0 on at both ends, as older ones lose messages under load; declare limits, or upgrade them (rule R2)";
const interestOrigin =
  `'retention' of stream cinema-a/a, origin of the ${link}, is interest; allowed: limits, as what was published before the link, ` +
  "and on older servers while it is cut, is lost; declare limits (rule R1)";
const unconsumed =
  "'retention' of stream hub/sum is interest, and no consumer of it is declared, so that it keeps nothing; " +
  "allowed on a stream with links: limits, or workqueue, which keeps a message until it was consumed; declare one of those (rule R5)";
const early =
  "'retention' of stream hub/sum is interest, and what arrives before its consumers are made is lost; " +
  "allowed on a stream with links: limits, or workqueue, which keeps a message until it was consumed; " +
  "declare one of those, or 'allowDataLoss' (rule R6)";
const byInterest = between("limits", "interest");
const queueAfterQueue = (retention: Retention) =>
  `'retention' of stream hub/sum is ${retention}, and that of its origin cinema-a/a workqueue; ` +
  "allowed after a workqueue, which the link empties: limits; declare it on one of them (rule R3)";

const cases: readonly Case[] = [
  ["limits to limits on the oldest servers", between("limits", "limits"), [], running("2.9.19", "2.9.19")],
  ["limits to workqueue on the oldest servers", between("limits", "workqueue"), [], running("2.9.19", "2.9.19")],
  ["workqueue to limits from 2.14 on", between("workqueue", "limits"), [], running("2.14.0", "2.15.2")],
  ["workqueue to limits on servers that are not known", between("workqueue", "limits"), []],
  [
    "a workqueue origin with old servers at one end",
    between("workqueue", "limits"),
    [old("hub")],
    running("2.12.15", "2.15.2"),
  ],
  [
    "a workqueue origin with old servers at both ends",
    between("workqueue", "limits"),
    [old("cinema-a"), old("hub")],
    running("2.12.15", "2.12.15"),
  ],
  ["a workqueue that follows a workqueue", between("workqueue", "workqueue"), [queueAfterQueue("workqueue")]],
  ["an origin that keeps by interest", between("interest", "limits"), [interestOrigin], running("2.15.2", "2.15.2")],
  ["interest at both ends", between("interest", "interest"), [interestOrigin, unconsumed]],
  [
    "a workqueue with two followers",
    of({ ...a, retention: "workqueue" }, copy, sum({})),
    [
      "stream cinema-a/a has the 'retention' workqueue and feeds hub/copy and hub/sum; " +
        "allowed: one link and nothing else, as each message goes when one has had it; declare limits, or chain the followers (rule R4)",
    ],
  ],
  [
    "a workqueue with a follower and a consumer",
    { ...between("workqueue", "limits"), consumers: [{ location: "cinema-a", stream: "a", name: "c" }] },
    [
      "stream cinema-a/a has the 'retention' workqueue and feeds hub/sum and its consumer c; " +
        "allowed: one link and nothing else, as each message goes when one has had it; declare limits, or chain the followers (rule R4)",
    ],
  ],
  [
    "a workqueue with a follower, and consumers of other streams",
    {
      ...withNamesakes(between("workqueue", "limits")),
      consumers: [
        { location: "cinema-a", stream: "sum", name: "c" },
        { location: "hub", stream: "a", name: "c" },
      ],
    },
    [],
  ],
  [
    "a workqueue with the consumer of its link",
    {
      ...of({ ...a, retention: "workqueue" }, sum({ consumer: { name: "c", deliverSubject: "d" } })),
      consumers: [{ location: "cinema-a", stream: "a", name: "c" }],
    },
    [],
  ],
  ["a follower by interest without a consumer", between("limits", "interest"), [unconsumed]],
  [
    "a follower by interest without a consumer, on a workqueue",
    between("workqueue", "interest"),
    [queueAfterQueue("interest"), unconsumed],
  ],
  [
    "a follower by interest with a consumer",
    { ...byInterest, consumers: [{ location: "hub", stream: "sum", name: "c" }] },
    [early],
  ],
  [
    "a follower by interest with a consumer on another stream",
    {
      ...withNamesakes(byInterest),
      consumers: [
        { location: "cinema-a", stream: "sum", name: "c" },
        { location: "hub", stream: "a", name: "c" },
      ],
    },
    [unconsumed],
  ],
  [
    "a follower by interest with a consumer, which may lose what comes before it",
    {
      ...between("limits", "interest", { allowDataLoss: true }),
      consumers: [{ location: "hub", stream: "sum", name: "c" }],
    },
    [],
  ],
  ["a stream by interest that is on no link", of(stream("hub", "x", { subjects: ["x"], retention: "interest" })), []],
];

testCases("retention at the ends of links", cases);
