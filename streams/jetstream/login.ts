/** Where a location's servers are reached, and as whom. */
import type { KubernetesFacts } from "../../kubernetes/access";

/** Where to connect, and as whom. Holds a clear password: only ever secret. */
export interface Connection {
  /** `nats://host:port` each. */
  readonly servers: readonly string[];
  readonly user: string;
  readonly password: string;
  /**
   * Location in a Kubernetes cluster whose servers are reached by a port-forward instead.
   *
   * @default - none: `servers` are dialled
   */
  readonly forward?: KubernetesFacts;
}

/** Login to a location, by its URLs; where it has none, by a port-forward into its Kubernetes cluster. */
export function connectionOf(
  location: { readonly clientUrls: readonly string[]; readonly kubernetes: KubernetesFacts | null },
  { user, password }: Pick<Connection, "user" | "password">,
): Connection {
  const { clientUrls: servers, kubernetes } = location;
  return servers.length === 0 && kubernetes
    ? { servers, user, password, forward: kubernetes }
    : { servers, user, password };
}

/** Equal for connections that lead to the same place as the same user. Holds the password. */
export function connectionKey({ servers, user, password, forward }: Connection): string {
  return JSON.stringify([servers, user, password, forward ? forwardKey(forward) : ""]);
}

/** Says each field by name: an engine's state keeps them in an order of its own. */
export function forwardKey({ access, clusterUid, namespace, podSelector }: KubernetesFacts): string {
  return JSON.stringify([access.kubeconfig, access.context, clusterUid, namespace, podSelector]);
}
