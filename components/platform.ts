/** What a location and the platform that runs its servers know of each other. */
import type * as pulumi from "@pulumi/pulumi";
import type { SpokeLink } from "./leafnode-permissions";
import type { ServerAccounts } from "./server-config";
import type { LocationOutputs, LocationReference, Logins } from "./stack-outputs";

/** The hub that a spoke dials, as its stack gives it. Unknown in a preview before the hub is up. */
export interface HubLink extends Pick<LocationReference, "leafnodeUrls" | "leafnodeTls" | "leafnodeCa"> {
  /** The spoke's own leafnode users. Secret. */
  readonly logins: pulumi.Output<Logins>;
}

/** What any platform is made from, beside the location. */
export interface PlatformArgs {
  /** Hashes of the location's users. Secret. */
  readonly accounts: pulumi.Output<ServerAccounts>;
  /** Administrators' logins. Secret. */
  readonly logins: pulumi.Output<Logins>;
  /**
   * Spoke only: its hub.
   *
   * @default - none: a hub dials nobody
   */
  readonly hub?: HubLink;
  /**
   * Hub only: what its spokes' users have rights for.
   *
   * @default - none
   */
  readonly links?: readonly SpokeLink[];
}

/** Where the servers are reached, known once they serve. */
export type Platform = Pick<
  LocationOutputs,
  "clientUrls" | "monitorUrls" | "leafnodeUrls" | "leafnodeTls" | "leafnodeCa" | "kubernetes"
>;
