/** Which locations an upgrade moves, in which order, and why it may not. Pure. */
import { closest } from "fastest-levenshtein";
import semver from "semver";
import { minimumServerVersion, newestMeasuredVersion, serverVersionSchema } from "../../../components/server-version";
import type { LocationLimits } from "../../../streams/checks/declared";
import type { Topology } from "../../../streams/declarations";
import { topologyFaults } from "../../../streams/topology";

/** A location before the upgrade. */
export interface LocationVersions {
  readonly location: string;
  readonly role: "hub" | "spoke";
  /** nats-server that its stack file declares. */
  readonly declared: string;
  /** What its last `up` gave it. Undefined: it is not up. */
  readonly limits: LocationLimits | undefined;
  /** What each of its servers says; those that do not answer are left out. */
  readonly running: readonly string[];
}

/** A location of an upgrade. */
export type UpgradedLocation = Pick<LocationVersions, "location" | "role">;

/** One location that is moved. */
export interface UpgradeStep extends UpgradedLocation {
  /** Every version that runs there, oldest first: several where an upgrade was interrupted. */
  readonly from: readonly string[];
  readonly to: string;
  /** Its stack file has the version already: an upgrade before this one did not come to its end there. */
  readonly isBegun: boolean;
}

export interface UpgradePlanOptions {
  /** The one location to move. @default - all */
  readonly only?: string | undefined;
  /** What commands need to work on these stacks, such as `--lab`. @default "" */
  readonly flag?: string;
}

/** What an upgrade does. */
export interface UpgradePlan {
  readonly version: string;
  /** In their order. */
  readonly steps: readonly UpgradeStep[];
  /** Locations that have the version already. */
  readonly there: readonly UpgradedLocation[];
  /** What to know before it. */
  readonly notes: readonly string[];
}

/** The upgrade cannot be made. The message lists every fault. */
export class UpgradeRefusedError extends Error {
  override readonly name = "UpgradeRefusedError";
  constructor(
    version: string,
    readonly faults: readonly string[],
  ) {
    super(
      `upgrade to nats-server ${version}: ${faults.length} fault(s); nothing was touched:\n${faults.map((each) => `  - ${each}`).join("\n")}`,
    );
  }
}

/** @throws UpgradeRefusedError for what is no release of nats-server, or an unsupported one. */
export function requireRelease(version: string): void {
  if (serverVersionSchema.safeParse(version).success) return;
  throw new UpgradeRefusedError(version, [
    `--nats is '${version}'; allowed: a release of nats-server, ${minimumServerVersion} or newer; the newest that this project was measured on: ` +
      `npm run topology -- upgrade --nats ${newestMeasuredVersion}`,
  ]);
}

/**
 * The spokes in their order, then the hub: what a release breaks is seen in one cinema while the hub, which all links need, is as it was
 * (docs/decisions/0014).
 *
 * @throws UpgradeRefusedError with every fault.
 */
export function upgradePlan(
  topology: Topology,
  locations: readonly LocationVersions[],
  version: string,
  { only, flag = "" }: UpgradePlanOptions = {},
): UpgradePlan {
  const names = locations.map(({ location }) => location);
  if (only !== undefined && !names.includes(only)) {
    const text = `there is no location '${only}'; allowed: ${names.join(", ")}; did you mean '${closest(only, names)}'?`;
    throw new UpgradeRefusedError(version, [text]);
  }
  const chosen = locations.filter(({ location }) => only === undefined || location === only);
  const ordered = [...chosen.filter(({ role }) => role === "spoke"), ...chosen.filter(({ role }) => role === "hub")];
  const steps = ordered.filter((each) => !isThere(each, version)).map((each) => stepOf(each, version));
  const faults = [
    ...ordered.flatMap((each) => upFaults(each, flag)),
    ...downgradeFaults(steps),
    ...streamFaults(topology, locations, steps),
  ];
  if (faults.length > 0) throw new UpgradeRefusedError(version, faults);
  const there = ordered.filter((each) => isThere(each, version)).map(({ location, role }) => ({ location, role }));
  return { version, steps, there, notes: notesOf(steps, version) };
}

