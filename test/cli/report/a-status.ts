/** A topology in small, and what its servers tell of it. */
import type { LinkStatus } from "../../../streams/jetstream/link-status";
import type { Status, StreamStatus } from "../../../streams/jetstream/status";
import type { Topology } from "../../../streams/declarations";

const sizes = { maxAgeSeconds: 3600, maxBytes: 2 ** 20 };

/** Two streams and the link between them. */
export const declared: Topology = {
  hub: "hub",
  spokes: ["cinema-a"],
  streams: [
    { location: "cinema-a", name: "tickets-1", subjects: ["tickets-1.>"], ...sizes },
    { location: "hub", name: "sales", sources: [{ location: "cinema-a", stream: "tickets-1" }], ...sizes },
  ],
};

export const tickets: StreamStatus = {
  domain: "cinema-a",
  stream: "tickets-1",
  messages: 12_345,
  bytes: 2 ** 21,
  replicas: 3,
  firstSeq: 1,
  lastSeq: 12_345,
  leader: "cinema-a-nats-0",
};

export const sales: StreamStatus = { ...tickets, domain: "hub", stream: "sales", bytes: 900, leader: "hub-nats-2" };

export const link: LinkStatus = {
  domain: "hub",
  stream: "sales",
  kind: "source",
  origin: { location: "cinema-a", stream: "tickets-1" },
  apiPrefix: "$JS.cinema-a.API",
  activeMs: 560,
  lag: 0,
  originLastSeq: 12_345,
  gap: 0,
};

/** All as declared, and well. */
export const well: Status = { streams: [sales, tickets], links: [link], silences: [] };
