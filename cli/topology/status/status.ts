/** The status of a whole topology: what the report shows, and the servers, storage, passwords and certificates behind it. */
import { accountNames, type AccountName } from "../../../components/account-names";
import type { LocationFacts } from "../../../components/stack-outputs";
import type { Topology } from "../../../streams/declarations";
import type { Ask } from "../../../streams/jetstream/request";
import { readStatus, type Status } from "../../../streams/jetstream/status";
import { listStreams } from "../../../streams/jetstream/stream-api";
import type { LabLocation } from "../../lab/home";
import { askWithDetours } from "../../report/ask";
import { reportOf, type Report } from "../../report/report";
import { findingsOf, type Finding } from "./findings";
import { readServers, type ServerStatus } from "./servers";
import type { Line, StatusSource } from "./source";
import type { CertificateAge, PasswordAge } from "./stack-state";
import { fillOf, type Fill } from "./storage";

/** Leafnodes of a location for one account: on a spoke those that it dials, on a hub those that it accepted. */
export interface Leafnodes {
  readonly account: AccountName;
  /** One from each server that dials. */
  readonly wanted: number;
  readonly there: number;
}

export interface LocationStatus {
  readonly location: string;
  readonly role: "hub" | "spoke";
  /** What its last `up` gave it. Left out where it was never brought up, and all below is empty then. */
  readonly wanted?: Pick<LocationFacts, "serverVersion" | "clusterName" | "replicas" | "maxFileStoreBytes">;
  readonly servers: readonly ServerStatus[];
  readonly leafnodes: readonly Leafnodes[];
  /** Lab only, of a spoke. */
  readonly line?: Line;
  readonly passwords: readonly PasswordAge[];
  readonly certificates: readonly CertificateAge[];
}

/** Everything seen, before it is judged. */
export interface Seen {
  /** ISO 8601. */
  readonly at: string;
  readonly locations: readonly LocationStatus[];
  readonly report: Report;
  /** How full each stream is. */
  readonly fills: readonly Fill[];
}

/** Everything that is known, and all that is not well, worst first. The output of `--json`. */
export interface TopologyStatus extends Seen {
  readonly findings: readonly Finding[];
}

/**
 * Looks once. What does not answer is told in the findings.
 *
 * @throws Error where no location is up.
 */
export async function readTopologyStatus(source: StatusSource): Promise<TopologyStatus> {
  const { locations, topology, upCommand } = source;
  const states = await Promise.all(locations.map(({ name }) => source.state(name)));
  if (states.every((state) => state === undefined)) {
    const names = locations.map(({ name }) => name).join(", ");
    throw new Error(
      `none of the locations is up (${names}), so there is nothing to look at; bring them up: ${upCommand}`,
    );
  }
  const [statuses, { report, fills }] = await Promise.all([
    Promise.all(locations.map((each, i) => readLocation(source, each, states[i]))),
    readStreams(source, topology),
  ]);
  const seen = { at: new Date().toISOString(), locations: withAccepted(statuses), report, fills };
  return { ...seen, findings: findingsOf(seen, upCommand) };
}

async function readLocation(
  source: StatusSource,
  location: LabLocation,
  state: Awaited<ReturnType<StatusSource["state"]>>,
): Promise<LocationStatus> {
  const { name, role } = location;
  if (!state) return { location: name, role, servers: [], leafnodes: [], passwords: [], certificates: [] };
  const { facts, passwords, certificates } = state;
  const [servers, line] = await Promise.all([readServers(state), source.line(location)]);
  const { serverVersion, clusterName, replicas, maxFileStoreBytes } = facts;
  return {
    location: name,
    role,
    wanted: { serverVersion, clusterName, replicas, maxFileStoreBytes },
    servers,
    leafnodes: leafnodesOf(servers, role === "spoke" ? replicas : 0),
    ...(line && { line }),
    passwords,
    certificates,
  };
}

function leafnodesOf(servers: readonly ServerStatus[], wanted: number): Leafnodes[] {
  return accountNames.map((account) => {
    const there = servers.reduce((sum, { leafnodes }) => sum + (leafnodes?.[account] ?? 0), 0);
    return { account, wanted, there };
  });
}

/** A hub accepts what its spokes dial. */
function withAccepted(locations: readonly LocationStatus[]): LocationStatus[] {
  const dialled = locations
    .filter(({ role }) => role === "spoke")
    .reduce((sum, { wanted }) => sum + (wanted?.replicas ?? 0), 0);
  return locations.map((each) =>
    each.role === "hub" && each.wanted
      ? { ...each, leafnodes: each.leafnodes.map((found) => ({ ...found, wanted: dialled })) }
      : each,
  );
}

async function readStreams(source: StatusSource, topology: Topology): Promise<{ report: Report; fills: Fill[] }> {
  const domains = [topology.hub, ...topology.spokes];
  try {
    const hub = await source.login(topology.hub);
    const { ask, domains: cutOff } = askWithDetours(hub, source.login);
    const [status, fills] = await Promise.all([readStatus(ask, domains), readFills(ask, domains)]);
    return { report: reportOf(status, cutOff, topology), fills };
  } catch (error) {
    const reason = (error as Error).message;
    const unasked: Status = { streams: [], links: [], silences: domains.map((domain) => ({ domain, reason })) };
    return { report: reportOf(unasked, new Set(), topology), fills: [] };
  }
}

async function readFills(ask: Ask, domains: readonly string[]): Promise<Fill[]> {
  const all = domains.map(async (domain) => {
    const { streams } = await listStreams(ask, domain).catch(() => ({ streams: [] })); // the report tells of a domain that is silent
    return streams.map((each) => fillOf(domain, each, Date.now()));
  });
  return (await Promise.all(all)).flat();
}
