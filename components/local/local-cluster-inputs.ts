import type { Rotations } from "../rotation";
import type { LeafnodeRemote, ServerAccounts, ServerSettings } from "../server-config";

/** What the local platform is told of one location: its servers' settings and where they live on this machine. */
export interface LocalClusterInputs {
  /** Holds all of this location: confs, stores, logs, pid records. `~` stands for the user's home. */
  readonly folder: string;
  /** First of the location's ports on 127.0.0.1; see `localPorts`. */
  readonly portBase: number;
  /** Version of nats-server to run, such as `2.14.2`. */
  readonly serverVersion: string;
  readonly settings: ServerSettings;
  /** Generations of the users in `accounts`: told apart from them, as a preview knows them before new users are made. */
  readonly rotation: Rotations;
  /** Hashes of the users. Secret. */
  readonly accounts: ServerAccounts;
  /** Spoke only: the hub as dialled, through the relay, with clear passwords. Empty on a hub. Secret. */
  readonly remotes: readonly LeafnodeRemote[];
}

/** What the relay of one spoke is told. */
export interface RelayInputs {
  /** The location's folder, shared with its servers. */
  readonly folder: string;
  /** Port on 127.0.0.1 that the spoke's servers dial. */
  readonly port: number;
  /** The hub's leafnode listeners, `nats-leaf://host:port` each. */
  readonly targets: readonly string[];
}
