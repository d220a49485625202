import type { StreamDeclaration } from "../../../streams/stream-declaration";
import type { Case } from "./a-topology";
import { a, of, sum, testCases } from "./a-topology";

/** A stream alone, with options. */
const alone = (options: Partial<StreamDeclaration>) => of({ ...a, ...options });
const says = (given: string, allowed: string, rule: string, place = "cinema-a/a") =>
  `${given} of stream ${place}; allowed: ${allowed} (rule ${rule})`;
const mirror = (options: Partial<StreamDeclaration>) =>
  of(a, { ...a, location: "hub", subjects: [], mirror: { location: "cinema-a", stream: "a" }, ...options });

const cases: readonly Case[] = [
  [
    "counters that refuse when full",
    alone({ allowCounters: true }),
    [
      says(
        "'allowCounters' true and 'discard' new",
        "counters with 'discard' old, which is new where it is left out; declare 'discard' old",
        "C1",
      ),
    ],
  ],
  ["counters", alone({ allowCounters: true, discard: "old" }), []],
  [
    "counters with delete markers",
    alone({ allowCounters: true, discard: "old", deleteMarkerTtlSeconds: 60 }),
    [
      says(
        "'allowCounters' true and 'deleteMarkerTtlSeconds' 60",
        "counters without ages of single messages and without markers, which bring those; drop one",
        "C2",
      ),
    ],
  ],
  [
    "counters with ages of single messages",
    alone({ allowCounters: true, discard: "old", allowMessageTtl: true }),
    [
      says(
        "'allowCounters' true and 'allowMessageTtl' true",
        "counters without ages of single messages and without markers, which bring those; drop one",
        "C2",
      ),
    ],
  ],
  [
    "counters with schedules",
    alone({ allowCounters: true, discard: "old", allowSchedules: true }),
    [says("'allowCounters' true and 'allowSchedules' true", "one of the two; drop one", "C3")],
  ],
  [
    "counters that go when consumed",
    alone({ allowCounters: true, discard: "old", retention: "workqueue" }),
    [says("'allowCounters' true and 'retention' workqueue", "counters with 'retention' limits; drop one", "C4")],
  ],
  [
    "a subject that refuses in a stream that does not",
    alone({ discardNewPerSubject: true, maxMessagesPerSubject: 5, discard: "old" }),
    [
      says(
        "'discardNewPerSubject' true and 'discard' old",
        "'discardNewPerSubject' with 'discard' new; leave out 'discard'",
        "C5",
      ),
    ],
  ],
  [
    "a subject that refuses, but is never full",
    alone({ discardNewPerSubject: true }),
    [
      says(
        "'discardNewPerSubject' true",
        "'discardNewPerSubject' with 'maxMessagesPerSubject'; declare that number",
        "C6",
      ),
    ],
  ],
  ["a subject that refuses", alone({ discardNewPerSubject: true, maxMessagesPerSubject: 5 }), []],
  [
    "schedules that refuse when full",
    alone({ allowSchedules: true }),
    [
      says(
        "'allowSchedules' true and 'discard' new",
        "schedules with 'discard' old, which is new where it is left out; declare 'discard' old",
        "C7",
      ),
    ],
  ],
  ["schedules", alone({ allowSchedules: true, discard: "old" }), []],
  [
    "schedules on an aggregate",
    of(a, sum({}, { allowSchedules: true, discard: "old" })),
    [says("'allowSchedules' true and 'sources'", "schedules on a stream without links; drop one", "C8", "hub/sum")],
  ],
  [
    "markers where nobody may purge",
    alone({ denyPurge: true, deleteMarkerTtlSeconds: 60 }),
    [
      says(
        "'denyPurge' true and 'deleteMarkerTtlSeconds' 60",
        "'denyPurge' on a stream without roll-ups, delete markers and schedules; drop one",
        "C9",
      ),
    ],
  ],
  [
    "roll-ups where nobody may purge",
    alone({ denyPurge: true, allowRollup: true }),
    [
      says(
        "'denyPurge' true and 'allowRollup' true",
        "'denyPurge' on a stream without roll-ups, delete markers and schedules; drop one",
        "C9",
      ),
    ],
  ],
  ["nobody may purge or delete", alone({ denyPurge: true, denyDelete: true, allowRollup: false }), []],
  [
    "markers without roll-ups",
    alone({ deleteMarkerTtlSeconds: 60, allowRollup: false }),
    [
      says(
        "'allowRollup' false and 'deleteMarkerTtlSeconds' 60",
        "'allowRollup' left out or true beside delete markers or schedules, which need it; leave it out",
        "C10",
      ),
    ],
  ],
  [
    "markers without ages of single messages",
    alone({ deleteMarkerTtlSeconds: 60, allowMessageTtl: false }),
    [
      says(
        "'allowMessageTtl' false and 'deleteMarkerTtlSeconds' 60",
        "'allowMessageTtl' left out or true beside delete markers, which need it; leave it out",
        "C11",
      ),
    ],
  ],
  ["markers", alone({ deleteMarkerTtlSeconds: 60 }), []],
  [
    "a mirror with a first sequence",
    mirror({ firstSequence: 5 }),
    [says("'mirror' and 'firstSequence' 5", "'firstSequence' on a stream that is no mirror; drop it", "C12", "hub/a")],
  ],
  [
    "a mirror that takes batches",
    mirror({ allowAtomicPublish: true, allowBatchPublish: true }),
    [
      says(
        "'mirror' and 'allowAtomicPublish' true and 'allowBatchPublish' true",
        "ways to publish on a stream that is no mirror; drop them",
        "C13",
        "hub/a",
      ),
    ],
  ],
  [
    "a mirror with markers of its own",
    mirror({ deleteMarkerTtlSeconds: 60 }),
    [
      says(
        "'mirror' and 'deleteMarkerTtlSeconds' 60",
        "delete markers on a stream that is no mirror; declare them on the origin",
        "C14",
        "hub/a",
      ),
    ],
  ],
  ["a mirror that answers for its origin", mirror({ mirrorDirect: true, allowDirect: true }), []],
  [
    "a stream that answers for an origin that it has not",
    alone({ mirrorDirect: true }),
    [says("'mirrorDirect' true", "'mirrorDirect' on a mirror; leave it out", "C15")],
  ],
  [
    "several replicas that acknowledge early",
    alone({ persistMode: "async" }),
    [
      says(
        "'persistMode' async and 'replicas' 3",
        "'persistMode' async with 1 replica; 'replicas' is 3 where it is left out; leave it out, as it loses messages in a crash",
        "C16",
      ),
    ],
  ],
  [
    "atomic batches that are acknowledged early",
    alone({ persistMode: "async", replicas: 1, allowAtomicPublish: true }),
    [says("'persistMode' async and 'allowAtomicPublish' true", "one of the two; drop one", "C17")],
  ],
  ["one replica that acknowledges early", alone({ persistMode: "async", replicas: 1 }), []],
  [
    "a sealed aggregate",
    of(a, sum({}, { sealed: true })),
    [says("'sealed' true and 'sources'", "'sealed' on a stream without links; drop the links first", "C18", "hub/sum")],
  ],
  ["a sealed stream", alone({ sealed: true }), []],
];

testCases("options that exclude each other", cases);
