/** Where everything of a location listens on 127.0.0.1. Pure. */

/** Servers that one range has room for. */
export const maxLocalReplicas = 5;

/** Ports that a location takes from its `portBase` on; the next location's base is this much higher. */
export const portsPerLocation = 25;

export interface ServerPorts {
  readonly client: number;
  readonly monitor: number;
  readonly cluster: number;
  /** Leafnode listener; only a hub opens it. */
  readonly leafnode: number;
}

export interface LocalPorts {
  /** One entry a server. */
  readonly servers: readonly ServerPorts[];
  /** What the servers of a spoke dial. */
  readonly relay: number;
}

/** All ports of a location, from one configurable base. */
export function localPorts(portBase: number, replicas: number): LocalPorts {
  return {
    servers: Array.from({ length: replicas }, (_, i) => ({
      client: portBase + i,
      monitor: portBase + maxLocalReplicas + i,
      cluster: portBase + 2 * maxLocalReplicas + i,
      leafnode: portBase + 3 * maxLocalReplicas + i,
    })),
    relay: portBase + 4 * maxLocalReplicas,
  };
}

/**
 * What a hub on this machine advertises to its spokes: the discard port, where nobody but root can listen.
 * Every spoke has a relay of its own here, so there is no address common to all; and a spoke adds what is advertised to
 * the addresses that it dials, which would lead it around its cut relay.
 */
export const discardAddress = "127.0.0.1:9";
