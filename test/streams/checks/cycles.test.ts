import type { LinkDeclaration, StreamDeclaration } from "../../../streams/stream-declaration";
import type { Case } from "./a-topology";
import { of, stream, testCases } from "./a-topology";

const cycle = (path: string) =>
  `links form a cycle: ${path}; allowed: links that end at a stream with subjects; drop one, or filter so that no message comes round (rule L2)`;

/** Two streams in two locations that source from each other. */
function pair(toHub: Partial<LinkDeclaration>, toSpoke: Partial<LinkDeclaration>): StreamDeclaration[] {
  const rates = { bytesPerSecond: 1, maxBytes: 2 ** 21 };
  return [
    stream("hub", "x", { subjects: ["x.>"], sources: [{ location: "cinema-a", stream: "y", ...toHub }], ...rates }),
    stream("cinema-a", "y", { subjects: ["y.>"], sources: [{ location: "hub", stream: "x", ...toSpoke }], ...rates }),
  ];
}
const mirrors = (filterSubject?: string) =>
  of(
    stream("hub", "x", { mirror: { location: "cinema-a", stream: "y", ...(filterSubject && { filterSubject }) } }),
    stream("cinema-a", "y", { mirror: { location: "hub", stream: "x" } }),
  );
const renaming = (source: string, destination: string) => ({ subjectTransforms: [{ source, destination }] });

const cases: readonly Case[] = [
  ["a cycle over domains, found once", mirrors(), [cycle("hub/x <- cinema-a/y <- hub/x")]],
  ["a cycle of mirrors, even one that lets nothing pass", mirrors("a"), [cycle("hub/x <- cinema-a/y <- hub/x")]],
  [
    "a stream that mirrors itself",
    of(stream("hub", "x", { mirror: { location: "hub", stream: "x" } })),
    [cycle("hub/x <- hub/x")],
  ],
  ["two streams that exchange everything", of(...pair({}, {})), [cycle("hub/x <- cinema-a/y <- hub/x")]],
  ["two streams that exchange what is their own", of(...pair({ filterSubject: "y.>" }, { filterSubject: "x.>" })), []],
  [
    "one side that sends back only what is its own",
    of(...pair({ filterSubject: "y.>" }, {})),
    [cycle("hub/x <- cinema-a/y <- hub/x")],
  ],
  [
    "messages that come round under another name",
    of(...pair(renaming("z.>", "x.>"), renaming("x.>", "z.>"))),
    [cycle("hub/x <- cinema-a/y <- hub/x")],
  ],
  [
    "a name that a mapping function makes, which may be any",
    of(...pair({ filterSubject: "y.>" }, renaming("x.*", "y.{{partition(3,1)}}"))),
    [cycle("hub/x <- cinema-a/y <- hub/x")],
  ],
  [
    "messages that are renamed to what does not come back",
    of(...pair({ filterSubject: "y.>" }, renaming("x.>", "z.>"))),
    [],
  ],
  [
    "a cycle behind a stream that is on none",
    of(stream("hub", "last", { sources: [{ location: "hub", stream: "x" }], maxBytes: 2 ** 21 }), ...pair({}, {})),
    [cycle("hub/x <- cinema-a/y <- hub/x")],
  ],
];

testCases("cycles", cases);
