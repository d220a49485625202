/** `topology repair` and `topology watch`: their options. */
import { Option, type Command } from "commander";
import { runCommand } from "../../lab/session";
import { labOption } from "../lab-option";

const work = () => import("./run.js");

export interface RepairCommandOptions {
  readonly lab?: boolean;
  readonly json?: boolean;
  readonly dryRun?: boolean;
}

export interface WatchCommandOptions {
  readonly lab?: boolean;
  readonly json?: boolean;
  readonly repair?: boolean;
  readonly from?: string;
}

/** Adds both commands to the program. */
export function addRepairCommands(program: Command): void {
  program
    .command("repair")
    .description(
      "make followers move that stand still although every server at both ends has its leafnode back; exit code 1 where one still stands",
    )
    .option(...labOption)
    .option("--dry-run", "only tell what would be repaired, and why the rest would not")
    .option("--json", "for machines")
    .addHelpText("after", "\nExample: npm run topology -- repair --lab --dry-run")
    .action((options: RepairCommandOptions) =>
      runCommand(async (signal) => (await work()).repairLinks(options, signal)),
    );
  program
    .command("watch")
    .description("look at all links until Ctrl-C, and print a line for what happens to them")
    .option(...labOption)
    .option("--repair", "and repair each that stands still, once an outage")
    .addOption(
      new Option(
        "--from <file>",
        "the hub's outputs in a file (pulumi stack output --json --show-secrets -s hub), read again when they change; needs no backend and no engine",
      ).conflicts("lab"),
    )
    .option("--json", "for machines: one object a line")
    .addHelpText(
      "after",
      "\nExample: npm run topology -- watch --repair --lab\nExit code 0 after Ctrl-C, as that is how it ends.",
    )
    .action(async (options: WatchCommandOptions) => (await work()).watch(options));
}
