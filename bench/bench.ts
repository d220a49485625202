/** Speed and size of the whole lab, measured in one run. `npm run bench -- --help`. */
import { Command } from "commander";
import { abortOnSignals, Interrupted } from "../toolchain/command.mjs";
import { BenchLab } from "./bench-lab";
import { figureTable } from "./figure";
import { machineText, readMachine } from "./machine";
import { measure } from "./measure";

async function bench(json: boolean): Promise<void> {
  const { signal, release } = abortOnSignals();
  const machine = readMachine();
  const lab = new BenchLab(signal);
  try {
    const figures = await measure(lab, (name) => console.error(`measuring ${name.trim()}`));
    console.log(
      json ? JSON.stringify({ machine, figures }, undefined, 2) : `${machineText(machine)}\n\n${figureTable(figures)}`,
    );
  } finally {
    await lab.remove();
    release();
  }
}

void new Command("npm run bench --")
  .description(
    "Brings a lab of its own up, measures it, and takes it away. Exit code 0 also where a target is missed, 1 where something broke.",
  )
  .option("--json", "for machines")
  .action(({ json = false }) => bench(json))
  .parseAsync()
  .catch((error: Error) => {
    console.error(`error: ${error.message}`);
    process.exitCode = error instanceof Interrupted ? error.exitCode : 1;
  });
