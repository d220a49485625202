/** The replication report over all domains. `npm run report -- --help`. */
import { Command } from "commander";
import { closeConnections } from "../streams/jetstream/connection";
import { LabHome } from "./lab/home";
import { runCommand } from "./lab/session";
import { labConnections, stackConnections } from "./report/connection";
import { printReport } from "./report/print";
import { readReport } from "./report/report";

void new Command("npm run report --")
  .description(
    "Every stream and link over all domains, with the true gap: sequences compared at both ends. Exit code 1 where a link is not well.",
  )
  .showHelpAfterError("(--help says more)")
  .option("--json", "for machines")
  .option("--stacks", "ask the locations of the Pulumi backend that you are logged in to, instead of the lab's")
  .action(({ json = false, stacks = false }) =>
    runCommand(async () => {
      try {
        const connections = await (stacks ? stackConnections() : labConnections(LabHome.fromEnvironment()));
        printReport(await readReport(connections), json);
      } finally {
        await closeConnections();
      }
    }),
  )
  .parseAsync();
