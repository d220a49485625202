/** From what was measured to what the page shows. Pure. */
import type { StreamDeclaration, Topology } from "../../streams/declarations";
import { linkFaults, linkName, type LinkStatus } from "../../streams/jetstream/link-status";
import { declaredLinks } from "../../streams/topology";
import { lineText } from "../lab/lines";
import type { LocationStatus, ServerStatus } from "../lab/status";
import type { Report } from "../report/report";
import type { LineView, LinkState, LinkView, LocationView, ServerView, Snapshot, StreamView } from "./wire";

/** What was measured last, each part when it could be. */
export interface Measured {
  /** Servers and lines; undefined outside the lab, and while there is none. */
  readonly status?: readonly LocationStatus[];
  readonly report?: Report;
  /** When the report came, in milliseconds since 1970. */
  readonly reportedAt?: number;
  readonly trouble?: string;
}

/** Whose topology it is. */
export interface Subject {
  readonly label: string;
  readonly writable: boolean;
  readonly topology: Topology;
}

/** The page's state at one moment. What is declared but was not found is there, with nothing known of it. */
export function snapshotOf({ label, writable, topology }: Subject, measured: Measured, at: number): Snapshot {
  const { status = [], report, reportedAt, trouble } = measured;
  const locations = [topology.hub, ...topology.spokes].map((name) =>
    locationView(name, topology, status, report?.faults ?? []),
  );
  return {
    at,
    ...(reportedAt !== undefined && { reportedAt }),
    label,
    writable,
    locations,
    streams: streamViews(topology.streams, report),
    links: linkViews(topology, report, locations),
    faults: report?.faults ?? [],
    ...(trouble !== undefined && { trouble }),
  };
}

function locationView(
  name: string,
  topology: Topology,
  status: readonly LocationStatus[],
  faults: readonly string[],
): LocationView {
  const found = status.find(({ location }) => location === name);
  return {
    name,
    role: name === topology.hub ? "hub" : "spoke",
    servers: (found?.servers ?? []).map(serverView),
    ...(found?.line && { line: lineView(found.line) }),
    faults: faults.filter((fault) => fault.startsWith(`domain ${name}: `)),
    publishable: topology.streams.some(({ location, subjects }) => location === name && subjects !== undefined),
  };
}

function serverView({ server, version, ailment }: ServerStatus): ServerView {
  if (version === undefined) return { name: server, state: "down", text: ailment ?? "does not answer" };
  return { name: server, state: ailment === undefined ? "healthy" : "ailing", text: ailment ?? "healthy", version };
}

function lineView(line: NonNullable<LocationStatus["line"]>): LineView {
  const text = lineText(line);
  if (line === "down") return { state: "down", text, short: text };
  if (line.cut) return { state: "cut", text, short: text };
  return line.delayMs > 0
    ? { state: "slow", text, short: `${line.delayMs} ms late` }
    : { state: "open", text, short: "open" };
}

function streamViews(declared: readonly StreamDeclaration[], report: Report | undefined): StreamView[] {
  const found = report?.streams ?? [];
  const missing = declared.filter((each) => !found.some((one) => isAt(one, each)));
  return [
    ...found.map(({ domain, stream, messages, bytes, lastSeq, leader }) => ({
      location: domain,
      name: stream,
      messages,
      bytes,
      lastSeq,
      ...(leader && { leader }),
    })),
    ...missing.map(({ location, name }) => ({ location, name })),
  ];
}

function isAt(
  { domain, stream }: { readonly domain: string; readonly stream: string },
  { location, name }: StreamDeclaration,
): boolean {
  return domain === location && stream === name;
}

function linkViews(topology: Topology, report: Report | undefined, locations: readonly LocationView[]): LinkView[] {
  const found = (report?.links ?? []).map((link) => linkView(link, locations));
  const unlisted = declaredLinks(topology)
    .map(({ follower, kind, origin }): LinkStatus => {
      const link = { domain: follower.location, stream: follower.name, kind, origin };
      return { ...link, apiPrefix: "", unreachable: "nothing is known of this link" };
    })
    .map((link) => linkView(link, locations))
    .filter(({ id }) => !found.some((each) => each.id === id));
  return [...found, ...unlisted];
}

function linkView(status: LinkStatus, locations: readonly LocationView[]): LinkView {
  const { domain, stream, kind, origin, lag, gap, activeMs } = status;
  const name = linkName(status);
  return {
    id: `${domain}/${name}`,
    name,
    kind,
    follower: { location: domain, stream },
    origin: { location: origin.location, stream: origin.stream },
    state: linkState(status, locations),
    ...(lag !== undefined && { lag }),
    ...(gap !== undefined && { gap }),
    ...(activeMs !== undefined && { activeMs }),
    faults: linkFaults(status),
  };
}

/** A cut line says more than what follows from it: it is told as such before a server has noticed. */
function linkState(status: LinkStatus, locations: readonly LocationView[]): LinkState {
  const ends = [status.domain, status.origin.location];
  const isCut = locations.some(({ name, line }) => ends.includes(name) && line?.state === "cut");
  if (isCut && ends[0] !== ends[1]) return "cut";
  const reasons = linkFaults(status);
  if (reasons.length === 0) return "well";
  const isBehind = reasons.length === 1 && status.unreachable === undefined && (status.gap ?? 0) > 0 && !status.error;
  const isHeard = status.activeMs !== undefined && !reasons.some((reason) => reason.includes(": silent: "));
  return isBehind && isHeard ? "behind" : "broken";
}
