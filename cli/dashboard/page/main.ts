/** The page: takes what the server sends, and shows it. */
import type { Action, LinkView, Outcome, Sample, Snapshot } from "../wire";
import { gapChart, rateChart } from "./charts";
import { controlsOf, updateControls } from "./controls";
import { byId, html } from "./dom";
import { drawMap } from "./map";
import { activeText, ageText, linkText, numberText, summaryText } from "./words";

/** In the URL behind `#`, which browsers send to nobody. */
const token = location.hash.slice(1);
const samples: Sample[] = [];
const charts = [gapChart(byId("gap-chart")), rateChart(byId("rate-chart"))];
let controlled = "";

const events = new EventSource("/events");
on<Sample[]>("history", (history) => samples.splice(0, samples.length, ...history));
on<Snapshot>("snapshot", show);
on<Sample>("sample", (sample) => {
  samples.push(sample);
  if (samples.length > 600) samples.shift();
  for (const chart of charts) chart.show(samples);
});
events.addEventListener("error", () =>
  trouble("The dashboard does not answer any more. Start it again: npm run lab -- dashboard"),
);

function on<T>(event: string, take: (data: T) => void): void {
  events.addEventListener(event, ({ data }) => take(JSON.parse(data)));
}

function show(snapshot: Snapshot): void {
  const { streams, links, faults } = snapshot;
  byId("label").textContent = `${snapshot.label}${snapshot.writable ? "" : " (read-only)"}`;
  const isWell = faults.length === 0 && !snapshot.trouble;
  setText(
    byId("summary"),
    snapshot.trouble ? "unknown" : summaryText(streams.length, links.length, faults.length) + ageText(snapshot),
  );
  byId("summary").className = isWell ? "well" : "broken";
  trouble(snapshot.trouble ?? "");
  byId("map").replaceChildren(drawMap(snapshot));
  byId("links").replaceChildren(linkHead(), html("tbody", {}, ...links.map(linkRow)));
  const told = faults.length > 0 ? faults : ["nothing: all is well"];
  byId("faults").replaceChildren(...(snapshot.trouble ? [] : told).map((fault) => html("li", {}, fault)));
  if (snapshot.writable) control(snapshot);
}

/** Nothing is announced again that was not changed. */
function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

function trouble(text: string): void {
  setText(byId("trouble"), text);
  byId("trouble").hidden = text === "";
}

function control(snapshot: Snapshot): void {
  const controls = byId("controls");
  const names = snapshot.locations.flatMap(({ name, servers }) => [name, ...servers.map((each) => each.name)]).join();
  if (names !== controlled && snapshot.locations.every(({ servers }) => servers.length > 0)) {
    controls.replaceChildren(...controlsOf(snapshot, act));
    controlled = names;
  }
  controls.hidden = controlled === "";
  updateControls(controls, snapshot);
}

async function act(action: Action): Promise<void> {
  const headers = { "content-type": "application/json", "x-dashboard-token": token };
  try {
    const answer = await fetch("/action", { method: "POST", headers, body: JSON.stringify(action) });
    const isJson = answer.headers.get("content-type")?.startsWith("application/json");
    const outcome: Outcome = isJson ? await answer.json() : { error: await answer.text() };
    if ("done" in outcome) say(outcome.done);
    else say(`error: ${outcome.error}`, "broken");
  } catch (error) {
    say(`error: the dashboard does not answer: ${String(error)}`, "broken");
  }
}

function say(text: string, state = "well"): void {
  byId("said-section").hidden = false;
  byId("said").prepend(html("li", { class: state }, `${new Date().toLocaleTimeString()} ${text}`));
}

function linkHead(): HTMLElement {
  const titles = ["Link", "Kind", "State", "Active", "Lag", "Gap"];
  return html("thead", {}, html("tr", {}, ...titles.map((title) => html("th", { scope: "col" }, title))));
}

function linkRow(link: LinkView): HTMLElement {
  const state = html("td", { class: link.state }, link.state === "well" ? "active" : linkText(link));
  const cells = [link.kind, state, activeText(link.activeMs), numberText(link.lag), numberText(link.gap)];
  return html(
    "tr",
    {},
    html("th", { scope: "row" }, link.name),
    ...cells.map((cell) => (typeof cell === "string" ? html("td", {}, cell) : cell)),
  );
}
