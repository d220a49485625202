/** The lab's buttons: one group a location. Made once; what changes is set, so that the keyboard's focus stays where it is. */
import type { Action, LocationView, Snapshot } from "../wire";
import { html } from "./dom";

type Act = (action: Action) => Promise<void>;

/** Makes the buttons for a snapshot's locations. */
export function controlsOf({ locations }: Snapshot, act: Act): HTMLElement[] {
  return locations.map((location) => group(location, act));
}

/** Sets what a new snapshot changes. */
export function updateControls(element: HTMLElement, { locations }: Snapshot): void {
  for (const { name, servers, line } of locations) {
    const text = element.querySelector(`[data-line-of="${CSS.escape(name)}"]`);
    if (text) text.textContent = `line to the hub: ${line?.text ?? "unknown"}`;
    for (const server of servers) {
      const row = element.querySelector<HTMLElement>(`[data-server-row="${CSS.escape(server.name)}"]`);
      if (row) row.dataset["state"] = server.state;
      const state = row?.querySelector(".state");
      if (state)
        state.textContent =
          server.state === "healthy" ? `healthy, ${server.version}` : `${server.state}: ${server.text}`;
    }
  }
}

function group(location: LocationView, act: Act): HTMLElement {
  const { name, role, servers, publishable } = location;
  return html(
    "fieldset",
    {},
    html("legend", {}, name),
    ...(publishable ? [publishRow(name, act)] : []),
    ...(role === "spoke" ? lineRows(name, act) : []),
    ...servers.map((server) => serverRow(server.name, act)),
  );
}

function publishRow(location: string, act: Act): HTMLElement {
  const count = number(`Messages to publish in ${location}`, 100, 1, 1_000_000);
  const publish = button("publish", `Publish in ${location}`, () =>
    act({ action: "publish", location, count: count.valueAsNumber }),
  );
  return html("div", { class: "row" }, count, publish);
}

function lineRows(location: string, act: Act): HTMLElement[] {
  const late = number(`Milliseconds of delay for ${location}, each way`, 150, 0, 10_000);
  const delay = () => act({ action: "delay", location, milliseconds: late.valueAsNumber });
  return [
    html("div", { "data-line-of": location }),
    html(
      "div",
      { class: "row" },
      button("cut", `Cut the line of ${location}`, () => act({ action: "cut", location })),
      button("heal", `Heal the line of ${location}`, () => act({ action: "heal", location })),
      late,
      button("delay ms", `Delay the line of ${location}`, delay),
    ),
  ];
}

function serverRow(server: string, act: Act): HTMLElement {
  return html(
    "div",
    { class: "row", "data-server-row": server },
    html("span", { class: "server-name" }, server),
    html("span", { class: "state" }),
    button("kill", `Kill ${server}`, () => act({ action: "kill", server })),
    button("start", `Start ${server}`, () => act({ action: "start", server })),
  );
}

function number(label: string, value: number, min: number, max: number): HTMLInputElement {
  return html("input", { type: "number", "aria-label": label, value, min, max, step: 1 });
}

/** Takes no second click while the first is at work. */
function button(text: string, label: string, work: () => Promise<void>): HTMLButtonElement {
  const made = html("button", { type: "button", "aria-label": label }, text);
  made.addEventListener("click", () => {
    if (made.ariaBusy === "true") return;
    made.ariaBusy = "true";
    void work().finally(() => (made.ariaBusy = "false"));
  });
  return made;
}
