/** Where the report asks: one connection to the hub reaches every domain. */
import type { Connection } from "../../streams/jetstream/connection";
import { topology } from "../../streams/declarations";
import { Engine } from "../lab/engine";
import type { LabHome } from "../lab/home";
import { requireLab } from "../lab/session";
import { readOutputs } from "../lab/stacks";
import type { ReportConnections } from "./report";

/**
 * The login that the environment names in natscli's words (`NATS_URL`, `NATS_USER`, `NATS_PASSWORD`): account ACC on any hub.
 * Undefined where it names none.
 */
export function environmentConnections(env: NodeJS.ProcessEnv): ReportConnections | undefined {
  const { NATS_URL, NATS_USER = "", NATS_PASSWORD = "" } = env;
  if (!NATS_URL) return undefined;
  const servers = NATS_URL.split(",").map((url) => url.trim());
  return { hub: { servers, user: NATS_USER, password: NATS_PASSWORD }, direct: async () => undefined };
}

/**
 * The ACC login of one of the lab's locations, by default the hub's.
 *
 * @throws Error where there is no lab.
 */
async function labConnection(home: LabHome, location = topology.hub): Promise<Connection> {
  requireLab(home);
  const { clientUrls, logins } = await readOutputs(new Engine(home), location);
  return { servers: clientUrls, ...logins.ACC };
}

/** All of the lab's locations: the hub at once, the others when they are needed. */
export async function labConnections(home: LabHome): Promise<ReportConnections> {
  return { hub: await labConnection(home), direct: (location) => labConnection(home, location) };
}
