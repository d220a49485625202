/** A process of `PreviewPool`: runs the checkout's programs for previews, one at a time. */
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { createRequire } from "node:module";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { worker, workerEmit } from "workerpool";
import { checkout, type LabStack } from "../../lab/home";
import { runStack, StackRunError, type EngineSetup } from "../automation";
import type { RunResult } from "../workspace";
import { startProviderHost, type ProviderHost } from "./provider-host";

/** How a preview ended: with what it would change, or with the engine's own words. */
export type PreviewOutcome = RunResult | { readonly said: readonly string[] };

const load = createRequire(__filename);
const ended = new AbortController();
let host: Promise<ProviderHost> | undefined;
let running: Promise<unknown> = Promise.resolve();

worker(
  {
    preview: (setup: EngineSetup, stack: LabStack) => {
      const outcome = preview(setup, stack);
      running = outcome.catch(() => undefined);
      return outcome;
    },
  },
  {
    onTerminate: async () => {
      process.on("unhandledRejection", () => {}); // a program whose engine ends has calls under way that get no answer
      ended.abort();
      await running;
      await (await host)?.end();
    },
  },
);

async function preview({ env, ...setup }: EngineSetup, stack: LabStack): Promise<PreviewOutcome> {
  const { environment } = await (host ??= startProviderHost(tell));
  try {
    return await runStack({ ...setup, env: { ...env, ...environment } }, stack, "preview", {
      inline: load(join(checkout, "cli/dist", `${stack.project}.js`)),
      signal: ended.signal,
      onEvent: workerEmit,
    });
  } catch (error) {
    if (!(error instanceof StackRunError)) throw error;
    return { said: error.said };
  } finally {
    await turn(); // for what the providers told at the end
  }
}

/** As the engine tells what it reads from the providers that it starts. */
function tell(message: string): void {
  workerEmit({ diagnosticEvent: { severity: "info#err", message, color: "never" } } satisfies Partial<EngineEvent>);
}
