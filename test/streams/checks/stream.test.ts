import { a, and, copy, of, ok, stream, testCases, withA } from "./a-topology";
import type { Case } from "./a-topology";

const badName = (name: string) =>
  `'name' of a stream in 'cinema-a' is '${name}'; allowed: 1 to 255 characters, without whitespace, '.', '*', '>', '/', '\\'; rename it (rule N4)`;

const places: readonly Case[] = [
  ["a mirror of a stream in a spoke", ok, []],
  [
    "two locations of one name",
    { ...ok, spokes: ["cinema-a", "hub"] },
    ["two locations are named 'hub'; allowed: one name a location, its JetStream domain; rename one (rule N1)"],
  ],
  [
    "a location that is no subject token",
    { ...ok, spokes: ["cinema-a", "cinema.b"] },
    [
      "'cinema.b' cannot name a location; allowed: one subject token, without whitespace, '.', '*', '>'; rename it (rule N2)",
    ],
  ],
  [
    "a stream in an unknown location",
    { ...ok, spokes: [] },
    ["'location' of stream 'a' is 'cinema-a'; allowed: hub; name one of them (rule N3)"],
  ],
  [
    "a stream declared twice",
    of(a, copy, copy),
    [
      "stream hub/copy is declared twice; allowed: one declaration for each name in a location; drop or rename one (rule N5)",
    ],
  ],
  ["streams of one name in two locations", and({ ...copy, name: "a" }), []],
  ...["", "a.b", "a b", "a*", "a>", "a/b", "a\\b", "x".repeat(256)].map((name): Case => [
    `the stream name '${name}'`,
    of({ ...a, name }),
    [badName(name)],
  ]),
  ["the longest name", of({ ...a, name: "x".repeat(255) }), []],
];

const badSubject = (subject: string, reason: string, field = "'subjects'") =>
  `${field} of stream cinema-a/a has '${subject}': ${reason}; allowed: tokens joined by '.', each a word or '*', the last one also '>'; correct it (rule S3)`;
const tooLong = (field: string, length: number, allowed: number) =>
  `'${field}' of stream cinema-a/a is ${length} bytes long; allowed: ${allowed} (10052); shorten it (rule S7)`;
const reservedKey = (key: string) =>
  `'metadata' of stream cinema-a/a has the key '${key}'; allowed: none that begins with '_nats.' or 'cinema-jetstream.', ` +
  "which the servers and this project write; rename it (rule S6)";

const contents: readonly Case[] = [
  [
    "a mirror with subjects and sources",
    of(a, { ...copy, subjects: ["x", "y"], sources: [{ location: "cinema-a", stream: "a" }] }),
    [
      "'mirror' and 'subjects' (x, y) exclude each other on stream hub/copy (10034); drop one (rule S1)",
      "'mirror' and 'sources' (a in cinema-a) exclude each other on stream hub/copy (10031); drop one (rule S1)",
    ],
  ],
  [
    "a stream that takes nothing",
    and(stream("hub", "idle")),
    [
      "stream hub/idle has none of 'subjects', 'mirror', 'sources'; allowed: a mirror, or subjects and sources; " +
        "without any the server makes up a subject; declare one (rule S2)",
    ],
  ],
  [
    "a subject with an empty token",
    withA({ subjects: ["a..b"] }),
    [badSubject("a..b", "a token is empty or holds whitespace")],
  ],
  ["a subject with a space", withA({ subjects: ["a b"] }), [badSubject("a b", "a token is empty or holds whitespace")]],
  [
    "a wildcard inside a token",
    withA({ subjects: ["a.b*"] }),
    [badSubject("a.b*", "a wildcard is not a token of its own")],
  ],
  ["'>' before the end", withA({ subjects: ["a.>.b"] }), [badSubject("a.>.b", "'>' is not its last token")]],
  [
    "every subject there is",
    withA({ subjects: [">"] }),
    [badSubject(">", "it meets $JS.>, which belongs to the server")],
  ],
  [
    "a malformed transform",
    withA({ subjectTransform: { source: "a.>", destination: "" }, republish: { source: ".", destination: "x" } }),
    [
      badSubject("", "it is empty or holds whitespace", "'subjectTransform.destination'"),
      badSubject(".", "a token is empty or holds whitespace", "'republish.source'"),
    ],
  ],
  ["a transform", withA({ subjectTransform: { source: "a.*", destination: "b.{{wildcard(1)}}" } }), []],
  [
    "reserved metadata",
    withA({ metadata: { "_nats.ver": "1", "cinema-jetstream.owner": "me", team: "sales" } }),
    [reservedKey("_nats.ver"), reservedKey("cinema-jetstream.owner")],
  ],
  [
    "a description that is too long",
    withA({ description: "ä".repeat(2_049), metadata: { key: "x".repeat(131_070) } }),
    [tooLong("description", 4_098, 4_096), tooLong("metadata", 131_073, 131_072)],
  ],
  ["the longest description", withA({ description: "x".repeat(4_096), metadata: { key: "x".repeat(131_069) } }), []],
  [
    "a subject caught twice over domains",
    and(stream("hub", "all", { subjects: ["a.*.c"] })),
    [
      "'a.>' of stream cinema-a/a and 'a.*.c' of stream hub/all catch the same messages; " +
        "allowed: each message stored once over all locations, which share one account; narrow one (rule S4)",
    ],
  ],
  [
    "key-value buckets of one name in two locations",
    and(...["hub", "cinema-a"].map((at) => stream(at, "KV_seats", { subjects: ["$KV.seats.>"] }))),
    [],
  ],
  [
    "object buckets of one name in two locations",
    and(...["hub", "cinema-a"].map((at) => stream(at, "OBJ_films", { subjects: ["$O.films.C.>"] }))),
    [
      "'$O.films.C.>' of stream hub/OBJ_films and '$O.films.C.>' of stream cinema-a/OBJ_films catch the same messages; " +
        "allowed: each message stored once over all locations, which share one account; narrow one (rule S4)",
    ],
  ],
  [
    "a subject caught twice by one stream",
    withA({ subjects: ["a.x", "a.*"] }),
    [
      "'a.x' of stream cinema-a/a and 'a.*' of stream cinema-a/a catch the same messages; " +
        "allowed: each message stored once over all locations, which share one account; narrow one (rule S4)",
    ],
  ],
  [
    "a republished message that is caught again",
    and(
      stream("hub", "b", { subjects: ["b.>"], republish: { source: "b.*", destination: "a.{{wildcard(1)}}" } }),
      stream("hub", "c", { subjects: ["c.>"], republish: { source: ">", destination: "c.again.>" } }),
    ),
    [
      "'republish' of stream hub/b publishes under 'a.{{wildcard(1)}}', which 'a.>' of stream cinema-a/a catches; " +
        "allowed: a destination that no stream catches, else each message is stored again; change the destination (rule S5)",
      "'republish' of stream hub/c publishes under 'c.again.>', which 'c.>' of stream hub/c catches; " +
        "allowed: a destination that no stream catches, else it takes its own messages for ever; change the destination (rule S5)",
    ],
  ],
  ["a republished message that nobody catches", withA({ republish: { source: "a.>", destination: "told.a.>" } }), []],
];

testCases("faults of places and names", places);
testCases("faults of what a stream takes", contents);
