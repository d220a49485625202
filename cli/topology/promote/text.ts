/** A promotion for people. Pure. */
import { place } from "../../../streams/checks/declared";
import { planText } from "../plan-text";
import type { Outcome } from "./outcome";
import type { PromotionPlan } from "./promote";

/** What will be done: messages at risk first. */
export function promotionText(planned: PromotionPlan): string {
  const { candidate, standing, steps, plan } = planned;
  const { stream, origin } = candidate;
  const [first, then] = steps;
  const what = standing.isMirror
    ? `${place(stream)}, which mirrors ${place(origin)} to sequence ${standing.lastSequence} (${standing.messages} message(s)), becomes an origin`
    : `${place(stream)} is an origin already, at sequence ${standing.lastSequence}; this is what is left to do`;
  return [
    planText(plan),
    what,
    ...(first?.diff ? [first.diff] : []),
    ...(then?.diff ? ["and once that is so:", then.diff] : []),
    ...notes(planned).map((note) => `note: ${note}`),
  ].join("\n\n");
}

function notes({ candidate, standing, topology }: PromotionPlan): string[] {
  const { stream, origin } = candidate;
  const own = (topology.consumers ?? []).filter(
    (each) => each.location === origin.location && each.stream === origin.name,
  );
  return [
    ...(standing.isMirror
      ? ["publishers are refused (503) while neither of the two takes messages, and have to repeat"]
      : []),
    ...(stream.location === origin.location
      ? []
      : [`publishers connect to ${stream.location} from then on: the line between locations carries links alone`]),
    ...(own.length > 0
      ? [
          `consumers of ${place(origin)} stay there, and get nothing new: ${own.map(({ name }) => name).join(", ")}; declare them on ${place(stream)}`,
        ]
      : []),
  ];
}

/** Both for machines. Fields are added, never renamed. */
export function promotionJson(planned: PromotionPlan | undefined, outcome: Outcome | undefined): string {
  const { candidate, standing, steps, plan } = planned ?? {};
  const streams = candidate && {
    stream: place(candidate.stream),
    origin: place(candidate.origin),
    followers: candidate.followers.map(({ follower }) => place(follower)),
  };
  return JSON.stringify({ version: 1, ...streams, standing, steps, plan, outcome }, undefined, 2);
}

/** How it is in the end. */
export function outcomeText({ stream, subjects, lastSequence, origin, following, linkFaults }: Outcome): string {
  return [
    `${stream} is an origin: it takes ${subjects.join(", ")}, after sequence ${lastSequence}`,
    ...following.map(({ link, gap, unreachable }) => `${link}: ${unreachable ?? `gap ${gap ?? "unknown"}`}`),
    oldText(origin),
    ...linkFaults.map((fault) => `not well: ${fault}`),
  ].join("\n");
}

function oldText({ stream, state }: Outcome["origin"]): string {
  if (state === "gone") return `${stream} is not there any more, and left the declarations`;
  if (state === "retired")
    return `${stream} takes nothing more, and keeps what it has; to remove it: docs/streams.md, "What is guarded while it is done"`;
  return (
    `${stream} could not be told: when its location serves again it still takes its old subjects, and what it takes reaches nobody; keep publishers ` +
    "away from it, and run the same command again then"
  );
}
