/** Whether a mirror can be promoted as things stand. Pure. */
import { place } from "../../../streams/checks/declared";
import { PromotionRefusal, type Candidate } from "./candidate";
import type { Standing } from "./standing";

/** What the user lets go of. */
export interface Allowed {
  /** Last sequence of a dead origin that is kept; what it stored after that is lost. */
  readonly loseAfter?: number;
}

/**
 * Refuses a promotion that would lose what nobody let go of.
 *
 * @throws PromotionRefusal
 */
export function requirePromotable(candidate: Candidate, standing: Standing, { loseAfter }: Allowed): void {
  const { stream, origin } = candidate;
  const found = standing.origin;
  if (!standing.isMirror) return requireAnswer(candidate, standing);
  if (found.state !== "serves") return requireLetGo(candidate, standing, loseAfter);
  const { gap, unreachable, lastSequence } = found;
  if (loseAfter !== undefined)
    throw new PromotionRefusal(
      stream,
      `'--lose-after ${loseAfter}' is given, and its origin ${place(origin)} serves, so nothing has to be lost; allowed: without it; leave it out`,
    );
  if (gap === undefined)
    throw new PromotionRefusal(
      stream,
      `what it lacks of its origin ${place(origin)} is not known (${unreachable ?? "nothing tells"}); allowed: a link that can be read; ` +
        "see: npm run topology -- status",
    );
  if (gap > 0)
    throw new PromotionRefusal(
      stream,
      `its origin ${place(origin)} is ahead of it by ${gap} message(s), at sequence ${lastSequence}; allowed: 0; wait until it has caught up ` +
        "(npm run report); a link that stands still: npm run topology -- repair",
    );
  if (gap < 0)
    throw new PromotionRefusal(
      stream,
      `its origin ${place(origin)} was made anew: it ends ${-gap} message(s) before what was taken from it, so the mirror has nothing of the new one; ` +
        "allowed: a mirror that follows; declare a new mirror under another name, and promote that",
    );
}

/** It is an origin already: what is left is for its followers, and goes by how far they have come in the old one. */
function requireAnswer({ stream, origin, followers }: Candidate, standing: Standing): void {
  if (standing.origin.state === "serves" || followers.length === 0) return;
  const names = followers.map(({ follower }) => place(follower)).join(", ");
  throw new Error(
    `${place(stream)} is an origin already, and ${names} still follow(s) the old one, ${place(origin)}, which ${deadText(standing)}; ` +
      "allowed: an old origin that can be asked; bring its location up, then run the same command again",
  );
}

function requireLetGo({ stream, origin }: Candidate, standing: Standing, loseAfter: number | undefined): void {
  const { lastSequence, messages } = standing;
  if (loseAfter === lastSequence) return;
  const given = loseAfter === undefined ? "" : `'--lose-after ${loseAfter}' is given; `;
  throw new PromotionRefusal(
    stream,
    `${given}its origin ${place(origin)} ${deadText(standing)}; the mirror holds it up to sequence ${lastSequence} (${messages} message(s)); ` +
      `allowed: an origin that serves (bring its location up), or --lose-after ${lastSequence}, where it is gone for good, with all that it stored ` +
      `after sequence ${lastSequence}${atMost(origin.bytesPerSecond, standing)}`,
  );
}

/** What ails an origin that does not serve. */
export function deadText({ origin }: Standing): string {
  if (origin.state === "serves") return "serves";
  return origin.state === "gone" ? "is not there any more" : `does not answer (${origin.reason})`;
}

/** How much an origin may have stored since it was last heard of, by its declared rate. */
function atMost(bytesPerSecond: number | undefined, { origin }: Standing): string {
  if (origin.state !== "silent" || origin.heardMs === undefined) return "";
  const seconds = Math.ceil(origin.heardMs / 1000);
  const rate = bytesPerSecond === undefined ? "" : `, some ${bytesPerSecond * seconds} bytes by its declared rate`;
  return ` (the mirror last heard of it ${seconds} s ago${rate})`;
}

/** What a promotion loses for good; nothing where its origin serves. */
export function lostText({ stream, origin }: Candidate, standing: Standing): string[] {
  if (!standing.isMirror || standing.origin.state === "serves") return [];
  const { lastSequence } = standing;
  return [
    `what ${place(origin)} stored after sequence ${lastSequence} is lost: it ${deadText(standing)}, and ${place(stream)} holds it up to there` +
      atMost(origin.bytesPerSecond, standing),
  ];
}
