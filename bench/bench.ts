/** Speed and size of the whole lab, measured in one run. `npm run bench -- --help`. */
import { Command, InvalidArgumentError } from "commander";
import { abortOnSignals, Interrupted } from "../toolchain/command.mjs";
import { BenchLab } from "./bench-lab";
import { figureTable, type Figure } from "./figure";
import { measureKubernetes } from "./kubernetes";
import { machineText, readMachine } from "./machine";
import { measure } from "./measure";
import { measureRepair, measureRepairOnKubernetes } from "./repair";
import { defaultCounts, measureStreams } from "./streams";
import { measureTopology } from "./topology";

type Measure = (say: (name: string) => void, signal: AbortSignal) => Promise<Figure[]>;

async function bench(measureAll: Measure, json: boolean): Promise<void> {
  const { signal, release } = abortOnSignals();
  const machine = readMachine();
  try {
    const figures = await measureAll((name) => console.error(`measuring ${name.trim()}`), signal);
    console.log(
      json ? JSON.stringify({ machine, figures }, undefined, 2) : `${machineText(machine)}\n\n${figureTable(figures)}`,
    );
  } catch (error) {
    signal.throwIfAborted(); // an engine that was told to end says so as a failure of its own
    throw error;
  } finally {
    release();
  }
}

/** On a lab of its own, which is taken away at the end. */
const onLab =
  (work: (lab: BenchLab, ...told: Parameters<Measure>) => Promise<Figure[]>): Measure =>
  async (say, signal) => {
    const lab = new BenchLab(signal);
    try {
      return await work(lab, say, signal);
    } finally {
      await lab.remove();
    }
  };

const command = new Command("npm run bench --")
  .description(
    "Prints times and sizes, all of one run. Exit code 0 also where a target is missed, 1 where something broke.",
  )
  .option("--json", "for machines");
command
  .command("lab", { isDefault: true })
  .description("Brings a lab of its own up, measures it, and takes it away.")
  .action(() => bench(onLab(measure), isJson()));
command
  .command("kubernetes")
  .description(
    "Starts three real Kubernetes clusters (Linux, root), or takes those in KUBECONFIG_HUB, KUBECONFIG_CINEMA_A and " +
      "KUBECONFIG_CINEMA_B, brings the locations up in them, and takes them away.",
  )
  .action(() => bench(measureKubernetes, isJson()));
command
  .command("streams")
  .description(
    "Brings up a hub and a spoke, and makes streams in the spoke by this project, natscli and a bare client. Takes some eight minutes.",
  )
  .option(
    "--counts <numbers>",
    "how many streams, in turn; without 500 most targets are not looked at",
    readCounts,
    defaultCounts,
  )
  .action(({ counts }: { counts: readonly number[] }) =>
    bench((_say, signal) => measureStreams(counts, signal), isJson()),
  );
command
  .command("repair")
  .description(
    "Brings a lab up and cuts a line again and again: how long followers stand still, left alone and with `topology watch --repair`.",
  )
  .option("--cuts <number>", "of each kind, a minute and a half together", readCuts, 20)
  .option("--kubernetes", "on three real Kubernetes clusters that are started for it (Linux, root)", false)
  .action(({ cuts, kubernetes }: { cuts: number; kubernetes: boolean }) =>
    bench(
      kubernetes
        ? (say, signal) => measureRepairOnKubernetes({ cuts, say, signal })
        : onLab((lab, say, signal) => measureRepair(lab, { cuts, say, signal })),
      isJson(),
    ),
  );
command
  .command("topology")
  .description(
    "Plans everything from nothing, of this topology and of one of 50 spokes; brings a lab up and asks again.",
  )
  .action(() => bench(onLab(measureTopology), isJson()));
const isJson = () => command.opts<{ json?: boolean }>().json === true;

function readCuts(text: string): number {
  const cuts = Number(text);
  if (Number.isInteger(cuts) && cuts > 0) return cuts;
  throw new InvalidArgumentError("Allowed: a whole number above 0, such as 20.");
}

/** `10,100`: rising, as growth is told from one to the next. */
function readCounts(text: string): number[] {
  const counts = text.split(",").map(Number);
  const fits = counts.every((count, i) => Number.isInteger(count) && count > (counts[i - 1] ?? 0));
  if (!fits)
    throw new InvalidArgumentError("Allowed: whole numbers above 0, rising, with commas between, such as 10,100.");
  return counts;
}

void command.parseAsync().catch((error: Error) => {
  console.error(`error: ${error.message}`);
  process.exitCode = error instanceof Interrupted ? error.exitCode : 1;
});
