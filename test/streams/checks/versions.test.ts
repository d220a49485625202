import type { Case } from "./a-topology";
import { a, copy, of, running, sum, testCases } from "./a-topology";

const lacks = (what: string, location: string, version: string, since: string) =>
  `${what} is declared, and '${location}' runs ${version}; allowed: servers from ${since} on, as older ones lack the field; ` +
  "leave it out, or upgrade them (rule V1)";
const link = "source of stream hub/sum from 'a' in 'cinema-a'";
const compressed = of({ ...a, compression: "s2" }, sum({}));
const consumer = sum({ consumer: { name: "c", deliverSubject: "d" } });
const telling = { ...copy, republish: { source: "a.>", destination: "told.>" } };
const transforms = sum({ subjectTransforms: [{ source: "a.>", destination: "b.>" }] });

const cases: readonly Case[] = [
  [
    "a field that the servers lack",
    compressed,
    [lacks("'compression' of stream cinema-a/a", "cinema-a", "2.9.19", "2.10.0")],
    running("2.15.2", "2.9.19"),
  ],
  ["a field that the servers have", compressed, [], running("2.9.19", "2.10.0")],
  ["a field on servers that are not known", compressed, []],
  [
    "fields that say what servers without them do",
    of({ ...a, compression: "none", persistMode: "default", allowMessageTtl: false }),
    [],
    running("2.9.19", "2.9.19"),
  ],
  [
    "fields of several versions",
    of({ ...a, metadata: { a: "b" }, allowMessageTtl: true, allowAtomicPublish: true, allowBatchPublish: true }),
    [
      lacks("'allowAtomicPublish' of stream cinema-a/a", "cinema-a", "2.11.17", "2.12.0"),
      lacks("'allowBatchPublish' of stream cinema-a/a", "cinema-a", "2.11.17", "2.14.0"),
    ],
    running("2.9.19", "2.11.17"),
  ],
  [
    "transforms of a link on a follower without them",
    of(a, transforms),
    [lacks(`'subjectTransforms' of ${link}`, "hub", "2.9.19", "2.10.0")],
    running("2.9.19", "2.15.2"),
  ],
  ["transforms of a link from an origin without them", of(a, transforms), [], running("2.10.0", "2.9.19")],
  [
    "a link's own consumer, at both ends",
    of(a, consumer),
    [
      lacks(`'consumer' of ${link}`, "hub", "2.12.15", "2.14.0"),
      lacks(`'consumer' of ${link}`, "cinema-a", "2.9.19", "2.14.0"),
    ],
    running("2.12.15", "2.9.19"),
  ],
  [
    "a mirror that republishes on old servers",
    of(a, telling),
    [
      "'republish' of stream hub/copy is for 'a.>', which meets none of its own 'subjects', and 'hub' runs 2.9.19; " +
        "allowed: servers from 2.10.0 on (10052); leave it out, or upgrade them (rule V2)",
    ],
    running("2.9.19", "2.15.2"),
  ],
  ["a mirror that republishes", of(a, telling), [], running("2.10.0", "2.9.19")],
  [
    "an origin that republishes on old servers",
    of({ ...a, republish: telling.republish }),
    [],
    running("2.9.19", "2.9.19"),
  ],
  ["a link's own consumer on servers that have it", of(a, consumer), [], running("2.14.0", "2.14.0")],
];

testCases("fields that servers lack", cases);
