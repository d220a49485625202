import { expect } from "chai";
import { History, sampleOf } from "../../../cli/dashboard/history";
import { snapshotOf, type Measured } from "../../../cli/dashboard/snapshot";
import type { LocationStatus } from "../../../cli/lab/status";
import type { Report } from "../../../cli/report/report";
import { topology } from "../../../streams/declarations";
import type { LinkStatus } from "../../../streams/jetstream/link-status";

const subject = { label: "a lab", writable: true, topology };
const link: LinkStatus = {
  domain: "hub",
  stream: "sales",
  kind: "source",
  origin: { location: "cinema-a", stream: "tickets-1" },
  apiPrefix: "$JS.cinema-a.API",
  activeMs: 300,
  lag: 0,
  gap: 0,
};
const report = (links: LinkStatus[], lastSeq = 10): Report => ({
  streams: [
    {
      domain: "cinema-a",
      stream: "tickets-1",
      messages: 5,
      bytes: 100,
      replicas: 3,
      firstSeq: 6,
      lastSeq,
      leader: "cinema-a-nats-0",
    },
  ],
  links,
  silences: [],
  faults: ["domain cinema-a: not reachable from the hub, so it was asked directly"],
});
const cinemaA = (cut: boolean): LocationStatus => ({
  location: "cinema-a",
  servers: [
    { server: "cinema-a-nats-0", clientUrl: "nats://127.0.0.1:1", version: "2.14.2", leafnodes: [] },
    {
      server: "cinema-a-nats-1",
      clientUrl: "nats://127.0.0.1:2",
      version: "2.14.2",
      ailment: "no leader",
      leafnodes: [],
    },
    { server: "cinema-a-nats-2", clientUrl: "nats://127.0.0.1:3", ailment: "does not answer: refused", leafnodes: [] },
  ],
  line: { cut, delayMs: 0, connections: 6 },
});
const snapshot = (measured: Measured, at = 1000) => snapshotOf(subject, measured, at);
const stateOf = (status: LinkStatus, cut = false) =>
  snapshot({ status: [cinemaA(cut)], report: report([status]) }).links.find(({ name }) => name.includes("tickets-1"))
    ?.state;

describe("what the dashboard shows", () => {
  it("shows all that is declared before anything is known", () => {
    const { locations, streams, links, faults } = snapshot({});
    expect(locations.map(({ name, role }) => `${role} ${name}`)).to.deep.equal([
      "hub hub",
      "spoke cinema-a",
      "spoke cinema-b",
    ]);
    expect(streams).to.have.length(5);
    expect(links.map(({ state }) => state)).to.deep.equal(["broken", "broken", "broken"]);
    expect(faults).to.deep.equal([]);
  });

  it("tells servers that are healthy, ailing and down, the line, and what is said of a location", () => {
    const { locations, streams } = snapshot({ status: [cinemaA(false)], report: report([link]) });
    const found = locations.find(({ name }) => name === "cinema-a");
    expect(found?.servers.map(({ state, text }) => `${state}: ${text}`)).to.deep.equal([
      "healthy: healthy",
      "ailing: no leader",
      "down: does not answer: refused",
    ]);
    expect(found?.line).to.deep.equal({ state: "open", text: "open, 6 connections", short: "open" });
    expect(found?.faults).to.have.length(1);
    expect(streams[0]).to.deep.equal({
      location: "cinema-a",
      name: "tickets-1",
      messages: 5,
      bytes: 100,
      lastSeq: 10,
      leader: "cinema-a-nats-0",
    });
  });

  const states: readonly (readonly [string, Partial<LinkStatus>, string])[] = [
    ["active with everything taken", {}, "well"],
    ["active with messages missing", { gap: 5 }, "behind"],
    ["silent with messages missing", { gap: 5, activeMs: 20_000 }, "broken"],
    ["out of reach", { unreachable: "origin missing" }, "broken"],
    ["with a server's error", { error: "no", gap: 5 }, "broken"],
    ["made anew", { gap: -5 }, "broken"],
  ];
  for (const [how, change, state] of states)
    it(`a link ${how} is ${state}`, () => expect(stateOf({ ...link, ...change })).to.equal(state));

  it("a link over a cut line is cut, before its servers have noticed", () =>
    expect(stateOf(link, true)).to.equal("cut"));
});

describe("the dashboard's clock", () => {
  it("tells when streams and links were asked, once they were", () => {
    expect(snapshot({ report: report([link]), reportedAt: 400 }).reportedAt).to.equal(400);
    expect(snapshot({})).not.to.have.property("reportedAt");
  });
});

describe("the dashboard's history", () => {
  it("counts a rate from one snapshot to the next, and knows none where a stream was made anew", () => {
    const rate = (lastSeq: number) =>
      sampleOf(snapshot({ report: report([link], lastSeq) }, 3000), snapshot({ report: report([link]) })).rates;
    expect(rate(30)["cinema-a/tickets-1"]).to.equal(10);
    expect(rate(3)["cinema-a/tickets-1"]).to.equal(null);
    expect(rate(30)["hub/sales"]).to.equal(null);
  });

  it("keeps gap and lag apart, and the newest samples only", () => {
    const history = new History(2);
    for (const gap of [1, 2, 3]) history.add(snapshot({ report: report([{ ...link, gap }]) }, gap * 1000));
    expect(
      history.samples.map(({ at, gaps, lags }) => [
        at,
        gaps["hub/sales <- tickets-1 in cinema-a"],
        lags["hub/sales <- tickets-1 in cinema-a"],
      ]),
    ).to.deep.equal([
      [2, 2, 0],
      [3, 3, 0],
    ]);
  });
});
