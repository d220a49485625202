/** The stacks of the Pulumi backend that the user is logged in to, as the status asks them. */
import execa from "execa";
import { topology } from "../../../streams/declarations";
import { connectionOf } from "../../../streams/jetstream/login";
import { checkout, declaredLocations } from "../../lab/home";
import { stackStateOf } from "./stack-state";
import type { StatusSource } from "./source";

/** Reads by the engine, a second a stack, all side by side. */
export function backendSource(): StatusSource {
  return {
    topology,
    locations: declaredLocations(),
    upCommand: "npm run topology -- up",
    state: async (location) => {
      const { failed, stdout, stderr } = await pulumi(location, "stack", "export");
      if (!failed) return stackStateOf(JSON.parse(stdout).deployment);
      if (/no stack named/.test(stderr)) return undefined; // the engine gives no code for it
      throw new Error(
        `the state of stack '${location}' cannot be read: ${stderr.trim()}; log in to the backend that has it: pulumi login`,
      );
    },
    login: async (location) => {
      const { failed, stdout, stderr } = await pulumi(location, "stack", "output", "--json", "--show-secrets");
      if (failed) throw new Error(`the outputs of stack '${location}' cannot be read: ${stderr.trim()}`);
      const outputs = JSON.parse(stdout);
      return connectionOf(outputs, outputs.logins.ACC);
    },
    line: async () => undefined,
  };
}

function pulumi(stack: string, ...args: readonly string[]) {
  return execa("pulumi", [...args, "--non-interactive", "--stack", stack], { cwd: checkout, reject: false });
}
