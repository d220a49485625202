/** The status as a Nagios plugin prints it: one line, with performance data behind the bar, and the findings below. Pure. */
import type { TopologyStatus } from "./status";

/** Exit codes of a Nagios plugin. */
export const nagiosExitCodes = { OK: 0, WARNING: 1, CRITICAL: 2, UNKNOWN: 3 } as const;
export type NagiosState = keyof typeof nagiosExitCodes;

export interface NagiosResult {
  readonly text: string;
  readonly exitCode: number;
}

export function nagiosOf(status: TopologyStatus): NagiosResult {
  const { findings, locations, report } = status;
  const state = stateOf(status);
  const critical = findings.filter(({ severity }) => severity === "critical").length;
  const counts =
    findings.length === 0
      ? `${locations.length} locations, ${report.streams.length} streams, ${report.links.length} links, all well`
      : `${critical} critical, ${findings.length - critical} warning: ${findings[0]?.what}`;
  const details = findings.map(({ severity, what }) => plain(`${severity}: ${what}`));
  const first = `TOPOLOGY ${state} - ${plain(counts)} | ${performanceData(status).join(" ")}`;
  return { text: [first, ...details].join("\n"), exitCode: nagiosExitCodes[state] };
}

/** Where nothing could be looked at. */
export function nagiosUnknown(error: Error): NagiosResult {
  const [first = ""] = error.message.split("\n");
  return { text: `TOPOLOGY UNKNOWN - ${plain(first)}`, exitCode: nagiosExitCodes.UNKNOWN };
}

function stateOf({ findings }: TopologyStatus): NagiosState {
  if (findings.some(({ severity }) => severity === "critical")) return "CRITICAL";
  return findings.length > 0 ? "WARNING" : "OK";
}

/** `'label'=value[unit];[warn];[crit];[min];[max]`, by the Nagios plugin guidelines. */
function performanceData({ locations, report, fills }: TopologyStatus): string[] {
  const value = (label: string, text: string) => `'${label.replaceAll("'", "''").replaceAll("=", "_")}'=${text}`;
  return [
    ...locations.flatMap(({ location, servers, wanted }) => {
      const serving = servers.filter(({ lacks }) => lacks.every(({ kind }) => kind === "config")).length;
      return value(`servers ${location}`, `${serving};;;0;${wanted?.replicas ?? 0}`);
    }),
    ...report.links.flatMap(({ domain, stream, origin, gap }) =>
      gap === undefined ? [] : value(`gap ${origin.location}/${origin.stream} ${domain}/${stream}`, `${gap};;;;`),
    ),
    ...fills.map(({ domain, stream, bytes, maxBytes }) =>
      value(`bytes ${domain}/${stream}`, `${bytes}B;;;0;${maxBytes ?? ""}`),
    ),
  ];
}

/** A bar would begin performance data. */
const plain = (text: string) => text.replaceAll("|", "/").replaceAll("\n", " ");
