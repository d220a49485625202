/**
 * Previews of many stacks by a few processes, each of which keeps the SDK, the program and a host of dynamic providers loaded: the engine by itself starts and loads
 * them anew for each stack (docs/decisions/0019).
 */
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { join } from "node:path";
import { pool, type Pool } from "workerpool";
import { checkout, type LabStack } from "../../lab/home";
import { leanEnvironment } from "../../lab/lean-engine";
import { StackRunError, type EngineSetup } from "../automation";
import type { RunOptions, RunResult } from "../workspace";
import type { PreviewOutcome } from "./worker";

const script = join(checkout, "cli/dist/preview-worker.js");
/** An engine that is told to end takes a moment for it. */
const endMs = 5_000;

export class PreviewPool {
  private readonly workers: Pool;
  private ended: Promise<unknown> | undefined;

  /** @param size how many previews run at once */
  constructor(size: number) {
    this.workers = pool(script, {
      workerType: "process",
      maxWorkers: size,
      workerTerminateTimeout: endMs,
      forkOpts: { env: { ...process.env, ...leanEnvironment() } },
    });
  }

  /** @throws StackRunError */
  async run(setup: EngineSetup, stack: LabStack, { signal, onEvent }: RunOptions): Promise<RunResult> {
    const end = () => void this.end();
    signal?.addEventListener("abort", end);
    try {
      const on = (event: EngineEvent) => onEvent?.(event);
      const outcome: PreviewOutcome = await this.workers.exec("preview", [setup, stack], { on });
      if ("said" in outcome) throw new StackRunError(stack.name, "preview", outcome.said);
      return outcome;
    } finally {
      signal?.removeEventListener("abort", end);
    }
  }

  /** Ends the processes, and what they run. */
  async end(): Promise<void> {
    await (this.ended ??= Promise.resolve(this.workers.terminate(true)));
  }
}
