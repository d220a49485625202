/** The report: every stream and every link over all domains, and what is not well. */
import { setTimeout as sleep } from "node:timers/promises";
import { topology } from "../../streams/declarations";
import type { Connection } from "../../streams/jetstream/connection";
import { linkFaults } from "../../streams/jetstream/link-status";
import { readStatus, type Status } from "../../streams/jetstream/status";
import { askWithDetours, type DirectConnections } from "./ask";

/** What was found, and everything that is wrong with it. */
export interface Report extends Status {
  /** Empty where all is well. */
  readonly faults: readonly string[];
}

/** Where the report asks. */
export interface ReportConnections {
  readonly hub: Connection;
  /** Locations' own logins, for those that a cut line keeps from the hub. */
  readonly direct: DirectConnections;
}

/** Asks all domains once. Takes some 10 ms in the lab, a second more where a message is on its way. */
export async function readReport({ hub, direct }: ReportConnections): Promise<Report> {
  const { ask, domains } = askWithDetours(hub, direct);
  const status = await readStatus(ask, [topology.hub, ...topology.spokes]);
  const cutOff = [...domains].map((domain) => `domain ${domain}: not reachable from the hub, so it was asked directly`);
  const faults = [...cutOff, ...silenceFaults(status), ...missingStreams(status), ...leaderless(status)];
  return { ...status, faults: [...faults, ...status.links.flatMap(linkFaults)] };
}

/** Asks until all is well, for half a minute at most; then says what is not. */
export async function reportOnceCaughtUp(connections: ReportConnections, patienceMs = 30_000): Promise<Report> {
  for (const deadline = Date.now() + patienceMs; ; await sleep(200)) {
    const report = await readReport(connections);
    if (report.faults.length === 0 || Date.now() > deadline) return report;
  }
}

const silenceFaults = ({ silences }: Status) => silences.map(({ domain, reason }) => `domain ${domain}: ${reason}`);

function leaderless({ streams }: Status): string[] {
  return streams
    .filter(({ leader }) => leader === undefined)
    .map(({ stream, domain }) => `stream ${stream} in ${domain}: no leader`);
}

/** Declared streams that a domain which answers does not have. */
function missingStreams({ streams, silences }: Status): string[] {
  const silent = silences.map(({ domain }) => domain);
  return topology.streams
    .filter(
      ({ location, name }) =>
        !silent.includes(location) && !streams.some(({ domain, stream }) => domain === location && stream === name),
    )
    .map(
      ({ location, name }) =>
        `stream ${name} in ${location}: declared, but not there; run the streams stack: pulumi up`,
    );
}
