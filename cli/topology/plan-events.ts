/** What the engine's events of one stack tell. Pure. */
import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation";
import { fieldChanges } from "./plan-fields";
import type { ChangeKind, FieldChange, ResourceChange, StackFindings } from "./plan";

/** Operations of the engine that change something, as they are called here; replacements come in three steps. */
const kinds: Readonly<Record<string, ChangeKind>> = {
  create: "create",
  update: "update",
  delete: "delete",
  replace: "replace",
  "create-replacement": "replace",
  "delete-replaced": "replace",
  import: "create",
  "import-replacement": "replace",
};

/** Resources that only group others, or that the engine makes for itself. */
const grouping = /^(cinema:|pulumi:)/;
const stackType = "pulumi:pulumi:Stack";

/** Said at each run, to nobody's use: by the engine of where it found a plugin; of its own end. */
const noise =
  /^(using \S+ from \$PATH at |resource plugin \S+ is expected to have version |(preview|update|refresh|destroy) failed$)/;
/** Said of stacks that the same plan makes. */
const notUpYet = /\(in this preview what comes from it stays unknown\)$/;

/** How the guards of streams tell what would be lost: docs/streams.md, "What is guarded". */
const loss = /\b[\d,]+ message\(s\)/;

/** What a run, or the preview of one, told of its stack. */
export function stackFindings(
  stack: string,
  exists: boolean,
  events: readonly EngineEvent[],
  operation: "up" | "refresh" | "destroy",
): StackFindings {
  const steps = stepsOf(events, operation);
  const said = diagnosticsOf(events);
  const changes = [...steps.values()].flatMap((metadata) => changeOf(stack, metadata, operation));
  const errors = said.errors.flatMap(separateFaults);
  const atRisk = [...errors, ...said.notes].filter((text) => loss.test(text));
  return {
    stack,
    exists,
    changes,
    unchanged: [...steps.values()].filter(({ op, type }) => op === "same" && !grouping.test(type)).length,
    outputs: operation === "up" ? changedOutputs(events) : [],
    notes: said.notes.filter((text) => !atRisk.includes(text)),
    atRisk: [...atRisk, ...unnamedLosses(changes, atRisk)],
    faults: errors,
  };
}

/** The newest step of each resource; in a refresh the one that tells what was found. */
function stepsOf(events: readonly EngineEvent[], operation: string): Map<string, StepEventMetadata> {
  const steps = new Map<string, StepEventMetadata>();
  for (const { resourcePreEvent, resOutputsEvent } of events) {
    const metadata = (operation === "refresh" ? resOutputsEvent : resourcePreEvent)?.metadata;
    if (metadata) steps.set(metadata.urn, metadata);
  }
  return steps;
}

function changeOf(stack: string, metadata: StepEventMetadata, operation: string): ResourceChange[] {
  const { op, type, urn } = metadata;
  if (grouping.test(type)) return [];
  const name = urn.split("::").at(-1) ?? urn;
  const place = { type: type.split(":").at(-1) ?? type, name, location: locationOf(stack, name) };
  if (operation === "refresh") {
    if (!metadata.new) return [{ kind: "delete", ...place, fields: [] }];
    const fields = fieldChanges(metadata.old?.outputs ?? {}, metadata.new.outputs);
    return fields.length > 0 ? [{ kind: "update", ...place, fields }] : [];
  }
  const kind = kinds[op];
  if (!kind) return [];
  const fields = kind === "update" || kind === "replace" ? inputChanges(metadata) : [];
  return [{ kind, ...place, fields }];
}

function inputChanges(metadata: StepEventMetadata): FieldChange[] {
  const { old, new: wanted, diffs, detailedDiff } = metadata;
  const changed = old && wanted ? fieldChanges(old.inputs, wanted.inputs) : [];
  if (changed.length > 0) return changed;
  return [...new Set([...Object.keys(detailedDiff ?? {}), ...(diffs ?? [])])].map((field) => ({ field }));
}

/** The streams' resources are called `<location>.<stream>`. */
function locationOf(stack: string, name: string): string | null {
  if (stack !== "streams") return stack;
  return name.includes(".") ? (name.split(".")[0] ?? null) : null;
}

function changedOutputs(events: readonly EngineEvent[]): string[] {
  const all = events.flatMap(({ resOutputsEvent }) => resOutputsEvent?.metadata ?? []);
  const stack = all.filter(({ type }) => type === stackType).at(-1);
  if (!stack?.old || !stack.new) return []; // all are new
  return fieldChanges(stack.old.outputs, stack.new.outputs).map(({ field }) => field);
}

/** The program ended before it could say why in any other way than on its own stderr. */
const programDied = /Program exited with non-zero exit code/;

/** What the engine, the program and the providers said: what failed, and all else. */
export function diagnosticsOf(events: readonly EngineEvent[]): { errors: string[]; notes: string[] } {
  const all = events.flatMap(({ diagnosticEvent }) => diagnosticEvent ?? []);
  const texts = (severities: readonly string[]) => [
    ...new Set(
      all
        .filter(({ severity }) => severities.includes(severity))
        .map(({ message }) => plain(message))
        .filter((text) => text !== "" && !noise.test(text) && !notUpYet.test(text)),
    ),
  ];
  const errors = texts(["error"]);
  return errors.some((each) => programDied.test(each))
    ? { errors: texts(["info#err", "error"]), notes: texts(["warning", "info"]) }
    : { errors, notes: texts(["warning", "info", "info#err"]) };
}

/** Our own texts list their faults, one a line that begins with `- `. */
export function separateFaults(text: string): string[] {
  const [, ...items] = text.split(/^ *- /m);
  return items.length > 0 ? items.map((each) => each.trim()) : [text];
}

/** Streams that go without a word of what they hold. */
function unnamedLosses(changes: readonly ResourceChange[], named: readonly string[]): string[] {
  return changes
    .filter(({ kind, type }) => type === "Stream" && (kind === "delete" || kind === "replace"))
    .map(({ name }) => name.replace(".", "/"))
    .filter((place) => !named.some((text) => text.includes(place)))
    .map((place) => `stream ${place} goes with all that it holds`);
}

/** Without the colour marks of the engine's events. */
export function plain(text: string): string {
  return text.replaceAll(/<\{%[^%]*%\}>/g, "").trim();
}
