/** `topology graph`: its options. */
import { Option, type Command } from "commander";
import { runCommand } from "../../lab/session";
import { labOption } from "../lab-option";

const formats = ["mermaid", "svg", "text"] as const;

export interface GraphOptions {
  readonly lab?: boolean;
  readonly live?: boolean;
  readonly format: (typeof formats)[number];
}

/** Adds the command to its program. */
export function addGraphCommand(program: Command): void {
  program
    .command("graph")
    .description("draw locations, streams and links; with --live in the colours of their status, with lag and gap")
    .option("--live", "ask the locations; without it only what is declared is drawn, and nothing is asked")
    .option(...labOption)
    .addOption(new Option("--format <format>", "how to draw it").choices(formats).default("text"))
    .addHelpText(
      "after",
      "\nExamples:\n  npm run topology -- graph\n  npm run --silent topology -- graph --live --lab --format svg > topology.svg",
    )
    .action((options: GraphOptions) => runCommand(async () => (await import("./run.js")).printGraph(options)));
}
