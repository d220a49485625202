/** What of a status is not well, and how bad that is. Pure. */
import { linkFaults } from "../../../streams/jetstream/link-status";
import { byteText } from "./byte-text";
import type { LocationStatus, Seen } from "./status";

/**
 * `critical`: messages do not flow, are refused or in danger, or soon will be. `warning`: all flows, with less to spare than declared or otherwise than
 * declared.
 */
export type Severity = "critical" | "warning";

export interface Finding {
  readonly severity: Severity;
  /** Location that it is about. Left out where it is about a link between two. */
  readonly location?: string;
  readonly what: string;
}

/** From which part of what a server or a stream may store it is told. */
const fullFrom = { warning: 0.8, critical: 0.95 } as const;
/** Days until something is full, or a certificate ends, from which on it is told. */
const daysLeft = { full: { warning: 14, critical: 3 }, certificate: { warning: 30, critical: 7 } } as const;
const dayMs = 24 * 60 * 60 * 1_000;

/** All findings, critical ones first. */
export function findingsOf(seen: Seen, upCommand: string): Finding[] {
  const all = [
    ...seen.locations.flatMap((each) => locationFindings(each, upCommand)),
    ...reportFindings(seen),
    ...fillFindings(seen),
    ...seen.locations.flatMap((each) => certificateFindings(each, Date.parse(seen.at))),
  ];
  const rank = { critical: 0, warning: 1 } as const;
  return all.sort((a, b) => rank[a.severity] - rank[b.severity]);
}

function locationFindings(status: LocationStatus, upCommand: string): Finding[] {
  const { location, wanted, servers, line } = status;
  const finding = (severity: Severity, what: string): Finding => ({ severity, location, what });
  if (!wanted) return [finding("critical", `location ${location}: not up; bring it up: ${upCommand}`)];
  const serving = servers.filter(({ lacks }) => lacks.every(({ kind }) => kind === "config"));
  const hasQuorum = serving.length > wanted.replicas / 2;
  const found = servers.flatMap(({ server, lacks }) =>
    lacks.map(({ kind, what }) =>
      finding(kind === "service" && !hasQuorum ? "critical" : "warning", `server ${server}: ${what}`),
    ),
  );
  if (!hasQuorum) {
    const what = `location ${location}: ${serving.length} of ${wanted.replicas} servers serve as they should, which may be too few for JetStream`;
    found.push(finding("critical", what));
  }
  if (line === "down") found.push(finding("critical", `line of ${location}: no relay runs; bring it up: ${upCommand}`));
  else if (line?.cut)
    found.push(finding("critical", `line of ${location}: cut; mend it: npm run lab -- heal ${location}`));
  return [...found, ...leafnodeFindings(status), ...storeFindings(status)];
}

/** Of spokes only: what a hub has not accepted is what a spoke does not have. */
function leafnodeFindings({ role, location, leafnodes }: LocationStatus): Finding[] {
  if (role === "hub") return [];
  return leafnodes
    .filter(({ there, wanted }) => there < wanted)
    .map(({ account, there, wanted }) => ({
      severity: there === 0 ? ("critical" as const) : ("warning" as const),
      location,
      what: `leafnodes of ${location} for account ${account}: ${there} of ${wanted}`,
    }));
}

function storeFindings({ location, servers }: LocationStatus): Finding[] {
  return servers.flatMap(({ server, storedBytes = 0, maxStoredBytes }) => {
    const severity = maxStoredBytes ? above(storedBytes / maxStoredBytes, fullFrom) : undefined;
    if (!severity || !maxStoredBytes) return [];
    const what = `server ${server}: stores ${byteText(storedBytes)} of ${byteText(maxStoredBytes)}`;
    return [{ severity, location, what }];
  });
}

/** What the report tells; a link that is active and only behind is on its way. */
function reportFindings({ report }: Seen): Finding[] {
  const onlyBehind = report.links.filter((link) => (link.gap ?? 0) > 0).map(linkFaults);
  const passing = new Set(onlyBehind.filter(({ length }) => length === 1).flat());
  return report.faults.map((what) => {
    const [, location] = /^domain (\S+):|^stream \S+ in (\S+):/.exec(what)?.filter((part) => part !== undefined) ?? [];
    return { severity: passing.has(what) ? "warning" : "critical", ...(location && { location }), what };
  });
}

function fillFindings({ fills }: Seen): Finding[] {
  return fills.flatMap(({ domain, stream, bytes, maxBytes, verdict, daysUntilFull }) => {
    if (maxBytes === undefined || verdict === "rolls over") return [];
    const full = above(bytes / maxBytes, fullFrom);
    const soon = daysUntilFull === undefined ? undefined : below(daysUntilFull, daysLeft.full);
    const severity = [full, soon].includes("critical") ? "critical" : (full ?? soon);
    if (!severity) return [];
    const when = daysUntilFull === undefined ? "" : `, full in ${daysText(daysUntilFull)} at the present rate`;
    const what = `stream ${stream} in ${domain}: stores ${byteText(bytes)} of ${byteText(maxBytes)}${when}, and refuses messages once it is full`;
    return [{ severity, location: domain, what }];
  });
}

function certificateFindings({ location, certificates }: LocationStatus, now: number): Finding[] {
  return certificates.flatMap(({ certificate, expires }) => {
    const days = (Date.parse(expires) - now) / dayMs;
    const severity = below(days, daysLeft.certificate);
    if (!severity) return [];
    const when = days < 0 ? "has ended" : `ends in ${daysText(days)}`;
    return [
      { severity, location, what: `certificate of ${location}'s ${certificate}: ${when}, on ${expires.slice(0, 10)}` },
    ];
  });
}

/** Days for people. */
export function daysText(days: number): string {
  if (days >= 2) return `${Math.floor(days)} days`;
  const hours = Math.floor(days * 24);
  return hours >= 1 ? `${hours} hour${hours === 1 ? "" : "s"}` : "less than an hour";
}

function above(value: number, from: Readonly<Record<Severity, number>>): Severity | undefined {
  if (value >= from.critical) return "critical";
  return value >= from.warning ? "warning" : undefined;
}

function below(value: number, limit: Readonly<Record<Severity, number>>): Severity | undefined {
  if (value < limit.critical) return "critical";
  return value < limit.warning ? "warning" : undefined;
}
