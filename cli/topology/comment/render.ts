/** The comment of a pull request, from its review. Pure. */
import { mermaidOf } from "../graph/mermaid";
import { graphOf, withChanges, type Graph } from "../graph/model";
import { stackChanges, type Remark, type ResourceChange, type StackPlan } from "../plan";
import { block, bounded, code, type Section } from "./markdown";
import type { Review } from "./review";

/** GitHub's limit of a comment. */
export const longestComment = 65_536;

/** First line of the comment, by which the next run finds it. */
export const marker = "<!-- cinema-jetstream: topology preview -->";

/** Escaped where a sign would be Markdown's own: `- +` begins a list in a list. */
const signs = { create: "\\+", update: "~", replace: "±", delete: "−" } as const;

/** Markdown of at most `longestComment` UTF-16 units. What others wrote stands in code spans, so that nothing of it is a link, a mention or HTML. */
export function renderReview(review: Review): string {
  const head = [marker, "## Topology preview", ...verdict(review), ...scratchNote(review)].join("\n\n");
  const sections = [
    ...remarkSection("⚠️ Data at risk", review.plan?.atRisk),
    ...remarkSection("Faults", review.plan?.faults),
    ...stackSections(review.plan?.stacks),
    ...graphSection(review),
  ];
  const foot = `Previewed at ${review.head}.`;
  const room = longestComment - head.length - foot.length - 4;
  return [head, ...(sections.length > 0 ? [bounded(sections, room)] : []), foot].join("\n\n");
}

function verdict({ plan, failure }: Review): string[] {
  if (!plan) return ["**No plan: the preview failed.**", block("text", lastWords(failure ?? "it said nothing"))];
  const { atRisk, faults, stacks } = plan;
  const parts = [
    ...(atRisk.length > 0 ? [`**⚠️ Data at risk: ${atRisk.length}.**`] : []),
    ...(faults.length > 0 ? [`**${counted(faults.length, "fault")}: an up is refused.**`] : []),
    `${totals(stacks.flatMap(({ changes }) => changes))}, over ${counted(stacks.length, "stack")}.`,
  ];
  return [parts.join(" ")];
}

function scratchNote({ against }: Review): string[] {
  return against === "backend"
    ? []
    : [
        "_Previewed without the secrets of this repository, as for a fork: against nothing, so all of it shows as new, and what is deployed, " +
          "and the messages in it, is not compared. A maintainer's run of the same commit compares._",
      ];
}

function remarkSection(heading: string, remarks: readonly Remark[] = []): Section[] {
  const items = remarks.map(({ stacks, text }) => `- ${code(stacks.join(", "), 100)} ${code(text, 1_500)}`);
  return items.length > 0 ? [{ heading: `### ${heading}\n`, items }] : [];
}

/** Stacks that change, then those that do not in one list. */
function stackSections(stacks: readonly StackPlan[] = []): Section[] {
  const changed = stacks.filter(stackChanges);
  const quiet = stacks.filter((stack) => !stackChanges(stack)).map(({ stack }) => `- ${code(stack, 100)}`);
  return [
    ...changed.slice(0, mostStacks).map(stackSection),
    ...(changed.length > mostStacks
      ? [{ heading: `… and ${counted(changed.length - mostStacks, "stack")} more, in the log of the job`, items: [] }]
      : []),
    ...(quiet.length > 0 ? [{ heading: "Nothing to do in\n", items: quiet }] : []),
  ];
}

/** Each takes the room of a heading. */
const mostStacks = 50;

function stackSection({ stack, exists, changes, outputs, notes }: StackPlan): Section {
  const order = ["delete", "replace", "update", "create"];
  const sorted = [...changes].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
  return {
    heading: `### ${code(stack, 100)}: ${totals(changes)}${exists ? "" : ", not up yet"}\n`,
    items: [
      ...sorted.map(changeItem),
      ...(outputs.length > 0 ? [`- outputs that change: ${code(outputs.join(", "), 300)}`] : []),
      ...notes.map((note) => `- says: ${code(note)}`),
    ],
  };
}

function changeItem({ kind, type, name, fields }: ResourceChange): string {
  const shown = fields.slice(0, 10).map(({ field, before, after }) => {
    const isTold = before !== undefined || after !== undefined;
    return code(isTold ? `${field}: ${value(before)} → ${value(after)}` : field, 160);
  });
  const more = fields.length > shown.length ? [`${fields.length - shown.length} more`] : [];
  const of = shown.length > 0 ? `: ${[...shown, ...more].join(", ")}` : "";
  return `- ${signs[kind]} ${kind} ${code(`${type} ${name}`, 300)}${of}`;
}

const value = (given: unknown) => (given === undefined ? "none" : (JSON.stringify(given) ?? "none"));

/** Streams beyond this make a picture that nobody reads. */
const mostStreams = 100;

/** Lines beyond this make one that GitHub refuses to draw. */
const mostEdges = 500;

/** The graph is whole or not there. */
function graphSection({ topology, plan }: Review): Section[] {
  const changes = (plan?.stacks ?? []).flatMap((each) => each.changes);
  const streams = changes.filter(({ type }) => type === "Stream");
  const graph = withChanges(graphOf(topology), new Map(streams.map(({ name, kind }) => [name, kind])));
  const cut = () => "The graph is left out: it is larger than GitHub draws.";
  return [{ heading: "### Graph\n", items: [isDrawn(graph) ? block("mermaid", mermaidOf(graph)) : cut()], cut }];
}

function isDrawn({ locations, links }: Graph): boolean {
  const streams = locations.reduce((sum, each) => sum + each.streams.length, 0);
  return streams <= mostStreams && links.length + locations.length <= mostEdges;
}

function totals(changes: readonly ResourceChange[]): string {
  const count = (wanted: string) => changes.filter(({ kind }) => kind === wanted).length;
  const parts = (["create", "update", "replace", "delete"] as const).flatMap((kind) =>
    count(kind) > 0 ? [`${count(kind)} to ${kind}`] : [],
  );
  return parts.length > 0 ? parts.join(", ") : "no change";
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;

/** The end of what was said: there the reason is. */
function lastWords(text: string): string {
  return text.length > 8_000 ? `…${text.slice(-8_000)}` : text;
}
