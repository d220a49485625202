/** The report as two tables, in natscli's words. */
import Table from "cli-table3";
import { plainTable } from "../plain-table";
import type { LinkStatus } from "../../streams/jetstream/link-status";
import type { StreamStatus } from "../../streams/jetstream/status";
import type { Report } from "./report";

/** The report for people. */
export function reportText({ streams, links, faults }: Report): string {
  const summary = `${streams.length} streams, ${links.length} links, ${faults.length === 0 ? "all active, gap 0" : "not well:"}`;
  const tables = [
    title("Stream Report"),
    streamTable(streams),
    title("Replication Report"),
    replicationTable(links),
    "",
    summary,
  ];
  return [...tables, ...faults.map((fault) => `  - ${fault}`)].join("\n");
}

const title = (text: string) => `\n${text}\n`;

function streamTable(streams: readonly StreamStatus[]): string {
  const table = new Table({
    head: ["Stream", "Domain", "Messages", "Bytes", "Replicas", "First Seq", "Last Seq", "Cluster Leader"],
    colAligns: ["left", "left", "right", "right", "right", "right", "right", "left"],
    ...plainTable,
  });
  for (const { stream, domain, messages, bytes, replicas, firstSeq, lastSeq, leader } of streams) {
    table.push([
      stream,
      domain,
      count(messages),
      byteText(bytes),
      replicas,
      count(firstSeq),
      count(lastSeq),
      leader ?? "none",
    ]);
  }
  return table.toString();
}

function replicationTable(links: readonly LinkStatus[]): string {
  const table = new Table({
    head: ["Stream", "Kind", "API Prefix", "Source Stream", "Active", "Lag", "Gap", "Error"],
    colAligns: ["left", "left", "left", "left", "right", "right", "right", "left"],
    ...plainTable,
  });
  for (const link of links) {
    const { stream, kind, apiPrefix, origin, activeMs, lag, gap } = link;
    const kindText = kind === "mirror" ? "Mirror" : "Source";
    table.push([
      stream,
      kindText,
      apiPrefix,
      origin.stream,
      activeText(activeMs),
      numberText(lag),
      numberText(gap),
      errorText(link),
    ]);
  }
  return table.toString();
}

/** In a word or two; the list of faults below the table has the whole. */
function errorText({ error, unreachable, lost }: LinkStatus): string {
  return error ?? unreachable?.split(":")[0] ?? (lost === undefined ? "" : `${count(lost)} lost`);
}

const count = (value: number) => value.toLocaleString("en");
const numberText = (value: number | undefined) => (value === undefined ? "unknown" : count(value));

/** How long ago a sign of life came. */
function activeText(activeMs: number | undefined): string {
  if (activeMs === undefined) return "never";
  return activeMs < 10_000 ? `${(activeMs / 1000).toFixed(2)}s` : `${Math.round(activeMs / 1000)}s`;
}

function byteText(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const power = bytes === 0 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  return power === 0 ? `${bytes} B` : `${(bytes / 1024 ** power).toFixed(1)} ${units[power]}`;
}
