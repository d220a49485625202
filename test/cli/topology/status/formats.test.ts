import { expect } from "chai";
import parsePrometheus from "parse-prometheus-text-format";
import { findingsOf } from "../../../../cli/topology/status/findings";
import { nagiosOf, nagiosUnknown } from "../../../../cli/topology/status/nagios";
import { prometheusText } from "../../../../cli/topology/status/prometheus";
import type { TopologyStatus } from "../../../../cli/topology/status/status";
import { statusText } from "../../../../cli/topology/status/table";
import { down, seen, spoke } from "./a-seen";

const judged = (change: Partial<TopologyStatus> = {}): TopologyStatus => {
  const all = { ...seen, ...change };
  return { ...all, findings: findingsOf(all, "npm run lab") };
};
const oneDown = { locations: [{ ...spoke, servers: spoke.servers.map((each, i) => (i === 1 ? down : each)) }] };
const noLeafnodes = { locations: [{ ...spoke, leafnodes: [{ account: "ACC" as const, wanted: 3, there: 0 }] }] };

describe("the status for Nagios", () => {
  it("is one line with performance data where all is well", () => {
    expect(nagiosOf(judged())).to.deep.equal({
      text:
        "TOPOLOGY OK - 1 locations, 2 streams, 1 links, all well | 'servers cinema-a'=3;;;0;3 " +
        "'gap cinema-a/tickets-1 hub/sales'=0;;;; 'bytes cinema-a/tickets-1'=100B;;;0;1000",
      exitCode: 0,
    });
  });

  for (const [what, change, state, exitCode] of [
    ["a server that is away", oneDown, "WARNING", 1],
    ["an account without leafnodes", noLeafnodes, "CRITICAL", 2],
  ] as const) {
    it(`is ${state} for ${what}`, () => {
      const { text, exitCode: found } = nagiosOf(judged(change));
      expect([text.split(" - ")[0], found]).to.deep.equal([`TOPOLOGY ${state}`, exitCode]);
    });
  }

  it("is UNKNOWN, with no bar in its text, where nothing could be looked at", () => {
    expect(nagiosUnknown(new Error("there is no lab in a|b\nmore"))).to.deep.equal({
      text: "TOPOLOGY UNKNOWN - there is no lab in a/b",
      exitCode: 3,
    });
  });
});

describe("the status for Prometheus", () => {
  const metricsOf = async (status: TopologyStatus) => parsePrometheus(await prometheusText(status));

  it("parses, each metric with its help and type, and the values of what is known", async () => {
    const metrics = await metricsOf(judged(oneDown));
    for (const { name, help, type } of metrics) {
      expect(name).to.match(/^cinema_[a-z_]+$/);
      expect(help, name).not.to.equal("");
      expect(type, name).to.equal("GAUGE");
    }
    const valuesOf = (name: string) => metrics.find((each) => each.name === name)?.metrics.map(({ value }) => value);
    expect(valuesOf("cinema_topology_findings")).to.deep.equal(["0", "1"]);
    expect(valuesOf("cinema_server_serves")).to.deep.equal(["1", "0", "1"]);
    expect(valuesOf("cinema_server_store_bytes")).to.deep.equal(["100", "100"]);
    expect(valuesOf("cinema_link_silent_seconds")).to.deep.equal(["0.56"]);
    expect(valuesOf("cinema_password_time_seconds")).to.deep.equal([String(Date.UTC(2026, 10, 14, 12) / 1000)]);
  });

  it("escapes labels", async () => {
    const odd = 'a"b\\c\nd';
    const text = await prometheusText(judged({ locations: [{ ...spoke, location: odd }] }));
    expect(text).to.contain('cinema_location_up{location="a\\"b\\\\c\\nd"} 1');
  });
});

describe("the status as tables", () => {
  it("ends with all well, or with everything that is not", () => {
    expect(statusText(judged())).to.match(/\nall well$/);
    expect(statusText(judged(oneDown))).to.match(
      /\nnot well: 0 critical, 1 to look after\n {2}- warning: server cinema-a-nats-1: does not answer on port 1: refused$/,
    );
  });

  it("show ages, leafnodes and storage", () => {
    const text = statusText(judged());
    for (const part of ["10 days", "until 2027-11-24", "ACC 3 of 3, SYS 3 of 3", "10.0 %", "stays below"])
      expect(text).to.contain(part);
  });
});
