/** The lab: the whole topology on one machine, from real servers and the real engine. `npm run lab -- --help`. */
import { Command, InvalidArgumentError } from "commander";
import { maxDelayMs } from "../components/local/runtime/relay-control";
import { minimumServerVersion, serverVersionSchema } from "../components/server-version";
import { tools } from "../toolchain/tools.mjs";
import * as commands from "./lab/commands";
import { addDashboardCommand } from "./dashboard/command";
import { defaultPortBase, LabHome } from "./lab/home";
import { maxMessages } from "./lab/publish";
import { runCommand } from "./lab/session";

const home = LabHome.fromEnvironment();
const pinnedVersion = tools["nats-server"].version;

const wholeNumber = (least: number, most: number) => (text: string) => {
  const value = Number(text);
  if (text !== "" && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new InvalidArgumentError(`Allowed: a whole number from ${least} to ${most}.`);
};

const serverVersion = (text: string) => {
  if (serverVersionSchema.safeParse(text).success) return text;
  throw new InvalidArgumentError(
    `Allowed: a release of nats-server, ${minimumServerVersion} or newer, such as ${pinnedVersion}.`,
  );
};

const program = new Command("npm run lab --")
  .description("Real NATS JetStream over three places on this machine: hub, cinema-a, cinema-b, three servers each.")
  .showHelpAfterError("(--help says more)")
  .addHelpText("after", `\nThe lab lives in ${home.folder}; LAB_HOME=<folder> names another.`);

// Were it always the default, commander would take an unknown command for an argument of `up`.
const isDefault = !/^[^-]/.test(process.argv[2] ?? "");
program
  .command("up", { isDefault })
  .description("bring the lab up, or to what the checkout now declares; publish some messages; show the report")
  .option(
    "--nats <version>",
    `nats-server of every location; a running lab is moved to it, one server at a time (default: as it is, at first ${pinnedVersion})`,
    serverVersion,
  )
  .option(
    "--ports <base>",
    `first of the lab's ports on 127.0.0.1 (default: as it is, at first ${defaultPortBase})`,
    wholeNumber(1024, 32_000),
  )
  .action(({ nats, ports }) =>
    runCommand((signal) => commands.up(home, { serverVersion: nats, portBase: ports }, signal)),
  );

program
  .command("status")
  .description("show the servers, their leafnodes and the lines; exit code 1 where something does not run")
  .option("--json", "for machines")
  .action(({ json = false }) => runCommand(() => commands.status(home, json)));

program
  .command("publish")
  .description("publish messages where they arise, each until it is acknowledged")
  .argument("[location]", "where; in all locations if none is named")
  .option("--count <messages>", "to each stream", wholeNumber(1, maxMessages), 100)
  .action((location, { count }) => runCommand((signal) => commands.publish(home, location, count, signal)));

program
  .command("cut")
  .description("cut the line between a cinema and the hub; both live on")
  .argument("<location>", "a spoke")
  .action((location) => runCommand(() => commands.line(home, location, "cut")));

program
  .command("heal")
  .description("mend the line: neither cut nor slow any more")
  .argument("<location>", "a spoke")
  .action((location) => runCommand(() => commands.line(home, location, "heal")));

program
  .command("delay")
  .description("slow the line down")
  .argument("<location>", "a spoke")
  .argument("<milliseconds>", "each way; 0 takes it back", wholeNumber(0, maxDelayMs))
  .action((location, ms) => runCommand(() => commands.line(home, location, `delay ${ms}`)));

addDashboardCommand(program, home);

program
  .command("down")
  .description("end the lab's processes and remove all it made, after a crash or a reboot too")
  .action(() => runCommand(() => commands.down(home)));

void program.parseAsync();
