/** What changed from one look to the next, in plain lines: a few for each outage, however long it lasts. Pure. */
import { linkName } from "../../../streams/jetstream/link-status";
import { standing } from "./repair";
import type { RepairStep } from "./repair-step";
import { lineLack, type Verdict } from "./repair-verdict";

/** One thing that happened. */
export interface WatchEvent {
  /** The link's name; for a line, the location's. */
  readonly of: string;
  readonly event: "line-away" | "line-back" | "stands-still" | "repaired" | "not-repaired" | "moves-again";
  readonly text: string;
}

/** Tells lines and links from what they were at the look before. */
export class WatchEvents {
  private readonly lines = new Map<string, boolean>();
  /** Links that stand still, with what of that was told. */
  private readonly outages = new Map<string, { readonly since: number; readonly told: Set<"waits" | "stands"> }>();

  constructor(private readonly hub: string) {}

  /** @param now Milliseconds since any moment. */
  note(step: RepairStep, now: number): WatchEvent[] {
    return [
      ...step.locations.flatMap((each) => this.lineEvents(each.location, lineLack(each, this.hub))),
      ...step.verdicts.flatMap((verdict) => this.linkEvents(verdict, now)),
      ...step.stepDowns.map(({ domain, stream, fault }): WatchEvent =>
        fault === undefined
          ? { of: stream, event: "repaired", text: `the leader of '${stream}' in '${domain}' was stepped down` }
          : {
              of: stream,
              event: "not-repaired",
              text: `the leader of '${stream}' in '${domain}' did not step down: ${fault}`,
            },
      ),
    ];
  }

  private lineEvents(location: string, lack: string | undefined): WatchEvent[] {
    const wasWell = this.lines.get(location) ?? true;
    this.lines.set(location, lack === undefined);
    if (wasWell === (lack === undefined)) return [];
    const text = lack ?? (location === this.hub ? "all servers answer" : "every server has its leafnode");
    return [{ of: location, event: lack === undefined ? "line-back" : "line-away", text }];
  }

  private linkEvents({ link, kind, reason }: Verdict, now: number): WatchEvent[] {
    const of = linkName(link);
    const outage = this.outages.get(of);
    if (kind === "moves") {
      if (!outage) return [];
      this.outages.delete(of);
      return [{ of, event: "moves-again", text: `moves again, after ${Math.round((now - outage.since) / 1000)} s` }];
    }
    // The step down tells of itself.
    if (kind === "repair" || kind === "repaired") return [];
    const what = kind === "stands" ? "stands" : "waits";
    if (outage?.told.has(what)) return [];
    const { told } = outage ?? { told: new Set() };
    this.outages.set(of, { since: outage?.since ?? now - (link.activeMs ?? 0), told: told.add(what) });
    const event = kind === "stands" && told.size > 1 ? "not-repaired" : "stands-still";
    return [{ of, event, text: `stands still (${standing(link)}): ${reason}` }];
  }
}
