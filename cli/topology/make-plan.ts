/** Previews of all stacks of a run, side by side, as one plan. */
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { Listr } from "listr2";
import { availableParallelism } from "node:os";
import { locationStack } from "../lab/home";
import { listrOptions } from "../lab/progress";
import { runStack, StackRunError, type EngineSetup } from "./automation";
import { topologyPlan, type StackFindings, type TopologyPlan } from "./plan";
import { stackFindings } from "./plan-events";
import { PreviewPool } from "./previews/pool";
import { locationsUp, publicOutputs, ScratchBackend } from "./scratch";
import type { RunStep } from "./selection";
import type { Workspace } from "./workspace";

export type PlannedOperation = TopologyPlan["operation"];

export interface PlanOptions {
  readonly signal: AbortSignal;
  /** Shows no progress, which would be between lines that a machine reads. */
  readonly quiet: boolean;
  /**
   * Plans as if no stack existed: needs no backend.
   *
   * @default false
   */
  readonly fromNothing?: boolean;
  /**
   * The checkout that is planned.
   *
   * @default - this one
   */
  readonly program?: string;
}

/** Plans a run. What cannot be planned is a fault of the plan. */
export async function makePlan(
  workspace: Workspace,
  steps: readonly RunStep[],
  operation: PlannedOperation,
  options: PlanOptions,
): Promise<TopologyPlan> {
  const concurrent = Math.max(4, 2 * availableParallelism());
  const scratch = new ScratchBackend();
  const previews = new PreviewPool(concurrent);
  try {
    const planning = new Planning(workspace, scratch, previews, operation, options);
    await planning.begin(steps);
    const findings: (StackFindings | undefined)[] = [];
    const tasks = steps.map((step, i) => ({
      title: `plan of ${step.stack.name}`,
      task: async () => {
        findings[i] = await planning.findings(step);
      },
    }));
    await new Listr(tasks, { ...listrOptions, concurrent, silentRendererCondition: options.quiet }).run();
    return topologyPlan(
      operation,
      findings.flatMap((each) => each ?? []),
    );
  } finally {
    await previews.end();
    scratch.remove();
  }
}

class Planning {
  private existing = new Set<string>();
  constructor(
    private readonly workspace: Workspace,
    private readonly scratch: ScratchBackend,
    private readonly previews: PreviewPool,
    private readonly operation: PlannedOperation,
    private readonly options: PlanOptions,
  ) {}

  /** Looks which stacks there are; where some are missing, gives their previews the outputs of those that are up. */
  async begin(steps: readonly RunStep[]): Promise<void> {
    if (this.options.fromNothing) return;
    const exists = await Promise.all(steps.map(({ stack }) => this.workspace.exists(stack)));
    this.existing = new Set(steps.filter((_, i) => exists[i]).map(({ stack }) => stack.name));
    if (this.operation !== "up" || this.existing.size === steps.length) return;
    for (const name of await locationsUp(this.workspace)) {
      const isPlanned = steps.some(({ stack }) => stack.name === name);
      const outputs = await publicOutputs(this.workspace, name, isPlanned).catch(() => undefined); // made, and never up
      if (outputs) await this.scratch.make(locationStack(name), {}, outputs);
    }
  }

  /** Nothing where a stack that does not exist would be refreshed or destroyed. */
  async findings({ stack }: RunStep): Promise<StackFindings | undefined> {
    const exists = this.existing.has(stack.name);
    const { operation, options } = this;
    if (!exists && operation !== "up") return undefined;
    const events: EngineEvent[] = [];
    const run = {
      signal: options.signal,
      previews: this.previews,
      onEvent: (event: EngineEvent) => void events.push(event),
      ...(options.program !== undefined && { program: options.program }),
    };
    const [verb, previewOnly] = operation === "up" ? (["preview", false] as const) : ([operation, true] as const);
    try {
      if (exists) await this.workspace.run(stack, verb, { ...run, previewOnly, ...(await this.config(stack.name)) });
      else await runStack(await this.missing(stack.name), stack, verb, run);
      return stackFindings(stack.name, exists, events, operation);
    } catch (error) {
      options.signal.throwIfAborted();
      if (!(error instanceof StackRunError)) throw error;
      const told = stackFindings(stack.name, exists, events, operation);
      if (told.faults.length > 0) return told;
      return { ...told, faults: error.said };
    }
  }

  private async missing(name: string): Promise<EngineSetup> {
    const stack = this.stackOf(name);
    return this.scratch.make(stack, this.workspace.stackFile(stack));
  }

  private async config(name: string): Promise<{ configFile?: string }> {
    const file = await this.workspace.previewFile(this.stackOf(name), this.scratch.folder);
    return file === undefined ? {} : { configFile: file };
  }

  private stackOf(name: string) {
    return name === "streams" ? ({ project: "cinema-jetstream-streams", name } as const) : locationStack(name);
  }
}
