/** `topology upgrade`: its options. */
import type { Command } from "commander";
import { goOn, runCommand } from "../../lab/session";
import { labOption } from "../lab-option";

export interface UpgradeCommandOptions {
  readonly nats: string;
  readonly lab?: boolean;
  readonly only?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

const help = `
The spokes first, then the hub. Each location is moved server by server by its stack's own up; the next one begins only when every server
has the version, leafnodes and streams are whole, and each link was heard of and has caught up. The first that is not stops it.

Example: npm run topology -- upgrade --nats 2.15.2 --dry-run`;

/** Adds the command to its program. */
export function addUpgradeCommand(program: Command): void {
  program
    .command("upgrade")
    .description("move all locations to another nats-server, one at a time, each only once the last one is well")
    .requiredOption("--nats <version>", "the release of nats-server to move to")
    .option(...labOption)
    .option("--only <location>", "that location alone")
    .option("--dry-run", "only show the plan")
    .option("--yes", "without asking")
    .option("--json", "for machines")
    .addHelpText("after", help)
    .action((options: UpgradeCommandOptions) =>
      runCommand(async (signal) => (await import("./run.js")).upgrade(options, signal), goOn),
    );
}
