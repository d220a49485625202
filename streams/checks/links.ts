/** Faults of links against the streams that they join. Pure. */
import type { StreamDeclaration } from "../stream-declaration";
import { subjectsOverlap } from "../subject";
import type { Declared, DeclaredLink, ResolvedLink, SoundLink } from "./declared";
import { place, soundLinks } from "./declared";
import { fault, inBytes } from "./fault";
import { linkText } from "./link-conflicts";

/** Faults of links whose origin is missing, taken twice, or has messages that the follower refuses. */
export function originFaults(declared: Declared): string[] {
  return [
    ...declared.links.flatMap((link) => missingFaults(declared, link)),
    ...declared.streams.flatMap(twiceFaults),
    ...soundLinks(declared).flatMap(messageSizeFaults),
  ];
}

/** An origin in another account is not looked for: nothing is known of it. */
function missingFaults({ streams }: Declared, { follower, kind, origin, from }: ResolvedLink): string[] {
  if (from || origin.external) return [];
  const there = streams.filter(({ location }) => location === origin.location).map(({ name }) => name);
  const allowed = there.length > 0 ? there.join(", ") : "none, as no stream is declared in that location";
  return [
    fault(
      "L1",
      `${kind} of stream ${place(follower)} is '${origin.stream}' in '${origin.location}', which is not declared; ` +
        `allowed there: ${allowed}; correct the link or declare its origin`,
    ),
  ];
}

/** Servers take one origin several times where the filters differ; where these meet, what both take is stored twice. */
function twiceFaults(stream: StreamDeclaration): string[] {
  const { sources = [] } = stream;
  return sources.flatMap((one, i) => {
    const again = sources.slice(i + 1).some((other) => sameOrigin(one, other) && takesTheSame(one, other));
    const told = sources.slice(0, i).some((other) => sameOrigin(one, other));
    return again && !told
      ? [
          fault(
            "L4",
            `'sources' of stream ${place(stream)} has ${one.stream} in ${one.location} twice; ` +
              "allowed: each message of an origin taken once (10140); drop one, or narrow their filters",
          ),
        ]
      : [];
  });
}

type Source = DeclaredLink["origin"];

function sameOrigin(one: Source, other: Source): boolean {
  const prefix = ({ external }: Source) => external?.apiPrefix;
  return one.location === other.location && one.stream === other.stream && prefix(one) === prefix(other);
}

function takesTheSame(one: Source, other: Source): boolean {
  return taken(one).some((subject) => taken(other).some((another) => subjectsOverlap(subject, another)));
}

function taken({ filterSubject, subjectTransforms = [] }: Source): readonly string[] {
  return subjectTransforms.length > 0 ? subjectTransforms.map(({ source }) => source) : [filterSubject ?? ">"];
}

function messageSizeFaults(link: SoundLink): string[] {
  const { follower, from } = link;
  const limit = follower.maxMessageSize;
  if (limit === undefined || (from.maxMessageSize !== undefined && from.maxMessageSize <= limit)) return [];
  const there = from.maxMessageSize === undefined ? "has none" : `is ${inBytes(from.maxMessageSize)}`;
  return [
    fault(
      "L5",
      `'maxMessageSize' of stream ${place(follower)} is ${inBytes(limit)}, and that of its origin ${place(from)} ${there}; ` +
        `allowed: at least the origin's, as the ${linkText(link)} stops at a larger message; raise it or leave it out`,
    ),
  ];
}
