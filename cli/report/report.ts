/** The report: every stream and every link over all domains, and what is not well. */
import { setTimeout as sleep } from "node:timers/promises";
import { topology, type StreamDeclaration, type Topology } from "../../streams/declarations";
import type { Connection } from "../../streams/jetstream/connection";
import { linkFaults, linkName, type Link } from "../../streams/jetstream/link-status";
import { readStatus, type Status } from "../../streams/jetstream/status";
import { declaredLinks } from "../../streams/topology";
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
  return reportOf(status, domains, topology);
}

/**
 * The report of a status, with everything that is wrong with it.
 *
 * @param cutOff domains that had to be asked directly
 */
export function reportOf(status: Status, cutOff: ReadonlySet<string>, declared: Topology): Report {
  const faults = [
    ...[...cutOff].map((domain) => `domain ${domain}: not reachable from the hub, so it was asked directly`),
    ...status.silences.map(({ domain, reason }) => `domain ${domain}: ${reason}`),
    ...missingStreams(status, declared),
    ...missingLinks(status, declared),
    ...leaderless(status),
    ...status.links.flatMap(linkFaults),
  ];
  return { ...status, faults };
}

/** Asks until all is well, for half a minute at most; then says what is not. */
export async function reportOnceCaughtUp(connections: ReportConnections, patienceMs = 30_000): Promise<Report> {
  for (const deadline = Date.now() + patienceMs; ; await sleep(200)) {
    const report = await readReport(connections);
    if (report.faults.length === 0 || Date.now() > deadline) return report;
  }
}

function leaderless({ streams }: Status): string[] {
  return streams
    .filter(({ leader }) => leader === undefined)
    .map(({ stream, domain }) => `stream ${stream} in ${domain}: no leader`);
}

/** Declared streams that a domain which answers does not have. */
function missingStreams({ streams, silences }: Status, declared: Topology): string[] {
  const silent = silences.map(({ domain }) => domain);
  return declared.streams
    .filter((each) => !silent.includes(each.location) && !isAmong(streams, each))
    .map(({ location, name }) => `stream ${name} in ${location}: declared, but not there; ${cure}`);
}

/** Declared links of followers that are there, which their servers do not list. */
function missingLinks({ streams, links }: Status, declared: Topology): string[] {
  return declaredLinks(declared)
    .map(({ follower, kind, origin }): Link => ({ domain: follower.location, stream: follower.name, kind, origin }))
    .filter(({ domain, stream }) => isAmong(streams, { location: domain, name: stream }))
    .filter((link) => !links.some((found) => found.domain === link.domain && linkName(found) === linkName(link)))
    .map((link) => `${linkName(link)}: declared, but the follower does not list it; ${cure}`);
}

const cure = "bring the streams up again: npm run lab, or pulumi up in their stack";

function isAmong(
  streams: Status["streams"],
  { location, name }: Pick<StreamDeclaration, "location" | "name">,
): boolean {
  return streams.some(({ domain, stream }) => domain === location && stream === name);
}
