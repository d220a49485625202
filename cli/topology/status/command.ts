/** `topology status`: its options. */
import { InvalidArgumentError, Option, type Command } from "commander";
import { runCommand } from "../../lab/session";
import { labOption } from "../lab-option";

const formats = ["table", "json", "prometheus", "nagios"] as const;
export type Format = (typeof formats)[number];

export interface StatusOptions {
  readonly lab?: boolean;
  readonly json?: boolean;
  readonly format: Format;
  /** Seconds from one look to the next; `true` where none are named. */
  readonly watch?: number | true;
}

/** Between two looks where the command names no other number. */
export const watchSeconds = 2;

const help = `
Examples:
  npm run topology -- status --lab
  npm run topology -- status --watch 5
  npm run --silent topology -- status --format prometheus > topology.prom

Exit codes: table and json 0 where all is well, 1 where not; prometheus 0 where anything could be looked at, 1 where nothing;
nagios 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN. docs/topology.md tells what counts as which.`;

/** Adds the command to its program. */
export function addStatusCommand(program: Command): void {
  program
    .command("status")
    .description(
      "show servers, leafnodes, streams, links, storage, ages of passwords and certificates, and what is not well",
    )
    .option(...labOption)
    .option("--json", "for machines: the same as --format json")
    .addOption(new Option("--format <format>", "how to print it").choices(formats).default("table"))
    .option(
      "--watch [seconds]",
      `look again until Ctrl-C, every ${watchSeconds} s if no other number is named`,
      seconds,
    )
    .addHelpText("after", help)
    .action((options: StatusOptions) =>
      runCommand(async (signal) => (await import("./run.js")).status(options, signal)),
    );
}

function seconds(text: string): number {
  const value = Number(text);
  if (text !== "" && value >= 1 && value <= 3_600) return value;
  throw new InvalidArgumentError("Allowed: seconds from 1 to 3600.");
}
