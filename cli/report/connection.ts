/** Where the report asks: one connection to the hub reaches every domain. */
import type { Connection } from "../../streams/jetstream/connection";
import { topology } from "../../streams/declarations";
import { Engine } from "../lab/engine";
import type { LabHome } from "../lab/home";
import { requireLab } from "../lab/session";
import { readOutputs } from "../lab/stacks";

/**
 * The login that the environment names in natscli's words (`NATS_URL`, `NATS_USER`, `NATS_PASSWORD`): account ACC on any hub.
 * Undefined where it names none.
 */
export function environmentConnection(env: NodeJS.ProcessEnv): Connection | undefined {
  const { NATS_URL, NATS_USER = "", NATS_PASSWORD = "" } = env;
  return NATS_URL
    ? { servers: NATS_URL.split(",").map((url) => url.trim()), user: NATS_USER, password: NATS_PASSWORD }
    : undefined;
}

/**
 * The ACC login of the lab's hub.
 *
 * @throws Error where there is no lab.
 */
export async function labConnection(home: LabHome): Promise<Connection> {
  requireLab(home);
  const { clientUrls, logins } = await readOutputs(new Engine(home), topology.hub);
  return { servers: clientUrls, ...logins.ACC };
}
