import { a, and, copy, day, locationOf, of, ok, running, stream, sum, testCases, withA } from "./a-topology";
import type { Case } from "./a-topology";

const badReplicas = (replicas: number) =>
  `'replicas' of stream cinema-a/a is ${replicas}; allowed: 1, 3, 5, as a quorum needs an odd number; change it (rule Z1)`;
const unbounded = (value: number) =>
  `'maxBytes' of stream cinema-a/a is ${value}; allowed: a whole number above 0, so that storage is bounded; declare it (rule Z2)`;
const badAge = (value: number) =>
  `'maxAgeSeconds' of stream cinema-a/a is ${value}; allowed: a whole number above 0, or 0 for as long as there is room; declare it (rule Z2)`;
const notWhole = (field: string, value: number, place = "cinema-a/a") =>
  `'${field}' of stream ${place} is ${value}; allowed: a whole number above 0; change it, or leave it out (rule Z3)`;
/** Not linked, as most of what is wrong with an origin is told of its links too. */
const alone = (change: Parameters<typeof withA>[0]) => of({ ...a, ...change });

const cinemaA = locationOf("cinema-a", "2.14.2");

const numbers: readonly Case[] = [
  ["an even number of replicas", withA({ replicas: 2 }), [badReplicas(2)]],
  ["too many replicas for any cluster", withA({ replicas: 7 }), [badReplicas(7)]],
  ["no age, which bytes bound alone", alone({ maxAgeSeconds: 0, duplicateWindowSeconds: 120 }), []],
  ["a negative age", alone({ maxAgeSeconds: -1 }), [badAge(-1)]],
  ["an age in parts of a second", alone({ maxAgeSeconds: 1.5 }), [badAge(1.5)]],
  ["unlimited bytes", alone({ maxBytes: -1 }), [unbounded(-1)]],
  [
    "limits below 1",
    alone({
      ...{ maxMessages: 0, maxMessagesPerSubject: -1, maxMessageSize: 0.5, maxConsumers: 0, firstSequence: 0 },
      ...{ deleteMarkerTtlSeconds: 1.5, bytesPerSecond: 0, consumerLimits: { maxAckPending: -1 } },
    }),
    [
      notWhole("maxMessages", 0),
      notWhole("maxMessagesPerSubject", -1),
      notWhole("maxMessageSize", 0.5),
      notWhole("maxConsumers", 0),
      notWhole("maxAckPending", -1),
      notWhole("firstSequence", 0),
      notWhole("deleteMarkerTtlSeconds", 1.5),
      notWhole("bytesPerSecond", 0),
    ],
  ],
  [
    "a link's numbers below 1",
    of(a, sum({ startSequence: 0, outageBudgetSeconds: -1 })),
    [notWhole("startSequence", 0, "hub/sum"), notWhole("outageBudgetSeconds", -1, "hub/sum")],
  ],
  [
    "messages larger than their stream",
    alone({ maxMessageSize: 2 ** 20 + 1 }),
    [
      "'maxMessageSize' of stream cinema-a/a is 1048577 bytes (1 MiB); allowed: at most its 'maxBytes' of 1048576 bytes (1 MiB), " +
        "as no message of that size fits; change one of them (rule Z4)",
    ],
  ],
  ["messages as large as their stream", alone({ maxMessageSize: 2 ** 20 }), []],
  [
    "a stream in memory",
    withA({ storage: "memory" }),
    [
      "'storage' of stream cinema-a/a is memory; allowed: file, as no location has a memory store, " +
        "which would lose its messages with its servers; leave it out (rule Z5)",
    ],
  ],
  [
    "more replicas than the location has servers, and more bytes than it stores",
    ok,
    [
      "'replicas' of stream cinema-a/a is 3; allowed: at most the 1 servers of 'cinema-a'; lower it or add servers (rule Z6)",
      "'maxBytes' of the streams in 'cinema-a' come to 3145728 bytes a server; " +
        "allowed: its file store of 3145727; lower some or raise the location's file store (rule Z7)",
    ],
    [{ ...cinemaA, replicas: 1, maxFileStoreBytes: 3 * 2 ** 20 - 1 }],
  ],
  ["what fits to the byte", ok, [], [{ ...cinemaA, maxFileStoreBytes: 2 ** 20 }]],
  [
    "what is in memory takes no file store",
    and(stream("cinema-a", "m", { subjects: ["m"], storage: "memory", maxBytes: 2 ** 40 })),
    [
      "'storage' of stream cinema-a/m is memory; allowed: file, as no location has a memory store, " +
        "which would lose its messages with its servers; leave it out (rule Z5)",
    ],
    running("2.14.2", "2.14.2"),
  ],
  [
    "a stream placed in another cluster",
    withA({ placement: { cluster: "headquarter", tags: ["ssd"] } }),
    [
      "'placement.cluster' of stream cinema-a/a is 'headquarter'; allowed: cluster-of-cinema-a, the only cluster of 'cinema-a'; " +
        "leave it out (rule Z8)",
    ],
    [cinemaA],
  ],
  ["a stream placed in its own cluster", withA({ placement: { cluster: "cluster-of-cinema-a" } }), [], [cinemaA]],
  ["all faults at once", alone({ replicas: 2, maxBytes: 0 }), [badReplicas(2), unbounded(0)]],
];

