import { expect } from "chai";
import { fillOf } from "../../../../cli/topology/status/storage";
import type { StreamInfo } from "../../../../streams/jetstream/stream-api";

const now = Date.parse("2026-11-24T12:00:00Z");
const day = 86_400_000;

const stream = (state: { bytes: number; ageDays: number }, config: object = {}): StreamInfo => ({
  config: { name: "tickets-1", num_replicas: 3, max_age: 30 * day * 1e6, max_bytes: 1_000, discard: "new", ...config },
  state: {
    messages: state.bytes === 0 ? 0 : 1,
    bytes: state.bytes,
    first_seq: 1,
    first_ts: new Date(now - state.ageDays * day).toISOString(),
    last_seq: 1,
  },
});

const cases: readonly [string, StreamInfo, object][] = [
  [
    "fills, at what came in since its first message",
    stream({ bytes: 500, ageDays: 5 }),
    { verdict: "fills", bytesPerDay: 100, daysUntilFull: 5 },
  ],
  [
    "stays below its limit where messages are old enough to go before",
    stream({ bytes: 100, ageDays: 10 }),
    { verdict: "stays below", bytesPerDay: 10 },
  ],
  [
    "rolls over where it discards old messages",
    stream({ bytes: 500, ageDays: 5 }, { discard: "old" }),
    { verdict: "rolls over", bytesPerDay: 100 },
  ],
  ["is unlimited", stream({ bytes: 500, ageDays: 5 }, { max_bytes: -1 }), { verdict: "unlimited" }],
  ["is too young to tell", stream({ bytes: 500, ageDays: 0.006 }), { verdict: "unknown" }],
  ["is empty", stream({ bytes: 0, ageDays: 5 }), { verdict: "unknown" }],
];

describe("how a stream fills", () => {
  for (const [what, info, expected] of cases) {
    it(`a stream ${what}`, () => {
      const limit = info.config.max_bytes > 0 ? { maxBytes: 1_000 } : {};
      const known = { domain: "cinema-a", stream: "tickets-1", bytes: info.state.bytes, ...limit };
      expect(fillOf("cinema-a", info, now)).to.deep.equal({ ...known, ...expected });
    });
  }
});
