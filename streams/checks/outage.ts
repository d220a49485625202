/** Whether the origins of links between locations keep what they take in for as long as a link may be cut, and followers have room for it. Pure. */
import { longestAge, streamConfig } from "../stream-config";
import type { StreamDeclaration } from "../stream-declaration";
import type { Declared, SoundLink } from "./declared";
import { crossingLinks, place, soundLinks } from "./declared";
import { fault, inBytes, inSeconds } from "./fault";
import { inflow } from "./rates";

/** How long a link may be cut where its declaration does not say: 7 days. */
export const defaultOutageBudgetSeconds = 604_800;

/** An origin that feeds other locations, and the longest of their budgets. */
interface Budget {
  readonly from: StreamDeclaration;
  readonly follower: StreamDeclaration;
  readonly seconds: number;
}

/** Faults of outage budgets. */
export function outageFaults(declared: Declared): string[] {
  const links = crossingLinks(declared);
  const budgets = longestBudgets(links);
  return [
    ...rateFaults(declared, budgets),
    ...budgets.flatMap((budget) => [...ageFaults(budget), ...spaceFaults(declared, budget), ...numberFaults(budget)]),
    ...links.flatMap(revisionFaults),
    ...[...new Set(soundLinks(declared).map(({ follower }) => follower))].flatMap((follower) =>
      roomFaults(declared, follower),
    ),
  ];
}

function longestBudgets(links: readonly SoundLink[]): readonly Budget[] {
  const budgets = links.map(({ from, follower, origin }) => ({
    from,
    follower,
    seconds: origin.outageBudgetSeconds ?? defaultOutageBudgetSeconds,
  }));
  const longest = new Map(
    [...budgets].sort((one, other) => one.seconds - other.seconds).map((each) => [each.from, each]),
  );
  return budgets.filter((each) => longest.get(each.from) === each);
}

function rateFaults(declared: Declared, budgets: readonly Budget[]): string[] {
  const undeclared = new Map(
    budgets.flatMap(({ from, follower }) => inflow(declared, from).undeclared.map((stream) => [stream, follower])),
  );
  return [...undeclared].map(([stream, follower]) =>
    fault(
      "O1",
      `stream ${place(stream)} feeds ${place(follower)} in another location and declares no 'bytesPerSecond'; ` +
        "allowed: what its publishers store in a second, in bytes with headers; declare it",
    ),
  );
}

function ageFaults({ from, follower, seconds }: Budget): string[] {
  return longestAge(from) >= seconds
    ? []
    : [
        fault(
          "O2",
          `'maxAgeSeconds' of stream ${place(from)} is ${inSeconds(from.maxAgeSeconds)}; allowed: at least ` +
            `${inSeconds(seconds)}, for which its link to ${place(follower)} may be cut; raise it, or lower that 'outageBudgetSeconds'`,
        ),
      ];
}

function spaceFaults(declared: Declared, { from, follower, seconds }: Budget): string[] {
  const { bytesPerSecond } = inflow(declared, from);
  const needed = bytesPerSecond * seconds;
  const { discard } = streamConfig(from);
  return from.maxBytes >= needed
    ? []
    : [
        fault(
          "O3",
          `'maxBytes' of stream ${place(from)} is ${inBytes(from.maxBytes)}; allowed: at least ${inBytes(needed)}, ` +
            `${inBytes(bytesPerSecond)} a second for the ${inSeconds(seconds)} that its link to ${place(follower)} may be cut, else it ` +
            `${discard === "new" ? "refuses its publishers" : "loses the oldest in silence"}; ` +
            "raise it, or lower that 'outageBudgetSeconds'",
        ),
      ];
}

function numberFaults({ from, follower }: Budget): string[] {
  return from.maxMessages === undefined
    ? []
    : [
        fault(
          "O4",
          `'maxMessages' of stream ${place(from)} is ${from.maxMessages}; allowed: none on an origin that feeds another location ` +
            `(${place(follower)}), as nothing says how long that many last; leave it out: 'maxBytes' bounds the stream`,
        ),
      ];
}

/** An origin that keeps the last few of each subject loses older ones while the link is cut, which is no loss to a follower that keeps no more. */
function revisionFaults({ from, follower }: SoundLink): string[] {
  const kept = from.maxMessagesPerSubject;
  if (kept === undefined || from.discardNewPerSubject) return [];
  const { maxMessagesPerSubject: wanted = Infinity } = follower;
  return wanted <= kept
    ? []
    : [
        fault(
          "O5",
          `'maxMessagesPerSubject' of stream ${place(from)} is ${kept}, and that of its follower ${place(follower)} ` +
            `${wanted === Infinity ? "is left out" : `is ${wanted}`}; allowed on a follower in another location: at most its origin's, ` +
            "as older messages of a subject go while the link is cut; declare it there, or leave it out on the origin",
        ),
      ];
}

function roomFaults(declared: Declared, follower: StreamDeclaration): string[] {
  const { bytesPerSecond } = inflow(declared, follower);
  const needed = bytesPerSecond === 0 ? 0 : bytesPerSecond * longestAge(follower);
  const { discard, maxMessagesPerSubject, discardNewPerSubject = false } = streamConfig(follower);
  // One that keeps the last few of each subject grows with the subjects, whatever the rate.
  const keepsRevisions = maxMessagesPerSubject !== undefined && !discardNewPerSubject;
  if (follower.maxBytes >= needed || keepsRevisions) return [];
  return needed === Infinity
    ? [
        fault(
          "O6",
          `'maxAgeSeconds' of stream ${place(follower)} is 0; allowed on a follower: an age after which its messages make room for those ` +
            `of its origins, ${inBytes(bytesPerSecond)} a second; declare one`,
        ),
      ]
    : [
        fault(
          "O6",
          `'maxBytes' of stream ${place(follower)} is ${inBytes(follower.maxBytes)}; allowed: at least ${inBytes(needed)}, ` +
            `${inBytes(bytesPerSecond)} a second from all its origins for its 'maxAgeSeconds' of ${inSeconds(follower.maxAgeSeconds)}, ` +
            `else it ${discard === "new" ? "fills and its links stand still" : "loses the oldest before their age"}; ` +
            "raise it, or lower its age",
        ),
      ];
}