const window = (field: string, seconds: number, allowed: string) =>
  `'${field}' of stream cinema-a/a is ${seconds}; allowed${allowed}`;
const forgets = (field: string, seconds: number) =>
  window(
    field,
    seconds,
    " on an origin: at least 10, for which publishers repeat a message while servers restart, " +
      "as followers tell no duplicates; raise it (rule D3)",
  );

const remembers = (place: string) =>
  `'duplicateWindowSeconds' of stream ${place} is 120; allowed: none on a stream without subjects, which would drop a message ` +
  "whose id another origin used; leave it out, as its origins drop duplicates (rule D2)";

const windows: readonly Case[] = [
  [
    "a duplicate window longer than the age",
    withA({ duplicateWindowSeconds: 8 * day + 1 }),
    [
      window(
        "duplicateWindowSeconds",
        691_201,
        ": 1 to its 'maxAgeSeconds' of 691200 (10052); change one of them (rule D1)",
      ),
    ],
  ],
  [
    "no duplicate window",
    of({ ...a, duplicateWindowSeconds: 0 }),
    [window("duplicateWindowSeconds", 0, ": 1 to its 'maxAgeSeconds' of 691200 (10052); change one of them (rule D1)")],
  ],
  ["a duplicate window as long as the age", withA({ duplicateWindowSeconds: 8 * day }), []],
  ["an aggregate that remembers ids", of(a, sum({}, { duplicateWindowSeconds: 120 })), [remembers("hub/sum")]],
  ["a mirror that remembers ids", of(a, { ...copy, duplicateWindowSeconds: 120 }), [remembers("hub/copy")]],
  [
    "an aggregate with subjects of its own, whose publishers may repeat themselves",
    of(a, sum({}, { subjects: ["sum.>"], duplicateWindowSeconds: 120 })),
    [],
  ],
  ["an origin that forgets ids too soon", withA({ duplicateWindowSeconds: 9 }), [forgets("duplicateWindowSeconds", 9)]],
  ["an origin that remembers ids long enough", withA({ duplicateWindowSeconds: 10 }), []],
  [
    "a mirror that is an origin remembers nothing itself",
    of(
      a,
      { ...copy, maxAgeSeconds: 5 },
      stream("hub", "last", { sources: [{ location: "hub", stream: "copy" }], maxAgeSeconds: 5 }),
    ),
    [],
  ],
  ["a stream that nobody follows may forget ids at once", of({ ...a, duplicateWindowSeconds: 1 }), []],
];

testCases("faults of sizes", numbers);
testCases("faults of duplicate windows", windows);
