/** What the rules and the dashboard of `monitoring/` ask Prometheus. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { checkout } from "../../cli/lab/home";

export const monitoring = join(checkout, "monitoring");

interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

const read = (file: string) => readFileSync(join(monitoring, file), "utf8");

/** Every rule of alerts.yaml, in order. */
export const rules: readonly Rule[] = parse(read("alerts.yaml")).groups.flatMap(
  ({ rules }: { rules: readonly Rule[] }) => rules,
);

/** Every panel of dashboard.json that asks something. */
export const panels: readonly Panel[] = JSON.parse(read("dashboard.json")).panels.filter(
  ({ targets }: Panel) => targets,
);

/** Every expression, with the place where it stands. A dashboard's variables are filled in. */
export const expressions: readonly (readonly [place: string, expr: string])[] = [
  ...rules.map(({ record, alert = record ?? "", expr }) => [alert, expr] as const),
  ...panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => [`panel '${title}'`, expr.replaceAll("$domain", ".*")] as const),
  ),
];

/** Names of metrics in an expression. */
export function metricsIn(expr: string): string[] {
  return [...new Set(expr.match(/\b(nats_\w+|cinema_\w+|cinema:[\w:]+)/g))];
}
