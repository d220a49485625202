/** A plan for people. Pure. */
import { hasChanges, type ChangeKind, type FieldChange, type Remark, type StackPlan, type TopologyPlan } from "./plan";

const signs: Readonly<Record<ChangeKind, string>> = { create: "+", update: "~", replace: "±", delete: "-" };
const drift: Readonly<Record<ChangeKind, string>> = {
  create: "new",
  update: "differs",
  replace: "differs",
  delete: "is gone",
};

/** The whole plan: what is at risk first, then faults, then each stack's changes, and a sum. */
export function planText(plan: TopologyPlan): string {
  return [
    ...section("DATA AT RISK", plan.atRisk),
    ...section(`${plan.faults.length} FAULT(S)`, plan.faults),
    ...plan.stacks.map((stack) => stackText(stack, plan.operation)),
    sum(plan),
  ].join("\n\n");
}

function section(title: string, remarks: readonly Remark[]): string[] {
  if (remarks.length === 0) return [];
  return [
    [
      `${title}:`,
      ...remarks.map(({ stacks, text }) => `  ! ${indented(`${stacks.join(", ")}: ${text}`, "    ")}`),
    ].join("\n"),
  ];
}

function stackText({ stack, exists, changes, unchanged, outputs, notes }: StackPlan, operation: string): string {
  const head = `${stack}${exists ? "" : " (new)"}`;
  const sums = (Object.keys(signs) as ChangeKind[]).flatMap((kind) => {
    const count = changes.filter((each) => each.kind === kind).length;
    return count > 0 ? [operation === "refresh" ? `${count} ${drift[kind]}` : `${count} to ${kind}`] : [];
  });
  const lines = changes.flatMap(({ kind, type, name, fields }) => [
    `  ${signs[kind]} ${type} ${name}${operation === "refresh" && kind === "delete" ? " is gone" : ""}`,
    ...fields.map(fieldText),
  ]);
  return [
    `${head}: ${[...sums, `${unchanged} unchanged`].join(", ")}`,
    ...lines,
    ...(outputs.length > 0 ? [`  ~ outputs ${outputs.join(", ")}`] : []),
    ...notes.map((note) => `  note: ${indented(note, "    ")}`),
  ].join("\n");
}

function fieldText({ field, before, after }: FieldChange): string {
  if (before === undefined && after === undefined) return `      ${field}`;
  if (before === undefined) return `      ${field}: + ${valueText(after)}`;
  if (after === undefined) return `      ${field}: - ${valueText(before)}`;
  return `      ${field}: ${valueText(before)} -> ${valueText(after)}`;
}

function valueText(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

function indented(text: string, by: string): string {
  return text.split("\n").join(`\n${by}`);
}

function sum({ stacks, operation, faults, atRisk }: TopologyPlan): string {
  if (faults.length > 0) return `${faults.length} fault(s); nothing was touched`;
  if (!hasChanges({ stacks }))
    return operation === "refresh"
      ? "no drift: everything is as it was made"
      : "nothing to do: everything is as declared";
  const all = stacks.flatMap(({ changes }) => changes).length;
  const what = operation === "refresh" ? `${all} resource(s) drifted` : `${all} change(s)`;
  return `${what} in ${stacks.filter(({ changes }) => changes.length > 0).length} stack(s)${atRisk.length > 0 ? ", DATA AT RISK: see above" : ""}`;
}
