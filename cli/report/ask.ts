/** Asking a domain that a cut line keeps from the hub. */
import type { Connection } from "../../streams/jetstream/connection";
import { askOnce, JetStreamRequestError, type Ask } from "../../streams/jetstream/request";

/** Login of a location for its own clients. */
export type DirectConnections = (domain: string) => Promise<Connection>;

/** An `ask`, and the domains that it had to ask directly so far. */
export interface Detours {
  readonly ask: Ask;
  readonly domains: ReadonlySet<string>;
}

/**
 * Asks each domain through the hub, as the links do; one that does not answer there is asked where its own clients connect, so
 * that both ends of a cut link can still be compared.
 */
export function askWithDetours(hub: Connection, direct: DirectConnections): Detours {
  const domains = new Set<string>();
  const detours = new Map<string, Promise<Ask>>();
  const detour = (domain: string) => {
    const made = detours.get(domain) ?? direct(domain).then(askOnce);
    detours.set(domain, made);
    return made;
  };
  const throughHub = askOnce(hub);
  const ask: Ask = async (domain, api, payload) => {
    try {
      return await throughHub(domain, api, payload);
    } catch (error) {
      if (!isSilence(error)) throw error;
      const directly = await detour(domain);
      domains.add(domain);
      return directly(domain, api, payload);
    }
  };
  return { ask, domains };
}

function isSilence(error: unknown): boolean {
  return error instanceof JetStreamRequestError && error.errCode === undefined;
}
