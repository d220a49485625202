import { expect } from "chai";
import type { Topology } from "../../streams/declarations";
import { topology as deployed } from "../../streams/declarations";
import type { StreamDeclaration } from "../../streams/stream-config";
import { subjectsOverlap } from "../../streams/subject";
import { linkOrder, topologyFaults } from "../../streams/topology";

const sizes = { maxAgeSeconds: 60, maxBytes: 1024 };
const a: StreamDeclaration = { location: "cinema-a", name: "a", subjects: ["a.>"], ...sizes };
const copy: StreamDeclaration = {
  location: "hub",
  name: "copy",
  mirror: { location: "cinema-a", stream: "a" },
  ...sizes,
};
const ok: Topology = { hub: "hub", spokes: ["cinema-a"], streams: [a, copy] };

/** `ok` with the changes on its first stream. */
function withA(change: Partial<StreamDeclaration>): Topology {
  return { ...ok, streams: [{ ...a, ...change }, copy] };
}

/** `ok` with one stream more. */
function and(...streams: StreamDeclaration[]): Topology {
  return { ...ok, streams: [...ok.streams, ...streams] };
}

const badName = (name: string) =>
  `'name' of a stream in 'cinema-a' is '${name}'; allowed: 1 to 255 characters, without whitespace, '.', '*', '>', '/', '\\'; rename it`;
const badSubject = (subject: string, reason: string) =>
  `'subjects' of stream cinema-a/a has '${subject}': ${reason}; allowed: tokens joined by '.', each a word or '*', the last one also '>'; correct it`;
const badReplicas = (replicas: number) =>
  `'replicas' of stream cinema-a/a is ${replicas}; allowed: 1, 3, 5, as a quorum needs an odd number; change it`;
const unbounded = (field: string, value: number) =>
  `'${field}' of stream cinema-a/a is ${value}; allowed: a whole number above 0, so that storage is bounded; declare it`;
const orphaned =
  "mirror of stream hub/copy is 'a' in 'cinema-a', which is not declared; " +
  "allowed there: none, as no stream is declared in that location; correct the link or declare its origin";

const cases: readonly (readonly [string, Topology, readonly string[]])[] = [
  ["a mirror of a stream in a spoke", ok, []],
  ["the topology that is deployed", deployed, []],
  [
    "two locations of one name",
    { ...ok, spokes: ["cinema-a", "hub"] },
    ["two locations are named 'hub'; allowed: one name a location, its JetStream domain; rename one"],
  ],
  [
    "a location that is no subject token",
    { ...ok, spokes: ["cinema-a", "cinema.b"] },
    ["'cinema.b' cannot name a location; allowed: one subject token, without whitespace, '.', '*', '>'; rename it"],
  ],
  [
    "a stream in an unknown location",
    { ...ok, spokes: [] },
    ["'location' of stream 'a' is 'cinema-a'; allowed: hub; name one of them"],
  ],
  [
    "an unknown origin",
    and({ location: "hub", name: "sum", sources: [{ location: "cinema-a", stream: "b" }], ...sizes }),
    [
      "source of stream hub/sum is 'b' in 'cinema-a', which is not declared; allowed there: a; " +
        "correct the link or declare its origin",
    ],
  ],
  ["an origin in an unknown location", { ...ok, streams: [copy] }, [orphaned]],
  [
    "a mirror with subjects and sources",
    {
      ...ok,
      streams: [a, { ...copy, subjects: ["x", "y"], sources: [{ location: "cinema-a", stream: "a" }] }],
    },
    [
      "'mirror' and 'subjects' (x, y) exclude each other on stream hub/copy (10034); drop one",
      "'mirror' and 'sources' (a in cinema-a) exclude each other on stream hub/copy (10031); drop one",
    ],
  ],
  [
    "a stream that takes nothing",
    and({ location: "hub", name: "idle", ...sizes }),
    [
      "stream hub/idle has none of 'subjects', 'mirror', 'sources'; " +
        "allowed: a mirror, or subjects and sources; without any the server makes up a subject; declare one",
    ],
  ],
  [
    "a cycle over domains, found once",
    {
      ...ok,
      streams: [
        { location: "hub", name: "x", mirror: { location: "cinema-a", stream: "y" }, ...sizes },
        { location: "cinema-a", name: "y", mirror: { location: "hub", stream: "x" }, ...sizes },
      ],
    },
    ["links form a cycle: hub/x <- cinema-a/y <- hub/x; allowed: links that end at a stream with subjects; drop one"],
  ],
  [
    "a stream that mirrors itself",
    { ...ok, streams: [{ location: "hub", name: "x", mirror: { location: "hub", stream: "x" }, ...sizes }] },
    ["links form a cycle: hub/x <- hub/x; allowed: links that end at a stream with subjects; drop one"],
  ],
  [
    "a subject caught twice over domains",
    and({ location: "hub", name: "all", subjects: ["a.*.c"], ...sizes }),
    [
      "'a.>' of stream cinema-a/a and 'a.*.c' of stream hub/all catch the same messages; " +
        "allowed: each message stored once over all locations, which share one account; narrow one",
    ],
  ],
  [
    "a stream declared twice",
    { ...ok, streams: [a, copy, copy] },
    ["stream hub/copy is declared twice; allowed: one declaration for each name in a location; drop or rename one"],
  ],
  ["streams of one name in two locations", and({ ...copy, name: "a" }), []],
  [
    "the same source twice",
    and({
      location: "hub",
      name: "sum",
      sources: [
        { location: "cinema-a", stream: "a" },
        { location: "cinema-a", stream: "a" },
      ],
      ...sizes,
    }),
    ["'sources' of stream hub/sum has a in cinema-a twice; allowed: each origin once (10140); drop one"],
  ],
  ["an even number of replicas", withA({ replicas: 2 }), [badReplicas(2)]],
  ["too many replicas for any cluster", withA({ replicas: 7 }), [badReplicas(7)]],
  ["an age of 0", withA({ maxAgeSeconds: 0 }), [unbounded("maxAgeSeconds", 0)]],
  ["an age in parts of a second", withA({ maxAgeSeconds: 1.5 }), [unbounded("maxAgeSeconds", 1.5)]],
  ["unlimited bytes", withA({ maxBytes: -1 }), [unbounded("maxBytes", -1)]],
  [
    "a duplicate window longer than the age",
    withA({ duplicateWindowSeconds: 61 }),
    [
      "'duplicateWindowSeconds' of stream cinema-a/a is 61; " +
        "allowed: 1 to its 'maxAgeSeconds' of 60 (10052); change one of them",
    ],
  ],
  ...["", "a.b", "a b", "a*", "a>", "a/b", "a\\b", "x".repeat(256)].map((name): [string, Topology, string[]] => [
    `the stream name '${name}'`,
    { ...ok, streams: [{ ...a, name }] },
    [badName(name)],
  ]),
  [
    "a subject with an empty token",
    withA({ subjects: ["a..b"] }),
    [badSubject("a..b", "a token is empty or holds whitespace")],
  ],
  ["a subject with a space", withA({ subjects: ["a b"] }), [badSubject("a b", "a token is empty or holds whitespace")]],
  [
    "a wildcard inside a token",
    withA({ subjects: ["a*"] }),
    [badSubject("a*", "a wildcard is not a token of its own")],
  ],
  ["'>' before the end", withA({ subjects: ["a.>.b"] }), [badSubject("a.>.b", "'>' is not its last token")]],
  [
    "every subject there is",
    withA({ subjects: [">"] }),
    [badSubject(">", "it meets $JS.>, which belongs to the server")],
  ],
];

