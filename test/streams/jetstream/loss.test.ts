import { expect } from "chai";
import { losingFields } from "../../../streams/jetstream/loss";
import type { StreamConfig } from "../../../streams/stream-config";

const stream: StreamConfig = {
  location: "hub",
  name: "films",
  description: "",
  subjects: ["films.>"],
  sources: [],
  replicas: 3,
  storage: "file",
  retention: "limits",
  discard: "new",
  maxAgeSeconds: 60,
  maxBytes: 1000,
  duplicateWindowSeconds: 60,
};
const from29 = "2.9.19";
const from210 = "2.10.27";

/** Which fields may delete messages, on the server of each version; the last is the newest tried. */
const cases: readonly [
  title: string,
  before: Partial<StreamConfig>,
  after: Partial<StreamConfig>,
  fields: Record<string, string[]>,
][] = [
  ["a lower age", {}, { maxAgeSeconds: 30 }, { [from29]: ["maxAgeSeconds"], "2.15.2": ["maxAgeSeconds"] }],
  ["a first age", { maxAgeSeconds: 0 }, {}, { "2.15.2": ["maxAgeSeconds"] }],
  ["a higher age", {}, { maxAgeSeconds: 90 }, { [from29]: [], "2.15.2": [] }],
  ["no age any more", {}, { maxAgeSeconds: 0 }, { "2.15.2": [] }],
  [
    "fewer bytes of a stream that refuses",
    {},
    { maxBytes: 500 },
    { [from29]: ["maxBytes"], [from210]: [], "2.15.2": [] },
  ],
  [
    "fewer bytes of a stream that drops",
    { discard: "old" },
    { discard: "old", maxBytes: 500 },
    { "2.15.2": ["maxBytes"] },
  ],
  ["more bytes", { discard: "old" }, { discard: "old", maxBytes: 2000 }, { "2.15.2": [] }],
  ["a first number of messages", {}, { maxMessages: 1 }, { [from29]: ["maxMessages"], [from210]: [] }],
  [
    "a first number a subject",
    {},
    { maxMessagesPerSubject: 1 },
    { [from29]: ["maxMessagesPerSubject"], "2.15.2": ["maxMessagesPerSubject"] },
  ],
  ["dropping instead of refusing", {}, { discard: "old" }, { "2.15.2": ["discard"] }],
  ["refusing instead of dropping", { discard: "old" }, {}, { "2.15.2": [] }],
  ["interest", {}, { retention: "interest" }, { "2.15.2": ["retention"] }],
  ["limits", { retention: "interest" }, {}, { "2.15.2": [] }],
  [
    "two at once",
    {},
    { maxAgeSeconds: 30, discard: "old", maxBytes: 500 },
    { "2.15.2": ["maxAgeSeconds", "maxBytes", "discard"] },
  ],
];

describe("changes that may delete messages", () => {
  for (const [title, before, after, fields] of cases)
    for (const [serverVersion, expected] of Object.entries(fields))
      it(`${title}, on ${serverVersion}: ${expected.join(", ") || "none"}`, () => {
        const change = { before: { ...stream, ...before }, after: { ...stream, ...after }, serverVersion };
        expect(losingFields(change)).to.deep.equal(expected);
      });
});
