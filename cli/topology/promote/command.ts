/** `topology promote`: its options. */
import { InvalidArgumentError, type Command } from "commander";
import { goOn, runCommand } from "../../lab/session";
import { labOption } from "../lab-option";

const work = () => import("./run.js");

export interface PromoteCommandOptions {
  readonly lab?: boolean;
  readonly loseAfter?: number;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** Adds the command to the program. */
export function addPromoteCommand(program: Command): void {
  program
    .command("promote")
    .description("make a mirror an origin in the place of its own, in the order in which nothing is lost")
    .argument("<location/stream>", "the mirror, such as cinema-a/cinema-a-mirror")
    .option(...labOption)
    .option("--lose-after <sequence>", "where the origin is gone for good: its last sequence that is kept", sequence)
    .option("--dry-run", "only show what would be done")
    .option("--yes", "without asking")
    .option("--json", "for machines")
    .addHelpText(
      "after",
      "\nChanges streams/declarations.ts, and brings up the streams: the old origin lets go of its subjects, the mirror takes them once it holds all\n" +
        "that the origin stored, and streams that gather from the old origin go on from the new one. Run again after an interrupt, it goes on.\n\n" +
        "Examples: npm run topology -- promote cinema-a/cinema-a-mirror --dry-run\n" +
        "          npm run topology -- promote hub/tickets-2-copy --lose-after 1200",
    )
    .action((asked: string, options: PromoteCommandOptions) =>
      runCommand(async (signal) => (await work()).promoteStream(asked, options, signal), goOn),
    );
}

function sequence(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isSafeInteger(value) && value >= 0) return value;
  throw new InvalidArgumentError(`'${text}' is no sequence; allowed: whole numbers from 0 on.`);
}
