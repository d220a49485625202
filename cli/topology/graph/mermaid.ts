/** A graph as a Mermaid flowchart, which nothing in a name can end. Pure. */
import type { ChangeKind } from "../plan";
import { colours, type Condition, type Graph, type GraphStream } from "./model";

export function mermaidOf({ locations, links }: Graph): string {
  const streams = locations.flatMap((each) => each.streams);
  const ids = new Map(streams.map((stream, i) => [keyOf(stream), `s${i}`]));
  const places = locations.flatMap(({ name, streams: own }, i) => [
    `  subgraph l${i}["${label(name)}"]`,
    ...own.map((stream) => `    ${ids.get(keyOf(stream))}["${streamLabel(stream)}"]`),
    "  end",
  ]);
  const lines = links.map(
    ({ from, to, text }) => `  ${ids.get(keyOf(from))} == "${label(text)}" ==> ${ids.get(keyOf(to))}`,
  );
  const dialled = locations.flatMap(({ role, leafnodes }, i) =>
    role === "spoke" ? [`  l${i} -. "${label(leafnodes)}" .-> l0`] : [],
  );
  const styles = [
    ...streams.flatMap((stream) => streamStyle(ids.get(keyOf(stream)) ?? "", stream)),
    ...locations.flatMap(({ condition }, i) => style(`l${i}`, condition)),
    ...links.flatMap(({ condition }, i) => (condition ? [`  linkStyle ${i} stroke:${colours[condition].line}`] : [])),
  ];
  return ["flowchart LR", ...places, ...lines, ...dialled, ...styles].join("\n");
}

const keyOf = ({ location, name }: Pick<GraphStream, "location" | "name">) => `${location}/${name}`;

/** Subjects that a box names; one with more says how many more. */
const mostSubjects = 3;

function streamLabel({ name, subjects, messages, change }: GraphStream): string {
  const more = subjects.length - mostSubjects;
  const small = [
    ...subjects.slice(0, mostSubjects),
    ...(more > 0 ? [`and ${more} more`] : []),
    ...(messages === undefined ? [] : [`${messages.toLocaleString("en")} messages`]),
    ...(change ? [`to ${change}`] : []),
  ];
  return [label(name), ...small.map((each) => `<small>${label(each)}</small>`)].join("<br/>");
}

/** The line around a stream that a plan changes; its label says the same. */
const changeLines: Readonly<Record<ChangeKind, string>> = {
  create: "#1a7f37",
  update: "#9a6700",
  replace: "#cf222e",
  delete: "#cf222e",
};

function streamStyle(id: string, { condition, change }: GraphStream): string[] {
  return change ? [`  style ${id} stroke:${changeLines[change]},stroke-width:3px`] : style(id, condition);
}

function style(id: string, condition: Condition | undefined): string[] {
  if (!condition) return [];
  const { line, fill } = colours[condition];
  return [`  style ${id} stroke:${line},fill:${fill},color:#1f2328`];
}

/** Longest text of a label, in UTF-16 units. */
const longestLabel = 60;

/** Text that cannot end its label: all but plain characters as Mermaid's own entities. */
function label(text: string): string {
  const shown = text.length > longestLabel ? `${text.slice(0, longestLabel - 1)}…` : text;
  return shown.replace(/[^A-Za-z0-9 ._:,/-]/gu, (character) => `#${character.codePointAt(0)};`);
}
