/** The map: locations with their servers and streams, the lines between them, and the links, each with its state in colour and text. */
import type { LinkView, Snapshot } from "../wire";
import { svg } from "./dom";
import { boxWidth, curve, layoutOf, mapWidth, type Box, type Layout } from "./layout";
import { linkText, messagesText } from "./words";

/** Draws it. */
export function drawMap({ locations, streams, links }: Snapshot): SVGElement {
  const layout = layoutOf(locations, streams);
  const hub = layout.boxes.find(({ location }) => location.role === "hub");
  return svg(
    "svg",
    { viewBox: `0 0 ${mapWidth} ${layout.height}`, role: "group", "aria-label": "Map of the locations and links" },
    arrows(),
    ...layout.boxes.flatMap((box) => (hub && box !== hub ? [drawLine(box, hub)] : [])),
    ...layout.boxes.map(drawBox),
    ...links.map((link) => drawLink(link, layout)),
  );
}

/** One arrow head for each state: a marker does not take the colour of its path in every browser. */
function arrows(): SVGElement {
  const heads = ["well", "behind", "cut", "broken"].map((state) =>
    svg(
      "marker",
      { id: `head-${state}`, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" },
      svg("path", { d: "M0 0 L8 4 L0 8 z", class: `head ${state}` }),
    ),
  );
  return svg("defs", {}, ...heads);
}

function drawBox({ location, x, y, height, rows }: Box): SVGElement {
  const servers = location.servers.flatMap(({ name, state, text }, i) => [
    svg(
      "circle",
      { cx: x + 20 + i * 24, cy: y + 44, r: 7, class: `server ${state}`, "data-server": name, "data-state": state },
      svg("title", {}, `${name}: ${text}`),
    ),
    ...(state === "healthy" ? [] : [svg("path", { d: cross(x + 20 + i * 24, y + 44), class: "cross" })]),
  ]);
  const down = location.servers.filter(({ state }) => state !== "healthy").length;
  const serversText =
    location.servers.length === 0 ? location.role : down === 0 ? "all healthy" : `${down} not healthy`;
  const streams = rows.map(({ stream, y: middle }) =>
    svg(
      "g",
      { "data-stream": `${stream.location}/${stream.name}` },
      svg("rect", { x: x + 8, y: middle - 12, width: boxWidth - 16, height: 24, rx: 4, class: "stream" }),
      svg("text", { x: x + 16, y: middle + 4 }, stream.name),
      svg("text", { x: x + boxWidth - 16, y: middle + 4, class: "end quiet" }, messagesText(stream)),
    ),
  );
  return svg(
    "g",
    { role: "img", "aria-label": `${location.role} ${location.name}: ${serversText}`, "data-location": location.name },
    svg("rect", { x, y, width: boxWidth, height, rx: 8, class: "location" }),
    svg("text", { x: x + 12, y: y + 24, class: "name" }, location.name),
    svg("text", { x: x + boxWidth - 12, y: y + 24, class: "end quiet" }, location.role),
    ...servers,
    svg("text", { x: x + boxWidth - 12, y: y + 48, class: "end quiet" }, serversText),
    ...streams,
  );
}

const cross = (x: number, y: number) => `M${x - 3} ${y - 3} l6 6 M${x + 3} ${y - 3} l-6 6`;

/** The leafnode line of a spoke. */
function drawLine(spoke: Box, hub: Box): SVGElement {
  const { line, name } = spoke.location;
  const { path, middle } = curve(spoke, spoke.y + 22, hub, hub.y + 22);
  const text = line?.text ?? "leafnodes";
  return svg(
    "g",
    { role: "img", "aria-label": `line of ${name} to the hub: ${text}`, "data-line": name, "data-state": line?.state },
    svg("path", { d: path, class: `line ${line?.state ?? "open"}` }),
    svg("text", { x: middle.x, y: middle.y - 8, class: "middle quiet" }, line?.short ?? text),
  );
}

function drawLink(link: LinkView, { boxes }: Layout): SVGElement {
  const end = ({ location, stream }: LinkView["origin"]) => {
    const box = boxes.find((each) => each.location.name === location);
    const row = box?.rows.find((each) => each.stream.name === stream);
    return box && row ? { box, y: row.y } : undefined;
  };
  const from = end(link.origin);
  const to = end(link.follower);
  const attributes = {
    role: "img",
    "aria-label": `${link.name}: ${linkText(link)}`,
    "data-link": link.name,
    "data-state": link.state,
    "data-gap": link.gap,
  };
  if (!from || !to) return svg("g", attributes); // an origin in another account is on no map; the table has the link
  const { path, middle } = curve(from.box, from.y, to.box, to.y);
  const text = `${link.kind} · ${linkText(link)}`;
  const width = text.length * 6.4 + 12;
  return svg(
    "g",
    attributes,
    svg("title", {}, [link.name, ...link.faults].join("\n")),
    svg("path", { d: path, class: `link ${link.state}`, "marker-end": `url(#head-${link.state})` }),
    svg("rect", { x: middle.x - width / 2, y: middle.y - 10, width, height: 20, rx: 10, class: `pill ${link.state}` }),
    svg("text", { x: middle.x, y: middle.y + 4, class: "middle small" }, text),
  );
}
