/** Speed and size of the whole lab, measured in one run. `npm run bench -- --help`. */
import { Command } from "commander";
import { abortOnSignals, Interrupted } from "../toolchain/command.mjs";
import { BenchLab } from "./bench-lab";
import { figureTable, type Figure } from "./figure";
import { measureKubernetes } from "./kubernetes";
import { machineText, readMachine } from "./machine";
import { measure } from "./measure";

type Measure = (say: (name: string) => void, signal: AbortSignal) => Promise<Figure[]>;

async function bench(measureAll: Measure, json: boolean): Promise<void> {
  const { signal, release } = abortOnSignals();
  const machine = readMachine();
  try {
    const figures = await measureAll((name) => console.error(`measuring ${name.trim()}`), signal);
    console.log(
      json ? JSON.stringify({ machine, figures }, undefined, 2) : `${machineText(machine)}\n\n${figureTable(figures)}`,
    );
  } finally {
    release();
  }
}

const measureLab: Measure = async (say, signal) => {
  const lab = new BenchLab(signal);
  try {
    return await measure(lab, say);
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
  .action(() => bench(measureLab, isJson()));
command
  .command("kubernetes")
  .description(
    "Starts three real Kubernetes clusters (Linux, root), or takes those in KUBECONFIG_HUB, KUBECONFIG_CINEMA_A and " +
      "KUBECONFIG_CINEMA_B, brings the locations up in them, and takes them away.",
  )
  .action(() => bench(measureKubernetes, isJson()));
const isJson = () => command.opts<{ json?: boolean }>().json === true;

void command.parseAsync().catch((error: Error) => {
  console.error(`error: ${error.message}`);
  process.exitCode = error instanceof Interrupted ? error.exitCode : 1;
});
