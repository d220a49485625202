/** Messages that come to a stream by two ways. Pure. */
import type { StreamDeclaration } from "../stream-declaration";
import { commonSubject, subjectsOverlap } from "../subject";
import type { Declared, SoundLink } from "./declared";
import { place, soundLinks } from "./declared";
import { fault } from "./fault";

/** How the messages of one stream's own come to another. */
interface Way {
  readonly origin: StreamDeclaration;
  /** The last link. */
  readonly by: SoundLink;
  /** Their subjects at the origin, filters considered; undefined where a transform hides them. */
  readonly subjects: readonly string[] | undefined;
}

/** Faults of streams that take messages of one origin by two links. Two links from the same stream are a fault of theirs (`links.ts`). */
export function wayFaults(declared: Pick<Declared, "links" | "streams">): string[] {
  const links = soundLinks(declared);
  return declared.streams.flatMap((stream) => {
    const ways = waysTo(links, stream);
    return ways.flatMap((one, i) =>
      ways
        .slice(i + 1)
        .filter((other) => other.origin === one.origin && other.by.from !== one.by.from)
        .flatMap((other) => twiceFault(stream, one, other)),
    );
  });
}

function waysTo(
  links: readonly SoundLink[],
  stream: StreamDeclaration,
  below: readonly StreamDeclaration[] = [],
): Way[] {
  if (below.includes(stream)) return []; // a circle, which is a fault of its own
  return links
    .filter(({ follower }) => follower === stream)
    .flatMap((by) => {
      const own = by.from.subjects ? [{ origin: by.from, subjects: by.from.subjects }] : [];
      const taken = waysTo(links, by.from, [...below, stream]);
      return [...own, ...taken].map(({ origin, subjects }) => ({ origin, by, subjects: passing(by, subjects) }));
    });
}

function passing({ from, origin }: SoundLink, subjects: readonly string[] | undefined): readonly string[] | undefined {
  if (from.subjectTransform || origin.subjectTransforms?.length) return undefined;
  return subjects?.flatMap((subject) => commonSubject(subject, origin.filterSubject ?? ">") ?? []);
}

function twiceFault(stream: StreamDeclaration, one: Way, other: Way): string[] {
  const both = one.subjects?.filter((subject) => other.subjects?.some((another) => subjectsOverlap(subject, another)));
  if (!both?.length) return [];
  return [
    fault(
      "L7",
      `messages of ${place(one.origin)} on ${both.join(", ")} come to stream ${place(stream)} by ${place(one.by.from)} and by ${place(other.by.from)}; ` +
        "allowed: one way, as it would store them twice; drop a source, or narrow their filters",
    ),
  ];
}
