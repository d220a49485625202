/** The lab as the status asks it. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { relayStatus } from "../../../components/local/runtime/relay-control";
import { topology } from "../../../streams/declarations";
import { connectionOf } from "../../../streams/jetstream/login";
import { Engine } from "../../lab/engine";
import { declaredLocations, locationStack, type LabHome, type LabLocation } from "../../lab/home";
import { requireLab } from "../../lab/session";
import { readOutputs } from "../../lab/stacks";
import { stackStateOf } from "./stack-state";
import type { StatusSource } from "./source";

/**
 * Reads the state's files, not the engine, which takes half a second to start: only logins are asked of it.
 *
 * @throws Error where there is no lab.
 */
export function labSource(home: LabHome): StatusSource {
  requireLab(home);
  const engine = new Engine(home);
  const login = async (location: string) => {
    const outputs = await readOutputs(engine, location);
    return connectionOf(outputs, outputs.logins.ACC);
  };
  const hubLogin = login(topology.hub); // needed in any case, and what takes longest
  hubLogin.catch(() => {}); // told to who asks for it
  return {
    topology,
    locations: declaredLocations(),
    upCommand: "npm run lab",
    state: async (location) => {
      const { project, name } = locationStack(location);
      const file = join(home.backend(), ".pulumi/stacks", project, `${name}.json`);
      return existsSync(file) ? stackStateOf(JSON.parse(readFileSync(file, "utf8")).checkpoint.latest) : undefined;
    },
    login: (location) => (location === topology.hub ? hubLogin : login(location)),
    line: async ({ name, role }: LabLocation) =>
      role === "spoke" ? relayStatus(home.locationFolder(name)).catch(() => "down" as const) : undefined,
  };
}
