/** Where the report asks: one connection to the hub reaches every domain. */
import execa from "execa";
import type { LocationFacts, LocationSecrets } from "../../components/stack-outputs";
import { topology } from "../../streams/declarations";
import { connectionOf, type Connection } from "../../streams/jetstream/login";
import { Engine } from "../lab/engine";
import { checkout, type LabHome } from "../lab/home";
import { requireLab } from "../lab/session";
import { readOutputs } from "../lab/stacks";
import type { ReportConnections } from "./report";

type Outputs = LocationFacts & LocationSecrets;

/**
 * The lab's locations.
 *
 * @throws Error where there is no lab.
 */
export function labConnections(home: LabHome): Promise<ReportConnections> {
  requireLab(home);
  const engine = new Engine(home);
  return connectionsOf((location) => readOutputs(engine, location));
}

/**
 * The locations whose stacks are in the Pulumi backend that the user is logged in to.
 *
 * @throws Error with what the engine says, where the hub's stack is not there.
 */
export function stackConnections(): Promise<ReportConnections> {
  return connectionsOf(async (location) => {
    const args = ["stack", "output", "--json", "--show-secrets", "--non-interactive", "--stack", location];
    const { failed, stdout, stderr } = await execa("pulumi", args, { cwd: checkout, reject: false });
    if (failed)
      throw new Error(
        `the outputs of stack '${location}' cannot be read: ${stderr.trim()}; bring it up first: pulumi up -s ${location}`,
      );
    return JSON.parse(stdout);
  });
}

/** Logs in as account ACC: to the hub at once, to the others when they are needed. */
async function connectionsOf(outputs: (location: string) => Promise<Outputs>): Promise<ReportConnections> {
  const connection = async (location: string): Promise<Connection> => {
    const found = await outputs(location);
    return connectionOf(found, found.logins.ACC);
  };
  return { hub: await connection(topology.hub), direct: connection };
}
