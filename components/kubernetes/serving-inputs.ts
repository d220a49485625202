import type { KubernetesFacts } from "../../kubernetes/access";
import type { AccountName } from "../stack-outputs";

/** What the servers of a location must be, and do, once the location is up. No secrets. */
export interface ServingInputs {
  readonly kubernetes: KubernetesFacts;
  /** In the order of their pods. */
  readonly serverNames: readonly string[];
  readonly serverVersion: string;
  readonly clusterName: string;
  readonly domain: string;
  /** What JetStream may store on disk in each server, in bytes. */
  readonly maxFileStoreBytes: number;
  /** Accounts that each server dials a hub for; none on a hub. */
  readonly leafnodeAccounts: readonly AccountName[];
  /** Changes with the content of the servers' Secret; a server that has loaded it bears the tag `config:<mark>`. */
  readonly secretMark: string;
  /**
   * Changes with the servers' ConfigMap; a server that has loaded it bears it in its metadata.
   *
   * @default - not looked at: servers before 2.12 have no metadata, and a changed ConfigMap restarts them
   */
  readonly valuesMark?: string;
  /**
   * The hub's repair watch runs beside its servers.
   *
   * @default false
   */
  readonly repairWatch?: boolean;
}

/** How a server was found: it serves as wanted, serves with another configuration or version, or does not serve. */
export type ServerCondition = "running" | "outdated" | "ailing";
