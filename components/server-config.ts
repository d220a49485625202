/**
 * The NATS server settings of a location that both platforms share: what the chart's values and the local
 * platform's generated files are made from. Pure.
 */
import type { Location } from "./location";
import type { AccountName, Logins } from "./stack-outputs";

/** NATS subjects, wildcards allowed. What is not allowed is denied, and `deny` takes from what is allowed. */
export interface SubjectRule {
  readonly allow: readonly string[];
  /**
   * Exceptions from `allow`.
   *
   * @default - none
   */
  readonly deny?: readonly string[];
}

/** What a server lets a user do, in the user's own view: a leafnode's user publishes what crosses from the spoke to the hub. */
export interface UserPermissions {
  readonly publish: SubjectRule;
  readonly subscribe: SubjectRule;
}

/** A user as the server config knows it: bcrypt hash, never the clear password. */
export interface ServerUser {
  readonly user: string;
  readonly passwordHash: string;
  /**
   * What the user may do.
   *
   * @default - everything in its account
   */
  readonly permissions?: UserPermissions;
  /**
   * How the user may connect.
   *
   * @default - in every way
   */
  readonly connectionTypes?: readonly "LEAFNODE"[];
}

/** Users of each account. */
export type ServerAccounts = Readonly<Record<AccountName, readonly ServerUser[]>>;

/** A hub that the servers of a spoke dial, for one account. Holds the clear password: only ever secret. */
export interface LeafnodeRemote {
  /** Account at both ends. */
  readonly account: AccountName;
  /** `nats-leaf://host:port` each, without credentials. */
  readonly urls: readonly string[];
  readonly user: string;
  readonly password: string;
  /**
   * Demands TLS of the hub; with `caFile`, a path on the server's disk, only certificates of that authority count, else those of
   * the system's. Fails closed: a hub without TLS is not logged into.
   *
   * @default - TLS with the system's authorities where the hub demands it, plaintext where it does not
   */
  readonly tls?: { readonly caFile?: string };
}

/** What every server of a location is told, on either platform, credentials apart. */
export interface ServerSettings {
  /** JetStream domain, and the prefix of the server names (`hub-nats-0`): identity, never changed once streams exist. */
  readonly domain: string;
  /** NATS cluster name. Differs between a hub and its spokes, else leafnodes are refused (seen on 2.9.19 and 2.15.2). */
  readonly clusterName: string;
  /** `hub-nats-0` …: unique over all locations, else one location's stopped server marks another's offline. */
  readonly serverNames: readonly string[];
  /** In bytes, each server. */
  readonly maxFileStoreBytes: number;
  /** `no_extend` on spokes: without it a fresh spoke has no JetStream until its hub answers. */
  readonly extensionHint?: "no_extend";
  /** Hub only: `host:port` handed to spokes. Right for every mix of versions (2.15 refuses `no_advertise: true` hubs). */
  readonly leafnodeAdvertise?: string;
}

/** Name of the account whose servers' events and requests are system-wide; set on hub and spokes alike. */
export const systemAccount: AccountName = "SYS";

/** The settings of a location's servers. */
export function serverSettings(location: Location): ServerSettings {
  return {
    domain: location.name,
    clusterName: location.clusterName,
    serverNames: Array.from({ length: location.replicas }, (_, i) => `${location.name}-nats-${i}`),
    maxFileStoreBytes: location.maxFileStoreBytes,
    ...(location.role === "spoke"
      ? { extensionHint: "no_extend" as const }
      : { leafnodeAdvertise: location.leafnodeAdvertise }),
  };
}

/** The remotes of a spoke: one an account, each with the spoke's own user. */
export function leafnodeRemotes(urls: readonly string[], logins: Logins): LeafnodeRemote[] {
  return [
    { account: "ACC", urls, ...logins.ACC },
    { account: "SYS", urls, ...logins.SYS },
  ];
}
