/** The order in which a promotion loses nothing: what changes in the declarations, and which stacks are then brought up. Pure. */
import type { Candidate } from "./candidate";
import { promoted, repointed, retired, type StreamEdit } from "./edits";
import type { Standing } from "./standing";

/** A change of the declarations that is made and brought up before the next one. */
export interface Step {
  readonly edits: readonly StreamEdit[];
  /** The hub grants spokes the rights that declared links need, so it comes before new ones, and after old ones are done. */
  readonly stacks: readonly ("hub" | "streams")[];
}

/** How far each follower of the old origin has come in it, in the order of the candidate's; asked of dead origins alone. */
export type Taken = readonly number[];

/** The promotion itself. What is written already is only brought up. */
export function promotionStep(candidate: Candidate, standing: Standing, taken: Taken): Step {
  const { isMirror, origin } = standing;
  if (origin.state === "serves") {
    const edits = candidate.isWritten ? [] : [promoted(candidate), retired(candidate)];
    return { edits, stacks: ["streams"] };
  }
  const following = candidate.followers.map(({ follower }, i) =>
    // What the follower took beyond the mirror's end, others will store under those sequences.
    repointed(candidate, follower, Math.min(taken[i] ?? 0, standing.lastSequence)),
  );
  const own = isMirror ? deadOriginEdits(candidate, origin.state) : [];
  return { edits: [...own, ...following], stacks: ["hub", "streams"] };
}

/** The guard of the `up` waits for an origin that may come back, until `allowDataLoss` lets it go; one that is gone would be made anew. */
function deadOriginEdits(candidate: Candidate, state: "gone" | "silent"): StreamEdit[] {
  const { stream, origin, isWritten } = candidate;
  const own = isWritten
    ? []
    : [promoted(candidate), state === "gone" ? { stream: origin, removed: true } : retired(candidate)];
  return state === "silent" && !stream.allowDataLoss ? [...own, { stream, set: { allowDataLoss: true } }] : own;
}

/** What comes once the stream is an origin: its followers, the rights of the spokes, and the end of what was allowed for a moment. */
export function followingStep(candidate: Candidate, standing: Standing, lastOfOrigin: number): Step {
  const { stream, followers } = candidate;
  if (standing.origin.state === "gone") return { edits: [], stacks: [] };
  if (standing.origin.state === "silent") {
    const isOurs = !stream.allowDataLoss || candidate.isWritten;
    return { edits: isOurs ? [{ stream, drop: ["allowDataLoss"] }] : [], stacks: [] };
  }
  const edits = followers.map(({ follower }) => repointed(candidate, follower, lastOfOrigin));
  return { edits, stacks: edits.length > 0 ? ["hub", "streams"] : ["hub"] };
}
