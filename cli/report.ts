/** The replication report over all domains. `npm run report -- --help`. */
import { Command } from "commander";
import { closeConnections } from "../streams/jetstream/connection";
import { LabHome } from "./lab/home";
import { runCommand } from "./lab/session";
import { environmentConnections, labConnections } from "./report/connection";
import { printReport } from "./report/print";
import { readReport } from "./report/report";

void new Command("npm run report --")
  .description(
    "Every stream and link over all domains, with the true gap: sequences compared at both ends. Exit code 1 where a link is not well.",
  )
  .option("--json", "for machines")
  .addHelpText(
    "after",
    "\nAsks the lab's hub; NATS_URL, NATS_USER and NATS_PASSWORD name another hub, as its account ACC.",
  )
  .action(({ json = false }) =>
    runCommand(async () => {
      try {
        const connections = environmentConnections(process.env) ?? (await labConnections(LabHome.fromEnvironment()));
        printReport(await readReport(connections), json);
      } finally {
        await closeConnections();
      }
    }),
  )
  .parseAsync();
