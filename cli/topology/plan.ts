/** What a run over the topology would change: the shape that `--json` prints. Pure. */

/** Shown in the place of a value that is known only once the run has made it. */
export const unknownValue = "(known after the run)";

/** One field of a resource. Secrets are `[secret]` on both sides. */
export interface FieldChange {
  /** Path, such as `maxBytes` or `mirror.location`. */
  readonly field: string;
  /** Absent where the field is new. */
  readonly before?: unknown;
  /** Absent where the field goes. */
  readonly after?: unknown;
}

export type ChangeKind = "create" | "update" | "replace" | "delete";

/** One resource that changes. */
export interface ResourceChange {
  readonly kind: ChangeKind;
  /** Last part of its type, such as `Stream`. */
  readonly type: string;
  /** Its name in the program, such as `hub.sales`. */
  readonly name: string;
  /** Where it is; null for what is in no single location. */
  readonly location: string | null;
  /** Fields that differ. Empty for what is created or deleted, and where its provider does not tell. */
  readonly fields: readonly FieldChange[];
}

/** The plan of one stack. */
export interface StackPlan {
  /** Stack name: a location, or `streams`. */
  readonly stack: string;
  /** False: planned as if from nothing, in a scratch backend. */
  readonly exists: boolean;
  readonly changes: readonly ResourceChange[];
  /** Resources that stay as they are. */
  readonly unchanged: number;
  /** Names of the stack's outputs that change. */
  readonly outputs: readonly string[];
  /** What the engine and the providers had to say that is neither a fault nor a risk. */
  readonly notes: readonly string[];
}

/** A text, and the stacks that said it. */
export interface Remark {
  readonly stacks: readonly string[];
  readonly text: string;
}

/** One plan over all stacks of a run. Fields are added, never renamed; `version` rises with a change that a reader must know. */
export interface TopologyPlan {
  readonly version: 1;
  readonly operation: "up" | "refresh" | "destroy";
  /** Messages that the run would delete, or refuses to delete: with their number and bytes where they are known. */
  readonly atRisk: readonly Remark[];
  /** What keeps the run from being made. Empty: it can be. */
  readonly faults: readonly Remark[];
  /** In the order in which they are run. */
  readonly stacks: readonly StackPlan[];
}

/** What one stack's engine run told. */
export interface StackFindings extends StackPlan {
  readonly atRisk: readonly string[];
  readonly faults: readonly string[];
}

/** One plan of all stacks' findings; what several stacks say alike is said once. */
export function topologyPlan(operation: TopologyPlan["operation"], findings: readonly StackFindings[]): TopologyPlan {
  return {
    version: 1,
    operation,
    atRisk: remarks(findings, ({ atRisk }) => atRisk),
    faults: remarks(findings, ({ faults }) => faults),
    stacks: findings.map(({ atRisk: _atRisk, faults: _faults, ...plan }) => plan),
  };
}

/** Whether a run of the plan would change anything. */
export function hasChanges({ stacks }: Pick<TopologyPlan, "stacks">): boolean {
  return stacks.some(stackChanges);
}

export function stackChanges({ changes, outputs }: Pick<StackPlan, "changes" | "outputs">): boolean {
  return changes.length + outputs.length > 0;
}

function remarks(
  findings: readonly StackFindings[],
  texts: (each: StackFindings) => readonly string[],
): readonly Remark[] {
  const stacks = new Map<string, Set<string>>();
  for (const each of findings)
    for (const text of texts(each)) stacks.set(text, (stacks.get(text) ?? new Set()).add(each.stack));
  return [...stacks].map(([text, names]) => ({ stacks: [...names], text }));
}
