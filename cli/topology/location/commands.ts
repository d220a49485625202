/** `location add` and `location remove`: their options. */
import type { Command } from "commander";
import { runCommand } from "../../lab/session";
import { labOption } from "../lab-option";
import type { AddOptions } from "./add";

const work = () => import("./run.js");

export interface AddCommandOptions extends AddOptions {
  readonly json?: boolean;
}

export interface RemoveOptions {
  readonly lab?: boolean;
  readonly write?: boolean;
  readonly json?: boolean;
}

/** Adds the commands that change which locations there are. */
export function addLocationCommands(program: Command): void {
  const location = program.command("location").description("add a location to the checkout's files, or take one out");
  location
    .command("add")
    .description(
      "write a new spoke's stack file, and its place in the hub's and in the streams' declarations; nothing is brought up",
    )
    .argument("<name>", "of the location, its stack and its JetStream domain, such as cinema-c")
    .option("--context <context>", "of the kubeconfig, to reach its Kubernetes cluster (default: the current one)")
    .option("--cluster-name <name>", "NATS cluster name (default: the next after the other spokes')")
    .option("--json", "for machines")
    .addHelpText("after", "\nExample: npm run topology -- location add cinema-c --context cinema-c")
    .action((name: string, options: AddCommandOptions) => runCommand(async () => (await work()).add(name, options)));
  location
    .command("remove")
    .description(
      "show what would go with a spoke, and in which order to take it out; nothing is ever destroyed by this command",
    )
    .argument("<name>", "of the location")
    .option("--write", "make those changes of the checkout's files that are due")
    .option(...labOption)
    .option("--json", "for machines")
    .addHelpText("after", "\nExample: npm run topology -- location remove cinema-c")
    .action((name: string, options: RemoveOptions) => runCommand(async () => (await work()).remove(name, options)));
}
