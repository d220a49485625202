/** What the system consists of: its locations, and the five streams with the links between them. Data only. */
import type { ConsumerDeclaration } from "./consumers/consumer-declaration";
import type { StreamDeclaration } from "./stream-declaration";

export type { StreamDeclaration };

/** Locations and their streams. */
export interface Topology {
  /** Stack name of the location that accepts leafnodes; streams are made over a connection to it. */
  readonly hub: string;
  /** Stack names of the locations that dial the hub. */
  readonly spokes: readonly string[];
  readonly streams: readonly StreamDeclaration[];
  /** @default - none */
  readonly consumers?: readonly ConsumerDeclaration[];
}

const days = 24 * 60 * 60;
const mebibytes = 1024 * 1024;

/** The topology that this project deploys. */
export const topology: Topology = {
  hub: "hub",
  spokes: ["cinema-a", "cinema-b"],
  streams: [
    {
      location: "hub",
      name: "cinema-a",
      description: "Films announced to cinema-a",
      subjects: ["cinema-a.new.films"],
      maxAgeSeconds: 90 * days,
      maxBytes: 64 * mebibytes,
      bytesPerSecond: 5,
    },
    {
      location: "cinema-a",
      name: "cinema-a-mirror",
      description: "The films announced to cinema-a, at hand while the hub is not",
      mirror: { location: "hub", stream: "cinema-a" },
      maxAgeSeconds: 90 * days,
      maxBytes: 64 * mebibytes,
    },
    {
      location: "cinema-a",
      name: "tickets-1",
      description: "Tickets sold in cinema-a",
      subjects: ["tickets-1.>"],
      maxAgeSeconds: 30 * days,
      maxBytes: 128 * mebibytes,
      bytesPerSecond: 20,
    },
    {
      location: "cinema-b",
      name: "tickets-2",
      description: "Tickets sold in cinema-b",
      subjects: ["tickets-2.>"],
      maxAgeSeconds: 30 * days,
      maxBytes: 128 * mebibytes,
      bytesPerSecond: 20,
    },
    {
      location: "hub",
      name: "sales",
      description: "Tickets sold in all cinemas",
      sources: [
        { location: "cinema-a", stream: "tickets-1" },
        { location: "cinema-b", stream: "tickets-2" },
      ],
      maxAgeSeconds: 90 * days,
      maxBytes: 512 * mebibytes,
    },
  ],
};
