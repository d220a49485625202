/** `topology repair`: looks until it is clear of each link whether it moves, steps leaders down where that helps, and says so. */
import { setTimeout as sleep } from "node:timers/promises";
import { linkName, type LinkStatus } from "../../../streams/jetstream/link-status";
import type { RepairSession } from "./repair-session";
import { repairStep } from "./repair-step";
import { RepairWatch, type Verdict } from "./repair-verdict";

/** What became of one link. */
export interface RepairedLink extends Pick<LinkStatus, "domain" | "stream" | "kind" | "origin"> {
  /** `moves` is well without help, `repaired` moves again by a new leader, `repairable` would be (`--dry-run`), `stands` is not helped by one. */
  readonly outcome: "moves" | "repaired" | "repairable" | "stands";
  /** Why. */
  readonly reason: string;
}

export interface RepairOptions {
  /** Changes nothing. */
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
}

const lookEveryMs = 250;
/** How long a line that is not back is waited for. */
const patienceMs = 4_000;
/** How long one that is back by then is given to settle, which takes 3 s at most, and what it brings back to answer. */
const settlingMs = 6_000;

/**
 * Repairs what can be. Returns at once where all links move; takes up to 4 s where a line is not back, some 20 where a new leader
 * does not help.
 *
 * @throws ConnectionError where the hub does not answer.
 */
export async function repair(session: RepairSession, hub: string, options: RepairOptions): Promise<RepairedLink[]> {
  const watch = new RepairWatch(hub);
  const repaired = new Set<string>();
  for (const begun = Date.now(); ; await sleep(lookEveryMs, undefined, { signal: options.signal })) {
    const { verdicts, stepDowns } = await repairStep(session, watch, options.dryRun);
    const stepped = (link: LinkStatus) =>
      stepDowns.some(({ domain, stream }) => link.domain === domain && link.stream === stream);
    for (const { kind, link } of verdicts) if (kind === "repair" && stepped(link)) repaired.add(linkName(link));
    const isOpen = ({ kind }: Verdict) =>
      kind === "repaired" ||
      (kind === "repair" && !options.dryRun) ||
      (kind === "waits" && Date.now() - begun < patienceMs) ||
      (kind === "settles" && Date.now() - begun < patienceMs + settlingMs);
    if (!verdicts.some(isOpen)) return verdicts.map((verdict) => outcomeOf(verdict, repaired));
  }
}

function outcomeOf({ link, kind, reason }: Verdict, repaired: ReadonlySet<string>): RepairedLink {
  const { domain, stream, kind: linkKind, origin } = link;
  const told = { domain, stream, kind: linkKind, origin };
  if (kind === "repair") return { ...told, outcome: "repairable", reason };
  if (kind !== "moves") return { ...told, outcome: "stands", reason: `${standing(link)}: ${reason}` };
  return repaired.has(linkName(link))
    ? {
        ...told,
        outcome: "repaired",
        reason: `moves again, as the leader of '${stream}' in '${domain}' was stepped down`,
      }
    : { ...told, outcome: "moves", reason };
}

/** How long a link has been silent, and what is missing at its follower. */
export function standing({ activeMs, gap, unreachable }: LinkStatus): string {
  if (unreachable !== undefined && activeMs === undefined) return "nothing is known of it";
  const silent = activeMs === undefined ? "it was never active" : `silent for ${Math.round(activeMs / 1000)} s`;
  return gap === undefined || gap <= 0 ? silent : `${silent}, ${gap} message(s) behind`;
}

/** For people: a line a link, and a summary. */
export function repairText(links: readonly RepairedLink[], dryRun: boolean): string {
  const count = (outcome: RepairedLink["outcome"]) => links.filter((link) => link.outcome === outcome).length;
  const lines = links.map(({ outcome, reason, ...link }) => {
    const would =
      outcome === "repairable" ? `; the leader of '${link.stream}' in '${link.domain}' would be stepped down` : "";
    return `${linkName(link)}: ${outcome === "stands" ? "not repaired: " : ""}${reason}${would}`;
  });
  const repaired = dryRun ? `${count("repairable")} to be repaired` : `${count("repaired")} repaired`;
  const summary = `${links.length} links: ${count("moves")} moving, ${repaired}, ${count("stands")} not repaired`;
  return [...lines, summary + (dryRun ? "; nothing was changed" : "")].join("\n");
}
