/** A graph as an SVG picture that needs nothing but itself: the hub in the middle, its spokes left and right. Pure. */
import { colours, type Condition, type Graph, type GraphLocation, type GraphStream } from "./model";

/** Pixels. A letter of a monospaced font of 13 px is at most 8 wide, whichever it is. */
const letter = 8;
const line = 18;
const pad = 12;
const gapX = 240;
const gapY = 40;

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export function svgOf(graph: Graph): string {
  const { boxes, width, height } = layout(graph.locations);
  const titles = graph.locations.map(({ name }) => name).join(", ");
  const described = graph.links.map(
    ({ from, to, text }) => `${to.name} in ${to.location} takes from ${from.name} in ${from.location} (${text})`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title desc" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="monospace" font-size="13">`,
    `<title id="title">${xml(`Locations ${titles}, their streams and links`)}</title>`,
    `<desc id="desc">${xml(`${described.join("; ")}.`)}</desc>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...graph.locations.map((each) => locationSvg(each, boxes)),
    ...graph.links.map(({ from, to, text, condition }) =>
      linkSvg(boxes.get(keyOf(from)), boxes.get(keyOf(to)), text, condition),
    ),
    "</svg>",
  ].join("\n");
}

const keyOf = ({ location, name }: Pick<GraphStream, "location" | "name">) => `${location}/${name}`;

function layout(locations: readonly GraphLocation[]): { boxes: Map<string, Box>; width: number; height: number } {
  const [hub, ...spokes] = locations;
  const half = Math.ceil(spokes.length / 2);
  const columns = [spokes.slice(0, half), hub ? [hub] : [], spokes.slice(half)].filter(({ length }) => length > 0);
  const heightOf = (column: readonly GraphLocation[]) =>
    column.reduce((sum, each) => sum + locationHeight(each) + gapY, -gapY);
  const inner = Math.max(...columns.map(heightOf));
  const boxes = new Map<string, Box>();
  let x = pad;
  for (const column of columns) {
    const width = Math.max(...column.map(locationWidth));
    let y = pad + (inner - heightOf(column)) / 2;
    for (const location of column) {
      place(location, { x, y, width, height: locationHeight(location) }, boxes);
      y += locationHeight(location) + gapY;
    }
    x += width + gapX;
  }
  return { boxes, width: x - gapX + pad, height: inner + 2 * pad };
}

function place(location: GraphLocation, box: Box, boxes: Map<string, Box>): void {
  boxes.set(location.name, box);
  let y = box.y + headHeight(location) + pad;
  for (const stream of location.streams) {
    const height = streamHeight(stream);
    boxes.set(keyOf(stream), { x: box.x + pad, y, width: box.width - 2 * pad, height });
    y += height + pad;
  }
}

const headLines = ({ name, role, leafnodes, condition }: GraphLocation) => [
  `${name} (${role})${said(condition)}`,
  ...(role === "spoke" ? [leafnodes] : []),
];
const streamLines = ({ name, subjects, messages, condition }: GraphStream) => [
  `${name}${said(condition)}`,
  ...subjects,
  ...(messages === undefined ? [] : [`${messages.toLocaleString("en")} messages`]),
];
const said = (condition: Condition | undefined) =>
  condition === undefined || condition === "well" ? "" : `: ${condition}`;
const headHeight = (location: GraphLocation) => headLines(location).length * line + pad;
const streamHeight = (stream: GraphStream) => streamLines(stream).length * line + pad;

function locationHeight(location: GraphLocation): number {
  return headHeight(location) + pad + location.streams.reduce((sum, each) => sum + streamHeight(each) + pad, 0);
}

function locationWidth(location: GraphLocation): number {
  const lines = [...headLines(location), ...location.streams.flatMap(streamLines)];
  return Math.max(...lines.map(({ length }) => length)) * letter + 4 * pad;
}

function locationSvg(location: GraphLocation, boxes: ReadonlyMap<string, Box>): string {
  return [
    boxSvg(boxes.get(location.name), headLines(location), location.condition),
    ...location.streams.map((stream) => boxSvg(boxes.get(keyOf(stream)), streamLines(stream), stream.condition)),
  ].join("\n");
}

function boxSvg(box: Box | undefined, lines: readonly string[], condition: Condition | undefined): string {
  if (!box) return "";
  const { line: stroke, fill } = condition ? colours[condition] : { line: "#57606a", fill: "#f6f8fa" };
  const { x, y, width, height } = box;
  return [
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6" fill="${fill}" stroke="${stroke}"/>`,
    ...lines.map((text, i) => `<text x="${x + pad}" y="${y + (i + 1) * line}" fill="#1f2328">${xml(text)}</text>`),
  ].join("\n");
}

function linkSvg(from: Box | undefined, to: Box | undefined, text: string, condition: Condition | undefined): string {
  if (!from || !to) return "";
  const isRightward = from.x <= to.x;
  const x1 = isRightward ? from.x + from.width : from.x;
  const x2 = isRightward ? to.x : to.x + to.width;
  const [y1, y2, bend] = [from.y + from.height / 2, to.y + to.height / 2, isRightward ? 60 : -60];
  const stroke = condition ? colours[condition].line : "#57606a";
  const tip = isRightward ? -8 : 8;
  return [
    `<path d="M ${x1} ${y1} C ${x1 + bend} ${y1}, ${x2 - bend} ${y2}, ${x2} ${y2}" fill="none" stroke="${stroke}" stroke-width="2"/>`,
    `<path d="M ${x2} ${y2} l ${tip} -4 l 0 8 z" fill="${stroke}"/>`,
    `<text x="${(x1 + x2) / 2}" y="${(y1 + y2) / 2 - 6}" text-anchor="middle" fill="${stroke}">${xml(text)}</text>`,
  ].join("\n");
}

function xml(text: string): string {
  return text.replace(/[<>&"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
