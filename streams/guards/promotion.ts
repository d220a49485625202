/** A mirror that becomes an origin: the last moment before it lets go of what it mirrors. */
import { setTimeout as sleep } from "node:timers/promises";
import { readLink, type Link } from "../jetstream/link-status";
import type { Ask } from "../jetstream/request";
import { findStream } from "../jetstream/stream-api";
import type { Origin } from "../origin";
import { reasonOf, say } from "../say";
import type { StreamInputs } from "../stream-state";
import { place } from "../stream-state";
import { subjectsOverlap } from "../subject";

/** The origin takes nothing any more, and had this long to store what was under way. */
const settledMs = 500;
const lookEveryMs = 250;

/** A mirror is not promoted yet. The message says what it waits for; nothing was changed, so the same command goes on from there. */
export class PromotionError extends Error {
  override readonly name = "PromotionError";
  constructor(stream: StreamInputs, waitedMs: number, text: string) {
    super(
      `mirror ${place(stream)} is not made an origin: after ${Math.round(waitedMs / 1000)} s ${text}; or, where what the origin ` +
        "still holds may be lost, declare 'allowDataLoss: true'",
    );
  }
}

/** Whether an update lets go of an origin. */
export function isPromotion(olds: StreamInputs, news: StreamInputs): boolean {
  return olds.mirror !== undefined && news.mirror === undefined;
}

/**
 * Waits until the old origin catches none of the new subjects and the mirror holds all that it stored: else both would store a message, or
 * one would lie in the old one alone. Publishers are refused in between (503), so nothing that was acknowledged is lost. An origin
 * that is gone holds nothing back.
 *
 * @throws PromotionError after `timeoutMs`, unless `allowDataLoss`
 */
export async function awaitPromotion(
  ask: Ask,
  olds: StreamInputs,
  news: StreamInputs,
  timeoutMs: number,
): Promise<void> {
  const { mirror: origin, location, name } = olds;
  if (!origin) return;
  const link: Link = { domain: location, stream: name, kind: "mirror", origin };
  const begun = Date.now();
  let settled: { readonly last: number; readonly since: number } | undefined;
  for (;;) {
    const standing = await look(ask, link, news);
    if (standing === "done") return;
    if (typeof standing === "number") {
      if (settled?.last !== standing) settled = { last: standing, since: Date.now() };
      else if (Date.now() - settled.since >= settledMs) return;
    } else if (Date.now() - begun >= timeoutMs) {
      if (!news.allowDataLoss) throw new PromotionError(news, timeoutMs, standing.waitsFor);
      return say(
        `mirror ${place(news)} is made an origin all the same, as 'allowDataLoss' lets it: ${standing.waitsFor}`,
      );
    }
    await sleep(lookEveryMs);
  }
}

/** The origin's last sequence where it takes no more and the mirror holds it; `done` where there is nothing to wait for; else what there is. */
async function look(ask: Ask, link: Link, news: StreamInputs): Promise<number | "done" | { waitsFor: string }> {
  const { origin, domain, stream } = link;
  const [from, to] = await Promise.allSettled([
    findStream(ask, origin.location, origin.stream),
    findStream(ask, domain, stream),
  ]);
  if (to.status === "fulfilled" && !to.value?.config.mirror) return "done";
  if (from.status === "rejected")
    return { waitsFor: `its origin does not answer (${reasonOf(from.reason)}); bring it up` };
  if (!from.value) return "done";
  const { config, state } = from.value;
  const both = (config.subjects ?? []).filter((one) => news.subjects.some((other) => subjectsOverlap(one, other)));
  if (both.length > 0) return { waitsFor: bothText(origin, both) };
  const { gap, unreachable } = await readLink(ask, link, state.last_seq);
  if (unreachable !== undefined) return { waitsFor: `its link cannot be read (${unreachable}); mend that` };
  if (gap === undefined || gap > 0)
    return { waitsFor: `it lacks ${gap ?? "some"} message(s) of its origin; mend the link` };
  return state.last_seq;
}

function bothText({ location, stream }: Origin, both: readonly string[]): string {
  return (
    `its origin ${location}/${stream} still catches ${both.map((subject) => `'${subject}'`).join(", ")}; give that stream other ` +
    "subjects in the same change"
  );
}
