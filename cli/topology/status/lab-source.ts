/** The lab as the status asks it. */
import { relayStatus } from "../../../components/local/runtime/relay-control";
import { topology } from "../../../streams/declarations";
import { connectionOf } from "../../../streams/jetstream/login";
import { Engine } from "../../lab/engine";
import { readIfPresent } from "../../lab/engine-locks";
import { declaredLocations, locationStack, type LabHome, type LabLocation } from "../../lab/home";
import { requireLab } from "../../lab/session";
import { readOutputs } from "../../lab/stacks";
import { stackStateOf } from "./stack-state";
import type { StatusSource } from "./source";

/**
 * Reads the state's files, not the engine, which takes half a second to start: only logins are asked of it, once a state.
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
      const state = readIfPresent(home.stateFile(locationStack(location)));
      return state === undefined ? undefined : stackStateOf(JSON.parse(state).checkpoint.latest);
    },
    login: (location) => (location === topology.hub ? hubLogin : login(location)),
    line: async ({ name, role }: LabLocation) =>
      role === "spoke" ? relayStatus(home.locationFolder(name)).catch(() => "down" as const) : undefined,
  };
}
