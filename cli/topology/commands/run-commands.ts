/** `preview`, `up`, `refresh`, `destroy`. */
import type { Command } from "commander";
import { goOn, runCommand } from "../../lab/session";
import { labOption } from "../lab-option";

const work = () => import("./run.js");
function stackCommand(program: Command, name: string, description: string, example: string): Command {
  return program
    .command(name)
    .description(description)
    .option(...labOption)
    .option("--only <stack>", "a location or 'streams', with what it depends on; for destroy, with what depends on it")
    .option("--json", "for machines")
    .addHelpText("after", `\nExample: npm run topology -- ${example}`);
}

/** Adds the commands that run the engine. */
export function addRunCommands(program: Command): void {
  stackCommand(
    program,
    "preview",
    "show what an up would change in all stacks, whether they exist or not; changes nothing",
    "preview --only cinema-a",
  )
    .option("--from-nothing", "as if no stack existed: needs no backend and no login")
    .action((options) => runCommand(async (signal) => (await work()).preview(options, signal), goOn));

  stackCommand(
    program,
    "up",
    "bring up, or to what is declared: the hub, its spokes side by side, the streams",
    "up --lab --yes",
  )
    .option("--yes", "without asking")
    .action((options) => runCommand(async (signal) => (await work()).up(options, signal), goOn));

  stackCommand(
    program,
    "refresh",
    "say what drifted from what was made, field by field, and take it into the state",
    "refresh --preview-only",
  )
    .option("--yes", "without asking")
    .option("--preview-only", "change nothing")
    .option("--expect-no-drift", "change nothing; exit code 1 where something drifted")
    .action((options) => runCommand(async (signal) => (await work()).refresh(options, signal), goOn));

  stackCommand(program, "destroy", "take everything away: the streams, the spokes, the hub", "destroy --only cinema-a")
    .option("--yes", "without asking")
    .action((options) => runCommand(async (signal) => (await work()).destroy(options, signal), goOn));
}
