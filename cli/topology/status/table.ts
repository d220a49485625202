/** The status for people: tables, then what is not well. */
import Table from "cli-table3";
import { plainTable } from "../../plain-table";
import { reportText } from "../../report/tables";
import { byteText } from "./byte-text";
import { daysText } from "./findings";
import type { ServerStatus } from "./servers";
import type { LocationStatus, TopologyStatus } from "./status";
import type { Fill } from "./storage";

const dayMs = 24 * 60 * 60 * 1_000;

export function statusText(status: TopologyStatus): string {
  const { at, locations, report, fills, findings } = status;
  const now = Date.parse(at);
  const critical = findings.filter(({ severity }) => severity === "critical").length;
  return [
    section("Servers", serverTable(locations)),
    section("Locations", locationTable(locations, now)),
    reportText({ ...report, faults: [] }).replace(/\n\n[^\n]*$/, ""), // its last line is said below, of everything
    section("Storage", fillTable(fills)),
    "",
    findings.length === 0 ? "all well" : `not well: ${critical} critical, ${findings.length - critical} to look after`,
    ...findings.map(({ severity, what }) => `  - ${severity}: ${what}`),
  ].join("\n");
}

const section = (title: string, table: string) => `\n${title}\n\n${table}`;

function serverTable(locations: readonly LocationStatus[]): string {
  const head = ["Location", "Server", "Version", "Leafnodes", "File Store", "State"];
  const table = new Table({ head, colAligns: ["left", "left", "left", "left", "right", "left"], ...plainTable });
  for (const { location, servers } of locations) {
    servers.forEach((server, i) => table.push([i === 0 ? location : "", ...serverCells(server)]));
  }
  return table.toString();
}

function serverCells({ server, version = "", leafnodes, storedBytes, maxStoredBytes, lacks }: ServerStatus): string[] {
  const leafs = Object.entries(leafnodes ?? {}).map(([account, count]) => `${account} ${count}`);
  const store = maxStoredBytes === undefined ? "" : `${byteText(storedBytes ?? 0)} of ${byteText(maxStoredBytes)}`;
  const state = lacks.some(({ kind }) => kind === "service") ? "does not serve" : "serves, not as wanted";
  return [server, version, leafs.join(", "), store, lacks.length === 0 ? "serves as wanted" : state];
}

function locationTable(locations: readonly LocationStatus[], now: number): string {
  const head = ["Location", "Role", "Cluster", "Servers", "Leafnodes", "Line", "Oldest Password", "Certificates"];
  const table = new Table({ head, ...plainTable });
  for (const each of locations) {
    const { location, role, wanted, servers, leafnodes } = each;
    if (!wanted) {
      table.push([location, role, "not up", "", "", "", "", ""]);
      continue;
    }
    const serving = servers.filter(({ lacks }) => lacks.every(({ kind }) => kind === "config")).length;
    table.push([
      location,
      role,
      wanted.clusterName,
      `${serving} of ${wanted.replicas}`,
      leafnodes.map(({ account, there, wanted }) => `${account} ${there} of ${wanted}`).join(", "),
      lineText(each),
      ageText(each, now),
      each.certificates.map(({ expires }) => `until ${expires.slice(0, 10)}`).join(", "),
    ]);
  }
  return table.toString();
}

function lineText({ line }: LocationStatus): string {
  if (line === undefined) return "";
  if (line === "down") return "no relay runs";
  return line.cut ? "cut" : line.delayMs > 0 ? `${line.delayMs} ms late` : "open";
}

function ageText({ passwords }: LocationStatus, now: number): string {
  if (passwords.length === 0) return "";
  return daysText((now - Math.min(...passwords.map(({ since }) => Date.parse(since)))) / dayMs);
}

function fillTable(fills: readonly Fill[]): string {
  const head = ["Stream", "Domain", "Stored", "Limit", "Used", "A Day", "Full In"];
  const table = new Table({
    head,
    colAligns: ["left", "left", "right", "right", "right", "right", "left"],
    ...plainTable,
  });
  for (const { stream, domain, bytes, maxBytes, bytesPerDay, verdict, daysUntilFull } of fills) {
    table.push([
      stream,
      domain,
      byteText(bytes),
      maxBytes === undefined ? "" : byteText(maxBytes),
      maxBytes === undefined ? "" : `${((bytes / maxBytes) * 100).toFixed(1)} %`,
      bytesPerDay === undefined ? "" : byteText(bytesPerDay),
      daysUntilFull === undefined ? verdict : daysText(daysUntilFull),
    ]);
  }
  return table.toString();
}
