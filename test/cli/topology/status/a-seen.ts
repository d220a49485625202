/** What is seen of a topology in small that is well. */
import { reportOf } from "../../../../cli/report/report";
import type { ServerStatus } from "../../../../cli/topology/status/servers";
import type { LocationStatus, Seen } from "../../../../cli/topology/status/status";
import type { Fill } from "../../../../cli/topology/status/storage";
import { declared, well } from "../../report/a-status";

const at = "2026-11-24T12:00:00.000Z";

export const server = (name: string): ServerStatus => ({
  server: name,
  version: "2.14.2",
  configLoaded: at,
  leafnodes: { ACC: 1, SYS: 1 },
  storedBytes: 100,
  maxStoredBytes: 1_000,
  lacks: [],
});

export const spoke: LocationStatus = {
  location: "cinema-a",
  role: "spoke",
  wanted: { serverVersion: "2.14.2", clusterName: "spoke-1", replicas: 3, maxFileStoreBytes: 1_000 },
  servers: [server("cinema-a-nats-0"), server("cinema-a-nats-1"), server("cinema-a-nats-2")],
  leafnodes: [
    { account: "ACC", wanted: 3, there: 3 },
    { account: "SYS", wanted: 3, there: 3 },
  ],
  passwords: [{ user: "acc", since: "2026-11-14T12:00:00Z" }],
  certificates: [{ certificate: "leafnode listener", expires: "2027-11-24T12:00:00Z" }],
};

export const fill: Fill = {
  domain: "cinema-a",
  stream: "tickets-1",
  bytes: 100,
  maxBytes: 1_000,
  bytesPerDay: 1,
  verdict: "stays below",
};

export const seen: Seen = {
  at,
  locations: [spoke],
  report: reportOf(well, new Set(), declared),
  fills: [fill],
};

export const down: ServerStatus = {
  server: "cinema-a-nats-1",
  lacks: [{ kind: "service", what: "does not answer on port 1: refused" }],
};
