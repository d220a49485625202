/** Where everything stands on the map: the hub in the middle, spokes to both sides. Pure. */
import type { LocationView, StreamView } from "../wire";

export const boxWidth = 250;
const gutter = 190;
const margin = 16;
const headHeight = 62;
const rowHeight = 30;

export const mapWidth = 3 * boxWidth + 2 * gutter + 2 * margin;

export interface Row {
  readonly stream: StreamView;
  /** Middle of the row. */
  readonly y: number;
}

export interface Box {
  readonly location: LocationView;
  readonly side: "left" | "middle" | "right";
  readonly x: number;
  readonly y: number;
  readonly height: number;
  readonly rows: readonly Row[];
}

export interface Layout {
  readonly boxes: readonly Box[];
  readonly height: number;
}

/** Places every location. */
export function layoutOf(locations: readonly LocationView[], streams: readonly StreamView[]): Layout {
  const spokes = locations.filter(({ role }) => role === "spoke");
  const hubs = locations.filter(({ role }) => role === "hub");
  const columns = [
    { side: "left" as const, members: spokes.filter((_, i) => i % 2 === 0) },
    { side: "middle" as const, members: hubs },
    { side: "right" as const, members: spokes.filter((_, i) => i % 2 === 1) },
  ];
  const placed = columns.map(({ side, members }, i) =>
    column(side, margin + i * (boxWidth + gutter), members, streams),
  );
  return { boxes: placed.flatMap(({ boxes }) => boxes), height: Math.max(...placed.map(({ height }) => height)) };
}

function column(side: Box["side"], x: number, members: readonly LocationView[], streams: readonly StreamView[]) {
  const boxes: Box[] = [];
  let y = margin;
  for (const location of members) {
    const own = streams.filter((stream) => stream.location === location.name);
    const top = y + headHeight;
    const rows = own.map((stream, i) => ({ stream, y: top + rowHeight * (i + 0.5) }));
    const height = headHeight + rowHeight * own.length + 8;
    boxes.push({ location, side, x, y, height, rows });
    y += height + margin;
  }
  return { boxes, height: y };
}

/** A point of the map. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A curve from one box's edge to another's, and its middle. */
export function curve(
  from: Box,
  fromY: number,
  to: Box,
  toY: number,
): { readonly path: string; readonly middle: Point } {
  if (from.x === to.x) {
    const x = from.x + boxWidth;
    const out = x + 60;
    return {
      path: `M${x} ${fromY} C${out} ${fromY} ${out} ${toY} ${x} ${toY}`,
      middle: { x: out - 15, y: (fromY + toY) / 2 },
    };
  }
  const isRightward = from.x < to.x;
  const start = from.x + (isRightward ? boxWidth : 0);
  const end = to.x + (isRightward ? 0 : boxWidth);
  const mid = (start + end) / 2;
  return {
    path: `M${start} ${fromY} C${mid} ${fromY} ${mid} ${toY} ${end} ${toY}`,
    middle: { x: mid, y: (fromY + toY) / 2 },
  };
}
