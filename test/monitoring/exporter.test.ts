/** The exporter on real servers. `NATS_EXPORTER` names its binary, which no package registry has: a release of its own, 0.20.1. */
import { expect } from "chai";
import execa from "execa";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "../../cli/lab/home";
import { closeConnections } from "../../streams/jetstream/connection";
import { streamHooks } from "../../streams/provider";
import { locationOf, startRig, stopRig, type Rig } from "../rig/locations";
import { inputsOf, origin, publish, sizes } from "../rig/stream-inputs";
import { until } from "../rig/until";
import { expressions, metricsIn } from "./expressions";

const binary = process.env["NATS_EXPORTER"] ?? "";
const portBase = 21900;

(binary ? describe : describe.skip)("prometheus-nats-exporter with the chart's arguments", function () {
  this.timeout(600_000);
  let rig: Rig;
  const exporters: execa.ExecaChildProcess[] = [];

  before(async () => {
    rig = await startRig(portBase, ["cinema-a"]);
    const hooks = streamHooks(15_000);
    await hooks.create(inputsOf(rig, origin("north", "cinema-a")));
    await publish(rig, "north", 20);
    const link = { location: "cinema-a", stream: "north" };
    await hooks.create(inputsOf(rig, { location: "hub", name: "sum", sources: [link], ...sizes }));
    await hooks.create(inputsOf(rig, { location: "hub", name: "copy", mirror: link, ...sizes }));
  });
  after(async () => {
    for (const each of exporters) each.kill();
    await closeConnections();
    if (rig) await stopRig(rig);
  });

  /** What an exporter gives, once it has asked its server. */
  async function pageOf(port: number): Promise<string> {
    let page = "";
    await until(async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => undefined);
      page = (await answer?.text()) ?? "";
      return page.includes("nats_varz_leafnodes") && page.includes("nats_leafz_info");
    });
    return page;
  }

  /** Names of what the exporters of all the hub's servers give; arguments as the chart's container has them. */
  async function given(): Promise<string[]> {
    const { monitorUrls } = locationOf(rig, "hub").outputs;
    const flags = [
      "-connz",
      "-routez",
      "-subz",
      "-varz",
      "-prefix=nats",
      "-use_internal_server_id",
      "-jsz=all",
      "-leafz",
    ];
    for (const [i, url] of monitorUrls.entries())
      exporters.push(execa(binary, [...flags, "-addr=127.0.0.1", `-port=${portBase + 80 + i}`, `${url}/`]));
    for (const each of exporters) each.catch(() => undefined); // killed at the end
    const pages = await Promise.all(monitorUrls.map((_, i) => pageOf(portBase + 80 + i)));
    return [...new Set(pages.flatMap((page) => page.match(/^nats_\w+/gm) ?? []))].sort();
  }

  it("gives all that the rules and the dashboard ask for, and all that is listed", async () => {
    const metrics = await given();
    const asked = expressions.flatMap(([, expr]) => metricsIn(expr)).filter((metric) => metric.startsWith("nats_"));
    expect(asked.filter((metric) => !metrics.includes(metric))).to.deep.equal([]);
    const listed = readFileSync(join(checkout, "test/fixtures/metrics/exporter.txt"), "utf8").trim().split("\n");
    expect(listed.filter((metric) => !metrics.includes(metric))).to.deep.equal([]);
  });
});
