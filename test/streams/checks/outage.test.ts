import type { Case } from "./a-topology";
import { a, copy, day, of, stream, sum, testCases } from "./a-topology";

const { bytesPerSecond: _rate, ...unrated } = a;
const week = "604800 s (7 days)";
/** Cut for at most a day. */
const short = { ...copy, mirror: { location: "cinema-a", stream: "a", outageBudgetSeconds: day } };
const noRate = (follower: string) =>
  `stream cinema-a/a feeds ${follower} in another location and declares no 'bytesPerSecond'; ` +
  "allowed: what its publishers store in a second, in bytes with headers; declare it (rule O1)";
const tooOld = (age: string, budget: string, follower: string) =>
  `'maxAgeSeconds' of stream cinema-a/a is ${age}; allowed: at least ${budget}, for which its link to ${follower} may be cut; ` +
  "raise it, or lower that 'outageBudgetSeconds' (rule O2)";
const full = (place: string, found: string, needed: string, rate: string, follower: string, else_: string) =>
  `'maxBytes' of stream ${place} is ${found}; allowed: at least ${needed}, ${rate} a second for the ${week} that its link to ` +
  `${follower} may be cut, else it ${else_}; raise it, or lower that 'outageBudgetSeconds' (rule O3)`;
const refuses = "refuses its publishers";
const roomy = { ...copy, maxBytes: 2 ** 30 };
const inner = stream("cinema-a", "inner", { sources: [{ location: "cinema-a", stream: "a" }] });
const outer = stream("hub", "outer", { sources: [{ location: "cinema-a", stream: "inner" }] });
const keeps = (place: string, found: string) =>
  `'maxMessagesPerSubject' of stream cinema-a/a is 5, and that of its follower ${place} ${found}; ` +
  "allowed on a follower in another location: at most its origin's, as older messages of a subject go while the link is cut; " +
  "declare it there, or leave it out on the origin (rule O5)";
const fills = (needed: string, discard: string) =>
  `'maxBytes' of stream hub/copy is 1024 bytes (1 KiB); allowed: at least ${needed}, 1 byte a second from all its origins for its ` +
  `'maxAgeSeconds' of 691200 s (8 days), else it ${discard}; raise it, or lower its age (rule O6)`;

const cases: readonly Case[] = [
  [
    "a follower that keeps everything for ever",
    of(a, { ...copy, maxAgeSeconds: 0 }),
    [
      "'maxAgeSeconds' of stream hub/copy is 0; allowed on a follower: an age after which its messages make room for those of its " +
        "origins, 1 byte a second; declare one (rule O6)",
    ],
  ],
  [
    "a follower that keeps the last few of each subject for ever",
    of({ ...a, maxAgeSeconds: 0, maxMessagesPerSubject: 2 }, { ...copy, maxAgeSeconds: 0, maxMessagesPerSubject: 2 }),
    [],
  ],
  [
    "an origin that keeps exactly what its budget needs",
    of({ ...a, maxAgeSeconds: 7 * day, maxBytes: 604_800 }, copy),
    [],
  ],
  ["an origin without a rate", of(unrated, copy), [noRate("hub/copy")]],
  ["an origin without a rate that feeds its own location alone", of(unrated, { ...copy, location: "cinema-a" }), []],
  [
    "an origin without a rate that feeds another location through a third stream",
    of(unrated, inner, outer),
    [noRate("hub/outer")],
  ],
  [
    "an origin that forgets before its budget is over",
    of({ ...a, maxAgeSeconds: 7 * day - 1 }, copy),
    [tooOld("604799 s (7 days)", week, "hub/copy")],
  ],
  ["a shorter budget", of({ ...a, maxAgeSeconds: day, maxBytes: day }, short), []],
  [
    "the longest of several budgets",
    of({ ...a, maxAgeSeconds: day }, short, sum({})),
    [tooOld("86400 s (1 day)", week, "hub/sum")],
  ],
  [
    "an origin that is full before its budget is over",
    of({ ...a, bytesPerSecond: 20 }, roomy),
    [full("cinema-a/a", "1048576 bytes (1 MiB)", "12096000 bytes (11.5 MiB)", "20 bytes", "hub/copy", refuses)],
  ],
  [
    "an origin that loses the oldest before its budget is over",
    of({ ...a, maxBytes: 604_799, discard: "old" }, copy),
    [
      full(
        "cinema-a/a",
        "604799 bytes (590.6 KiB)",
        "604800 bytes (590.6 KiB)",
        "1 byte",
        "hub/copy",
        "loses the oldest in silence",
      ),
    ],
  ],
  [
    "an aggregate that feeds another location counts what its own origins send",
    of(a, { ...inner, maxBytes: 604_799, maxAgeSeconds: 7 * day - 1 }, outer),
    [
      tooOld("604799 s (7 days)", week, "hub/outer").replace("cinema-a/a", "cinema-a/inner"),
      full("cinema-a/inner", "604799 bytes (590.6 KiB)", "604800 bytes (590.6 KiB)", "1 byte", "hub/outer", refuses),
    ],
  ],
  [
    "an origin limited by number",
    of({ ...a, maxMessages: 1_000 }, copy),
    [
      "'maxMessages' of stream cinema-a/a is 1000; allowed: none on an origin that feeds another location (hub/copy), " +
        "as nothing says how long that many last; leave it out: 'maxBytes' bounds the stream (rule O4)",
    ],
  ],
  [
    "a stream limited by number that feeds its own location alone",
    of({ ...a, maxMessages: 5 }, { ...copy, location: "cinema-a" }),
    [],
  ],
  [
    "a follower that keeps more of a subject than its origin",
    of({ ...a, maxMessagesPerSubject: 5 }, copy, sum({}, { maxMessagesPerSubject: 6 })),
    [keeps("hub/copy", "is left out"), keeps("hub/sum", "is 6")],
  ],
  [
    "a follower that keeps as much of a subject as its origin",
    of({ ...a, maxMessagesPerSubject: 5 }, { ...copy, maxMessagesPerSubject: 5 }),
    [],
  ],
  [
    "an origin whose subjects refuse when they are full",
    of({ ...a, maxMessagesPerSubject: 5, discardNewPerSubject: true }, copy),
    [],
  ],
  [
    "a follower that fills up",
    of(a, { ...copy, maxBytes: 1_024 }),
    [fills("691200 bytes (675 KiB)", "fills and its links stand still")],
  ],
  [
    "a follower that fills up and loses the oldest",
    of(a, { ...copy, maxBytes: 1_024, discard: "old" }),
    [fills("691200 bytes (675 KiB)", "loses the oldest before their age")],
  ],
  ["a follower with exactly the room it needs", of(a, { ...copy, maxBytes: 8 * day }), []],
];

testCases("outage budgets", cases);
