/** The configuration files of one local server, as texts. Pure. */
import { accountsConf, remotesConf } from "../server-accounts-conf";
import type { LeafnodeRemote } from "../server-config";
import { systemAccount } from "../server-config";
import type { LocalClusterInputs } from "./local-cluster-inputs";
import { localPorts } from "./ports";

/** Name of the file beside a spoke's conf that holds the clear passwords; its mode is 0600. */
export const remotesFile = "remotes.conf";

const loopback = "127.0.0.1";

/**
 * The conf of the server at `index`. It holds password hashes, but no clear password: a spoke's remotes are included from
 * `remotesFile`. The store is relative to the server's working directory, so the text names no folder of this machine.
 */
export function natsConf(inputs: LocalClusterInputs, index: number): string {
  const { settings, accounts } = inputs;
  const { servers } = localPorts(inputs.portBase, settings.serverNames.length);
  const ports = servers[index];
  if (!ports) throw new RangeError(`'index' must be below ${servers.length}, the number of servers, got ${index}`);
  const conf = {
    server_name: settings.serverNames[index],
    listen: `${loopback}:${ports.client}`,
    http: `${loopback}:${ports.monitor}`,
    // A server alone in a cluster waits for a second one, and has no JetStream till then (2.9.19, 2.14.2, 2.15.2).
    cluster:
      servers.length === 1
        ? undefined
        : {
            name: settings.clusterName,
            listen: `${loopback}:${ports.cluster}`,
            routes: servers.map((server) => `nats-route://${loopback}:${server.cluster}`),
          },
    jetstream: {
      domain: settings.domain,
      store_dir: ".",
      max_file_store: settings.maxFileStoreBytes,
      max_memory_store: 0,
      extension_hint: settings.extensionHint,
    },
    system_account: systemAccount,
    accounts: accountsConf(accounts),
    // 2.15 hubs with `no_advertise: true` turn older spokes away, 2.9 hubs ignore it: an address that is given is right for all.
    leafnodes: settings.leafnodeAdvertise && {
      listen: `${loopback}:${ports.leafnode}`,
      advertise: settings.leafnodeAdvertise,
      no_advertise: false,
    },
  };
  const include = inputs.remotes.length > 0 ? `include "${remotesFile}"\n` : "";
  return render(conf) + include;
}

/** What a spoke's conf includes: whom it dials, with clear passwords. Goes into `remotesFile` only. */
export function remotesText(remotes: readonly LeafnodeRemote[]): string {
  return render({ leafnodes: { remotes: remotesConf(remotes) } });
}

/** One `key: value` a line. JSON is valid in a value, and its quotes keep a bcrypt hash's `$` from being a variable. */
function render(conf: Readonly<Record<string, unknown>>): string {
  return Object.entries(conf)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}: ${JSON.stringify(value, null, 2)}\n`)
    .join("");
}
