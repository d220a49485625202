/**
 * All locations and streams as one thing. `npm run topology -- --help`.
 *
 * What is imported here holds the commands' options alone. A command imports its work when it is the one that is given: all together load packages for over
 * a second, the compiler among them. That works in the bundle, where the commands start from.
 */
import { Command } from "commander";
import { addRunCommands } from "./topology/commands/run-commands";
import { addImportCommand } from "./topology/import-command";
import { addLocationCommands } from "./topology/location/commands";
import { addRepairCommands } from "./topology/operations/repair-command";
import { addRotateCommand } from "./topology/rotate/command";
import { addPromoteCommand } from "./topology/promote/command";
import { addStatusCommand } from "./topology/status/command";
import { addGraphCommand } from "./topology/graph/command";
import { addUpgradeCommand } from "./topology/upgrade/command";

const program = new Command("npm run topology --")
  .description("Plans, brings up, watches and changes all locations and their streams as one thing.")
  .showHelpAfterError("(--help says more)");

addRunCommands(program);
addRepairCommands(program);
addUpgradeCommand(program);
addPromoteCommand(program);
addLocationCommands(program);
addRotateCommand(program);
addStatusCommand(program);
addGraphCommand(program);
addImportCommand(program);

void program.parseAsync();
