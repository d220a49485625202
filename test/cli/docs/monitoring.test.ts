import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { checkout } from "../../../cli/lab/home";
import { expressions, metricsIn, monitoring, rules } from "../../monitoring/expressions";

const exporter = readFileSync(join(checkout, "test/fixtures/metrics/exporter.txt"), "utf8").trim().split("\n");
const status = readFileSync(join(checkout, "cli/topology/status/prometheus.ts"), "utf8");
const recorded = rules.flatMap(({ record }) => record ?? []);

/** Does anything give it? */
function isGiven(metric: string): boolean {
  if (metric.startsWith("cinema:")) return recorded.includes(metric);
  if (metric.startsWith("cinema_")) return status.includes(`"${metric.replace("cinema_", "")}"`);
  return exporter.includes(metric);
}

describe("monitoring/", () => {
  for (const [place, expr] of expressions)
    it(`${place} asks only for what the exporter, the status or a rule gives`, () => {
      expect(metricsIn(expr)).not.to.deep.equal([]);
      expect(metricsIn(expr).filter((metric) => !isGiven(metric))).to.deep.equal([]);
    });

  it("every alert says how bad it is and what to do, and has a test of its own", () => {
    const { tests } = parse(readFileSync(join(monitoring, "alerts.test.yaml"), "utf8"));
    const raised = tests.flatMap(({ alert_rule_test }: { alert_rule_test: readonly Test[] }) =>
      alert_rule_test.filter(({ exp_alerts }) => exp_alerts.length > 0).map(({ alertname }) => alertname),
    );
    const alerts = rules.filter(({ alert }) => alert);
    expect([...new Set(raised)].sort()).to.deep.equal(alerts.map(({ alert }) => alert).sort());
    for (const { annotations } of alerts) expect(annotations).to.have.keys("summary", "description");
  });

  it("docs/monitoring.md names each alert", () => {
    const page = readFileSync(join(checkout, "docs/monitoring.md"), "utf8");
    const named = [...page.matchAll(/^\| `(Cinema\w+)` \|/gm)].map(([, name]) => name);
    expect(named).to.deep.equal(rules.flatMap(({ alert }) => alert ?? []));
  });
});

interface Test {
  readonly alertname: string;
  readonly exp_alerts: readonly unknown[];
}
