/** Links on which a message would come round. Servers refuse such a cycle within a domain (10052), and see none over domains. Pure. */
import type { StreamDeclaration } from "../stream-declaration";
import type { Declared, SoundLink } from "./declared";
import { place, soundLinks } from "./declared";
import { fault } from "./fault";
import { passing, stored } from "./subject-flow";

/** Faults of cycles, each told once, as the streams that it leads through. */
export function cycleFaults(declared: Pick<Declared, "links" | "streams">): string[] {
  const links = soundLinks(declared);
  const cycles = declared.streams.flatMap((stream) => cyclesThrough(stream, links));
  const members = cycles.map((cycle) => [...new Set(cycle.map(place))].sort().join(" "));
  return cycles
    .filter((_, i) => members.indexOf(members[i] ?? "") === i)
    .map((cycle) =>
      fault(
        "L2",
        `links form a cycle: ${cycle.map(place).reverse().join(" <- ")}; ` +
          "allowed: links that end at a stream with subjects; drop one, or filter so that no message comes round",
      ),
    );
}

/** What goes on from a stream, and how it came there. */
interface Walk {
  readonly path: readonly StreamDeclaration[];
  readonly subjects: readonly string[];
  readonly mirrorsOnly: boolean;
}

/** Follows every message that a stream may hold, until it comes back or nothing of it is left. */
function cyclesThrough(start: StreamDeclaration, links: readonly SoundLink[]): (readonly StreamDeclaration[])[] {
  const found: (readonly StreamDeclaration[])[] = [];
  const seen = new Set<string>();
  const walks: Walk[] = [{ path: [start], subjects: [">"], mirrorsOnly: true }];
  for (let walk = walks.pop(); walk; walk = walks.pop()) {
    const here = walk.path.at(-1);
    for (const link of links.filter(({ from }) => from === here)) {
      const next = step(walk, link);
      const state = `${place(link.follower)} ${next.mirrorsOnly} ${next.subjects.join(" ")}`;
      // A cycle of mirrors never holds a message of anybody's.
      const goesOn = next.subjects.length > 0 || next.mirrorsOnly;
      if (!goesOn || seen.has(state)) continue;
      seen.add(state);
      if (link.follower === start) found.push(next.path);
      else if (!walk.path.includes(link.follower)) walks.push(next);
    }
  }
  return found;
}

function step({ path, subjects, mirrorsOnly }: Walk, { follower, origin, kind }: SoundLink): Walk {
  return {
    path: [...path, follower],
    subjects: stored(follower, passing(origin, subjects)),
    mirrorsOnly: mirrorsOnly && kind === "mirror",
  };
}
