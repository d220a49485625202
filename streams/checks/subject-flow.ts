/** Which subjects pass a link, and which a stream holds by that. Where a mapping function hides what comes out, more is told than there is. Pure. */
import type { StreamLink, SubjectTransform } from "../origin";
import type { StreamDeclaration } from "../stream-declaration";
import { commonSubject } from "../subject";
import type { Declared } from "./declared";

/** What of the subjects passes a link, under the subjects that it then has. */
export function passing(link: StreamLink, subjects: readonly string[]): string[] {
  const { filterSubject, subjectTransforms = [] } = link;
  const passed =
    subjectTransforms.length > 0
      ? subjectTransforms.flatMap((transform) => transformed(transform, subjects))
      : subjects.flatMap((subject) => commonSubject(subject, filterSubject ?? ">") ?? []);
  return [...new Set(passed)].sort();
}

/** Subjects under which a stream stores what arrives under these. */
export function stored({ subjectTransform }: StreamDeclaration, arriving: readonly string[]): string[] {
  const rewritten = subjectTransform ? transformed(subjectTransform, arriving) : [];
  return [...new Set([...arriving, ...rewritten])].sort();
}

/** Subjects of what arrives at a stream; undefined where that is not known: an origin is undeclared, in another account, or on a cycle. */
export function arriving(
  declared: Pick<Declared, "links">,
  stream: StreamDeclaration,
  above: readonly StreamDeclaration[] = [],
): readonly string[] | undefined {
  if (above.includes(stream)) return undefined;
  const taken = declared.links
    .filter(({ follower }) => follower === stream)
    .map(({ from, origin }) => {
      const there = from && arriving(declared, from, [...above, stream]);
      return from && there && passing(origin, stored(from, there));
    });
  const known = taken.filter((subjects) => subjects !== undefined);
  return known.length < taken.length ? undefined : [...new Set([...(stream.subjects ?? []), ...known.flat()])];
}

/** Subjects that a stream holds; undefined where `arriving` is. */
export function held(declared: Pick<Declared, "links">, stream: StreamDeclaration): readonly string[] | undefined {
  const subjects = arriving(declared, stream);
  return subjects && stored(stream, subjects);
}

function transformed({ source, destination }: SubjectTransform, subjects: readonly string[]): string[] {
  const caught = subjects.flatMap((subject) => commonSubject(subject, source) ?? []);
  return caught.length === 0 ? [] : [destinationSubject(destination)];
}

/** A subject that catches whatever a destination may become. */
export function destinationSubject(destination: string): string {
  const one = /\{\{\s*(wildcard|partition)\b[^}]*\}\}|\$\d+/gi;
  const several = /\{\{[^}]*\}\}/g;
  const tokens = destination.replace(one, "*").replace(several, ">").split(".");
  const end = tokens.findIndex((token) => token.includes(">"));
  // A token that is a function in part, such as `p{{partition(3,1)}}`, is some token.
  const subject = (end < 0 ? tokens : [...tokens.slice(0, end), ">"]).map((token) =>
    token.includes("*") ? "*" : token,
  );
  return subject.join(".");
}