function isThere({ declared, limits, running }: LocationVersions, version: string): boolean {
  const all = [declared, limits?.serverVersion, ...running];
  return running.length === limits?.replicas && all.every((each) => each === version);
}

function stepOf({ location, role, declared, limits, running }: LocationVersions, to: string): UpgradeStep {
  const last = limits ? [limits.serverVersion] : [];
  const from = semver.sort([...new Set(running.length > 0 ? running : last)]);
  return { location, role, from, to, isBegun: declared === to };
}

function upFaults({ location, limits }: LocationVersions, flag: string): string[] {
  if (limits) return [];
  return [
    `location ${location} is not up, so it has no servers to upgrade; bring it up: ${`npm run topology -- up ${flag}`.trim()}`,
  ];
}

/** Upstream supports a way back within a minor release; between two, files on disk and features in use may not be understood. */
function downgradeFaults(steps: readonly UpgradeStep[]): string[] {
  const refused = steps.flatMap(({ location, from, to }) => {
    const newest = from.at(-1);
    return newest === undefined || semver.gte(to, newest) || isOneMinor(newest, to) ? [] : [{ location, newest, to }];
  });
  return [...new Set(refused.map(({ newest }) => newest))].map((newest) => {
    const those = refused.filter((each) => each.newest === newest);
    const minor = `${semver.major(newest)}.${semver.minor(newest)}`;
    return (
      `nats-server ${newest} runs in ${those.map(({ location }) => location).join(", ")}, and ${those[0]?.to} is of an older minor release; ` +
      `allowed: ${newest} or newer, or another ${minor}; the messages there would be at risk, as an older minor may not read what a newer one has stored, ` +
      "and takes streams offline that use more than it knows; go on to a newer release instead"
    );
  });
}

const isOneMinor = (a: string, b: string) => semver.major(a) === semver.major(b) && semver.minor(a) === semver.minor(b);

/** What is declared and the servers would lack; what is at fault as it is now is not the upgrade's doing. */
function streamFaults(
  topology: Topology,
  locations: readonly LocationVersions[],
  steps: readonly UpgradeStep[],
): string[] {
  const before = locations.flatMap(({ limits }) => limits ?? []);
  const after = before.map((limits) => {
    const step = steps.find(({ location }) => location === limits.location);
    return step ? { ...limits, serverVersion: step.to } : limits;
  });
  const known = new Set(topologyFaults(topology, before));
  return topologyFaults(topology, after).filter((fault) => !known.has(fault));
}

function notesOf(steps: readonly UpgradeStep[], version: string): string[] {
  const oldest = semver.sort(steps.flatMap(({ from }) => from)).at(0);
  if (oldest === undefined) return [];
  return [
    ...(semver.gt(version, newestMeasuredVersion)
      ? [
          `nats-server ${version} is newer than ${newestMeasuredVersion}, the newest that this project was measured on; whether there is such a release is not known here`,
        ]
      : []),
    ...upstreamAdvice
      .filter(({ from, to }) => semver.lt(oldest, from) && semver.gte(version, to))
      .map(({ advice }) => advice),
  ];
}

/** What upstream's upgrade guides say of a way from below one version to another. */
const upstreamAdvice = [
  {
    from: "2.14.7",
    to: "2.15.0",
    advice:
      "upstream recommends 2.14.7 or newer before 2.15: until all servers of a location have 2.15, change no stream's replicas or placement there, as that would stall",
  },
  {
    from: "2.14.0",
    to: "2.15.0",
    advice:
      "upstream knows of problems with mirrors of streams with many deleted messages where 2.12 or older goes straight to 2.15: go by 2.14 if you have such",
  },
] as const;
