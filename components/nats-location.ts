import * as pulumi from "@pulumi/pulumi";
import { Accounts, type AccountsArgs } from "./accounts";
import { NatsRelease } from "./kubernetes/nats-release";
import { LocalPlatform } from "./local/local-platform";
import type { Location, SpokeLocation } from "./location";
import type { HubLink, Platform, PlatformArgs } from "./platform";
import { newestOf, storedRotations } from "./rotation";
import { referenceLocation, type LocationFacts, type LocationOutputs, type LocationReference } from "./stack-outputs";
import { UserError } from "../user-error";

export interface NatsLocationArgs {
  readonly location: Location;
  /**
   * Spoke only: its hub's stack.
   *
   * @default - none: a hub dials nobody
   */
  readonly hub?: LocationReference;
  /** Hub only: see {@link AccountsArgs.links}. */
  readonly links?: AccountsArgs["links"];
}

/** One location: its accounts, and its servers on the platform that config names. */
export class NatsLocation extends pulumi.ComponentResource {
  /** What the location's stack gives to others. */
  readonly outputs: LocationOutputs;

  constructor(name: string, args: NatsLocationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cinema:nats:Location", name, {}, opts);
    const { location } = args;
    const accounts = new Accounts(name, { location, links: args.links }, { parent: this });
    const hub = location.role === "spoke" && args.hub ? hubLink(location, args.hub) : undefined;
    const { links } = args;
    const hubsUsers = args.hub?.facts?.rotation; // a hub of an earlier release does not tell
    const dialled = hubsUsers ? newestOf(storedRotations(hubsUsers)) : null;
    const { serverAccounts, logins } = accounts;
    const servers = platformOf(name, location, { accounts: serverAccounts, logins, hub, links }, { parent: this });

    const onceServed = <T>(value: T) => servers.clientUrls.apply(() => value);

    this.outputs = {
      location: pulumi.output(location.name),
      role: pulumi.output(location.role),
      clusterName: pulumi.output(location.clusterName),
      serverVersion: pulumi.output(location.serverVersion),
      replicas: pulumi.output(location.replicas),
      maxFileStoreBytes: pulumi.output(location.maxFileStoreBytes),
      spokes: pulumi.output(location.role === "hub" ? [...location.spokes] : []),
      rotation: onceServed(location.rotation),
      dialledGeneration: onceServed(dialled),
      clientUrls: servers.clientUrls,
      monitorUrls: servers.monitorUrls,
      leafnodeUrls: servers.leafnodeUrls,
      leafnodeTls: servers.leafnodeTls,
      leafnodeCa: servers.leafnodeCa,
      kubernetes: servers.kubernetes,
      logins,
      leafnodeLogins: accounts.leafnodeLogins,
    };
    this.registerOutputs({ outputs: this.outputs });
  }
}

function platformOf(
  name: string,
  location: Location,
  args: PlatformArgs,
  opts: pulumi.ComponentResourceOptions,
): Platform {
  const { platform } = location;
  return platform.kind === "local"
    ? new LocalPlatform(name, { location, placement: platform, ...args }, opts)
    : new NatsRelease(name, { location: { ...location, platform }, ...args }, opts);
}

/**
 * The hub's stack of a spoke; undefined on a hub.
 *
 * @throws LocationNotUpError in an update before the hub is up.
 * @throws UserError where the hub does not know this spoke, or both have one cluster name.
 */
export async function referenceHub(location: Location): Promise<LocationReference | undefined> {
  if (location.role === "hub") return undefined;
  const reference = await referenceLocation(location.hub, `spoke '${location.name}'`);
  const faults = reference.facts ? linkFaults(location, reference.facts) : [];
  if (faults.length > 0) throw new UserError(faults.join("\n"));
  return reference;
}

function linkFaults({ name, hub, clusterName }: SpokeLocation, facts: LocationFacts): string[] {
  const faults: string[] = [];
  if (facts.role !== "hub")
    faults.push(
      `hub is '${hub}', which is itself a spoke; allowed: a location of role hub; set it: pulumi config set hub hub`,
    );
  else if (!facts.spokes.includes(name)) {
    faults.push(
      `hub '${hub}' has no leafnode users for '${name}'; its spokes: ${facts.spokes.join(", ") || "none"}; ` +
        `add '${name}' to spokes in Pulumi.${hub}.yaml, then: pulumi up -s ${hub}`,
    );
  }
  if (facts.clusterName === clusterName) {
    faults.push(
      `clusterName is '${clusterName}', as that of hub '${hub}'; allowed: another one, as servers refuse leafnodes within one ` +
        `cluster name; set it: pulumi config set clusterName ${name}`,
    );
  }
  return faults;
}

function hubLink(spoke: SpokeLocation, hub: LocationReference): HubLink {
  const logins = hub.leafnodeLogins.apply((all) => {
    const own = all[spoke.name];
    if (!own) throw new Error(`hub '${spoke.hub}' has no leafnode users for '${spoke.name}'`);
    return own;
  });
  const { leafnodeUrls, leafnodeTls, leafnodeCa } = hub;
  return { leafnodeUrls, leafnodeTls, leafnodeCa, logins: pulumi.secret(logins) };
}
