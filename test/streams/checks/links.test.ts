import type { Case } from "./a-topology";
import { a, and, copy, of, stream, sum, testCases } from "./a-topology";

const link = "source of stream hub/sum from 'a' in 'cinema-a'";
const consumer = { name: "for-hub", deliverSubject: "deliver.hub" };
const external = { apiPrefix: "$JS.partner.API", deliverPrefix: "deliver.partner" };

const ownFields: readonly Case[] = [
  [
    "a link with two beginnings",
    of(a, sum({ startSequence: 5, startTime: "2026-11-24T12:00:00Z", consumer })),
    [
      `${link} has 'startSequence' 5 and 'startTime' 2026-11-24T12:00:00Z and 'consumer' for-hub; ` +
        "allowed: one of them, as each says where the link begins; drop the others (rule K1)",
    ],
  ],
  ["a link with one beginning", of(a, sum({ startTime: "2026-11-24T12:00:00.5+01:00" })), []],
  ...["yesterday", "2026-11-24", "2026-13-24T12:00:00Z"].map((startTime): Case => [
    `a beginning that is no moment: ${startTime}`,
    of(a, sum({ startTime })),
    [`'startTime' of ${link} is '${startTime}'; allowed: RFC 3339, such as 2026-11-24T12:00:00Z; correct it (rule K2)`],
  ]),
  [
    "a link with two filters",
    of(a, sum({ filterSubject: "a.x", subjectTransforms: [{ source: "a.y", destination: "y" }], consumer })),
    [
      `${link} has 'filterSubject' a.x and 'subjectTransforms' and 'consumer' for-hub; ` +
        "allowed: one of them, as each says what is taken; drop the others (rule K3)",
    ],
  ],
  [
    "a malformed filter",
    of(a, sum({ filterSubject: "a..x" })),
    [
      `'filterSubject' of ${link} has 'a..x': a token is empty or holds whitespace; ` +
        "allowed: tokens joined by '.', each a word or '*', the last one also '>'; correct it (rule K4)",
    ],
  ],
  [
    "transforms that meet",
    of(a, sum({ subjectTransforms: ["a.>", "a.x", "a.y"].map((source) => ({ source, destination: "b" })) })),
    [
      `'subjectTransforms' of ${link} has 'a.>' and 'a.x', which catch the same messages; allowed: each message caught once; narrow one (rule K5)`,
      `'subjectTransforms' of ${link} has 'a.>' and 'a.y', which catch the same messages; allowed: each message caught once; narrow one (rule K5)`,
    ],
  ],
  [
    "a link with an invalid consumer",
    of(a, sum({ consumer: { name: "a.b", deliverSubject: "deliver.*" } })),
    [
      `'consumer.name' of ${link} is 'a.b'; allowed: a consumer's name, without whitespace, '.', '*', '>', '/', '\\'; correct it (rule K6)`,
      `'consumer.deliverSubject' of ${link} is 'deliver.*'; allowed: a subject without wildcards; correct it (rule K6)`,
    ],
  ],
  ["a link with its own consumer", of(a, sum({ consumer })), []],
  ...["$JS.API", "$JS.cinema-a.API", "$JS.*.API"].map((apiPrefix): Case => [
    `an external origin under this account's own API: ${apiPrefix}`,
    of(sum({ external: { apiPrefix, deliverPrefix: "" } })),
    [
      `'external.apiPrefix' of ${link} is '${apiPrefix}'; allowed: the subject under which another account's API is imported, ` +
        "without wildcards (10021); without 'external' the origin is in this account; correct it (rule K7)",
      `'external.deliverPrefix' of ${link} is ''; allowed: a subject without wildcards (10024); correct it (rule K7)`,
    ],
  ]),
  ["an origin in another account, which need not be declared", of(sum({ stream: "unknown", external })), []],
];

const orphaned =
  "mirror of stream hub/copy is 'a' in 'cinema-a', which is not declared; " +
  "allowed there: none, as no stream is declared in that location; correct the link or declare its origin (rule L1)";
const twice =
  "'sources' of stream hub/sum has a in cinema-a twice; " +
  "allowed: each message of an origin taken once (10140); drop one, or narrow their filters (rule L4)";
const from = { location: "cinema-a", stream: "a" };
const both = (one: object, other: object) =>
  of(
    a,
    stream("hub", "sum", {
      sources: [
        { ...from, ...one },
        { ...from, ...other },
      ],
    }),
  );

