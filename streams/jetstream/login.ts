/** Where a location's servers are reached, and as whom. */
import type { Login } from "../../components/stack-outputs";
import type { KubernetesFacts } from "../../kubernetes/access";

/** Where to connect, and as whom. Holds clear passwords: only ever secret. */
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
  /**
   * Administrator of account SYS at the same place: may ask whether a domain that answers nothing is cut off.
   *
   * @default - none: it is waited for as if it elected its leader
   */
  readonly system?: Login;
}

/** Login to a location, by its URLs; where it has none, by a port-forward into its Kubernetes cluster. */
export function connectionOf(
  location: { readonly clientUrls: readonly string[]; readonly kubernetes: KubernetesFacts | null },
  { user, password }: Login,
  system?: Login,
): Connection {
  const { clientUrls: servers, kubernetes } = location;
  return {
    servers,
    user,
    password,
    ...(servers.length === 0 && kubernetes && { forward: kubernetes }),
    ...(system && { system }),
  };
}

/** Equal for connections that lead to the same place as the same users. Holds the passwords. */
export function connectionKey(connection: Connection): string {
  const { system } = connection;
  return JSON.stringify([loginKey(connection), system?.user, system?.password]);
}

/** Equal for connections that lead to the same place as the same user, whatever else they may ask as another one. Holds the password. */
export function loginKey({ servers, user, password, forward }: Connection): string {
  return JSON.stringify([servers, user, password, forward ? forwardKey(forward) : ""]);
}

/** Says each field by name: an engine's state keeps them in an order of its own. */
export function forwardKey({ access, clusterUid, namespace, podSelector }: KubernetesFacts): string {
  return JSON.stringify([access.kubeconfig, access.context, clusterUid, namespace, podSelector]);
}
