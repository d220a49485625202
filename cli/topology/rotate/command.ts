/** `topology rotate`: its options. */
import { Option, type Command } from "commander";
import { accountNames, type AccountName } from "../../../components/account-names";
import { goOn, runCommand } from "../../lab/session";
import { labOption } from "../lab-option";

const work = () => import("./run.js");

export interface RotateCommandOptions {
  /** @default - all accounts */
  readonly account?: AccountName;
  readonly lab?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

const help = `
Three phases: the hub accepts new users beside the old ones; the spokes and the streams change over; the old users go. The last one begins only
when every location is well, every spoke dials as its new users, and no client is logged in as an old one. What stops it is told; the same
command again goes on from there. A rotation that is under way is finished, and no other one begun with it.

Examples:
  npm run topology -- rotate --dry-run
  npm run topology -- rotate --account ACC`;

/** Adds the command to its program. */
export function addRotateCommand(program: Command): void {
  program
    .command("rotate")
    .description("give all locations' users new passwords, without cutting anybody off")
    .addOption(
      new Option("--account <account>", "the users of that account alone (default: of all)").choices(accountNames),
    )
    .option(...labOption)
    .option("--dry-run", "only show the plan")
    .option("--yes", "without asking")
    .option("--json", "for machines")
    .addHelpText("after", help)
    .action((options: RotateCommandOptions) =>
      runCommand(async (signal) => (await work()).rotateUsers(options, signal), goOn),
    );
}