const origins: readonly Case[] = [
  [
    "an unknown origin",
    and(sum({ stream: "b" })),
    [
      "source of stream hub/sum is 'b' in 'cinema-a', which is not declared; allowed there: a; " +
        "correct the link or declare its origin (rule L1)",
    ],
  ],
  ["an origin in a location without streams", of(copy), [orphaned]],
  ["the same source twice", both({}, {}), [twice]],
  ["the same source twice, by filters that meet", both({ filterSubject: "a.*" }, { filterSubject: "a.x" }), [twice]],
  [
    "the same source twice, by transforms of which one meets a filter",
    both(
      { subjectTransforms: ["a.x", "a.y"].map((source) => ({ source, destination: "b" })) },
      { filterSubject: "a.y" },
    ),
    [twice],
  ],
  ["one origin by two filters", both({ filterSubject: "a.y" }, { filterSubject: "a.x" }), []],
  ["one origin here and one of its name in another account", both({}, { external }), []],
  [
    "a follower that takes smaller messages",
    of({ ...a, maxMessageSize: 2_000 }, { ...copy, maxMessageSize: 1_000 }, sum({}, { maxMessageSize: 2_000 })),
    [
      "'maxMessageSize' of stream hub/copy is 1000 bytes, and that of its origin cinema-a/a is 2000 bytes (2 KiB); " +
        "allowed: at least the origin's, as the mirror of stream hub/copy from 'a' in 'cinema-a' stops at a larger message; " +
        "raise it or leave it out (rule L5)",
    ],
  ],
  [
    "a follower that takes smaller messages than its origin, which has no limit",
    of(a, { ...copy, maxMessageSize: 1_000 }),
    [
      "'maxMessageSize' of stream hub/copy is 1000 bytes, and that of its origin cinema-a/a has none; " +
        "allowed: at least the origin's, as the mirror of stream hub/copy from 'a' in 'cinema-a' stops at a larger message; " +
        "raise it or leave it out (rule L5)",
    ],
  ],
];

const relay = stream("cinema-a", "relay", { sources: [from] });
const all = (one: object, other: object) =>
  stream("hub", "all", {
    sources: [
      { location: "hub", stream: "copy", ...one },
      { location: "cinema-a", stream: "relay", ...other },
    ],
  });
const twoWays = (subjects: string, one = "hub/copy") =>
  `messages of cinema-a/a on ${subjects} come to stream hub/all by ${one} and by cinema-a/relay; ` +
  "allowed: one way, as it would store them twice; drop a source, or narrow their filters (rule L7)";

const ways: readonly Case[] = [
  ["a message that comes by two ways", and(relay, all({}, {})), [twoWays("a.>")]],
  [
    "a message that comes by two ways, of which one is narrow",
    and(relay, all({}, { filterSubject: "a.x" })),
    [twoWays("a.>")],
  ],
  [
    "a message that comes straight and by another stream",
    and(relay, all({ location: "cinema-a", stream: "a" }, {})),
    [twoWays("a.>", "cinema-a/a")],
  ],
  ["two ways that share no subject", and(relay, all({ filterSubject: "a.y" }, { filterSubject: "a.x" })), []],
  [
    "two ways, of which a transform hides what comes by one",
    and(relay, all({}, { subjectTransforms: [{ source: "a.x", destination: "b" }] })),
    [],
  ],
  [
    "two ways to two streams",
    and(relay, stream("hub", "all", { sources: [{ location: "cinema-a", stream: "relay" }] })),
    [],
  ],
];

const beyond = (field: string, filter: string, subjects: string, which = link) =>
  `'${field}' of ${which} is '${filter}'; allowed: within one of the subjects that arrive there: ${subjects}; correct it (rule L3)`;
const renamed = { ...a, subjectTransform: { source: "a.*", destination: "b.{{wildcard(1)}}" } };
const narrow = { ...copy, mirror: { ...from, filterSubject: "a.x.>" } };
const last = (filterSubject: string) =>
  stream("hub", "last", { sources: [{ location: "hub", stream: "copy", filterSubject }] });

const filters: readonly Case[] = [
  ["a filter within its origin's subjects", of(a, sum({ filterSubject: "a.*.x" })), []],
  ["a filter beyond its origin's subjects", of(a, sum({ filterSubject: ">" })), [beyond("filterSubject", ">", "a.>")]],
  [
    "transforms beyond their origin's subjects",
    of(a, sum({ subjectTransforms: [{ source: "b.*", destination: "c" }] })),
    [beyond("subjectTransforms", "b.*", "a.>")],
  ],
  ["a filter for what a transform of the origin makes", of(renamed, sum({ filterSubject: "b.x" })), []],
  ["a filter for what reaches an origin through its own filter", of(a, narrow, last("a.x.y")), []],
  [
    "a filter beyond what reaches an origin through its own filter",
    of(a, narrow, last("a.y")),
    [beyond("filterSubject", "a.y", "a.x.>", "source of stream hub/last from 'copy' in 'hub'")],
  ],
  ["a filter on what comes from another account", of(sum({ external, filterSubject: "x" })), []],
  [
    "a transform of some of the subjects",
    of({ ...a, subjects: ["a.>", "b.>"], subjectTransform: { source: "b.*", destination: "c" } }),
    [],
  ],
  [
    "a transform that nothing meets",
    of({ ...a, subjectTransform: { source: "b.*", destination: "c" } }),
    [
      "'subjectTransform' of stream cinema-a/a is for 'b.*'; " +
        "allowed: what meets a subject that arrives there: a.>; correct it or drop it (rule L6)",
    ],
  ],
  [
    "republishing what never arrives",
    of(a, { ...copy, republish: { source: "b", destination: "c" } }),
    [
      "'republish' of stream hub/copy is for 'b'; " +
        "allowed: what meets a subject that arrives there: a.>; correct it or drop it (rule L6)",
    ],
  ],
];

testCases("faults of a link's own fields", ownFields);
testCases("faults of links and their origins", origins);
testCases("faults of streams that messages reach by two ways", ways);
testCases("faults of filters", filters);
