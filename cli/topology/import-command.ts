/** `topology import`: its options. */
import type { Command } from "commander";
import { runCommand } from "../lab/session";

export interface ImportOptions {
  readonly lab?: boolean;
  readonly json?: boolean;
}

/** Adds the command to the program. */
export function addImportCommand(program: Command): void {
  program
    .command("import")
    .description("print the declaration of a stream that is there already; nothing is changed")
    .argument("<location/stream>", "such as cinema-a/tickets-1")
    .option("--lab", "in the lab, instead of the locations of the Pulumi backend that you are logged in to")
    .option("--json", "for machines")
    .addHelpText(
      "after",
      "\nPut what it prints into streams/declarations.ts. The next `up` takes the stream over with all its messages,\n" +
        "if it is still as declared; a preview tells each difference.\n\n" +
        "Example: npm run topology -- import cinema-a/tickets-1",
    )
    .action((place: string, options: ImportOptions) =>
      runCommand(async () => (await import("./import.js")).printDeclaration(place, options)),
    );
}
