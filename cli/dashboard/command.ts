/** `lab dashboard` on the command line. */
import { InvalidArgumentError, type Command } from "commander";
import type { LabHome } from "../lab/home";
import { runCommand } from "../lab/session";
import { dashboard } from "./serve";

/** Adds the command to a program. */
export function addDashboardCommand(program: Command, home: LabHome): void {
  program
    .command("dashboard")
    .description("show the topology on a local web page, live; in the lab with buttons to try it")
    .option("--port <port>", "on 127.0.0.1 (default: one that is free)", portNumber)
    .option("--stacks", "show the locations of the Pulumi backend that you are logged in to, only to look at")
    .addHelpText("after", "\nExample:\n  npm run lab -- dashboard --port 8080")
    .action(({ port, stacks = false }) => runCommand((signal) => dashboard(home, { port, stacks }, signal)));
}

function portNumber(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1024 && port <= 65_535) return port;
  throw new InvalidArgumentError("Allowed: a whole number from 1024 to 65535.");
}