describe("topologyFaults", () => {
  for (const [title, topology, faults] of cases) {
    it(`${title}: ${faults.length} fault(s)`, () => expect(topologyFaults(topology)).to.deep.equal(faults));
  }

  it("more replicas than the location has servers, and more bytes than it stores", () => {
    const limits = { location: "cinema-a", replicas: 1, maxFileStoreBytes: 3071 };
    expect(topologyFaults(ok, [limits])).to.deep.equal([
      "'replicas' of stream cinema-a/a is 3; allowed: at most the 1 servers of 'cinema-a'; lower it or add servers",
      "'maxBytes' of the streams in 'cinema-a' come to 3072 bytes a server; " +
        "allowed: its file store of 3071; lower some or raise the location's file store",
    ]);
  });

  it("what fits to the byte is no fault", () => {
    expect(topologyFaults(ok, [{ location: "cinema-a", replicas: 3, maxFileStoreBytes: 1024 }])).to.deep.equal([]);
  });

  it("all faults come at once", () => {
    const topology = { ...ok, streams: [{ ...a, replicas: 2, maxBytes: 0 }] };
    expect(topologyFaults(topology)).to.deep.equal([badReplicas(2), unbounded("maxBytes", 0)]);
  });
});

describe("linkOrder", () => {
  it("puts origins before mirrors and aggregates, whatever the order of declaration", () => {
    const names = linkOrder({ streams: [...deployed.streams].reverse() }).map(({ name }) => name);
    expect(names).to.deep.equal(["tickets-1", "tickets-2", "sales", "cinema-a", "cinema-a-mirror"]);
  });
});

describe("subjectsOverlap", () => {
  for (const [one, other, overlap] of [
    ["a.b", "a.b", true],
    ["a.b", "a.c", false],
    ["a.*", "a.b", true],
    ["a.*", "*.b", true],
    ["a.*", "a.b.c", false],
    ["a.>", "a.b.c", true],
    ["a.>", "a", false],
    ["a.*.c", "a.b.>", true],
    [">", "a", true],
  ] as const) {
    it(`'${one}' and '${other}': ${overlap}`, () => {
      expect([subjectsOverlap(one, other), subjectsOverlap(other, one)]).to.deep.equal([overlap, overlap]);
    });
  }
});
