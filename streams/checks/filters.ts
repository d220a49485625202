/** Links and transforms that would take nothing, or less than they say. Pure. */
import type { SubjectTransform } from "../origin";
import type { StreamDeclaration } from "../stream-declaration";
import { subjectFormFault, subjectIsSubset, subjectsOverlap } from "../subject";
import type { Declared, SoundLink } from "./declared";
import { isKnownOlder, place, soundLinks, versionOf } from "./declared";
import { fault } from "./fault";
import { linkText } from "./link-conflicts";
import { arriving, held } from "./subject-flow";

/** Faults of filters that reach beyond their origin's subjects, and of transforms that nothing meets. */
export function filterFaults(declared: Declared): string[] {
  return [...soundLinks(declared).flatMap((link) => linkFilterFaults(declared, link)), ...transformFaults(declared)];
}

function linkFilterFaults(declared: Declared, link: SoundLink): string[] {
  const { filterSubject, subjectTransforms = [] } = link.origin;
  const subjects = held(declared, link.from);
  if (subjects === undefined) return [];
  const filters = [
    ...(filterSubject === undefined ? [] : [["filterSubject", filterSubject] as const]),
    ...subjectTransforms.map(({ source }) => ["subjectTransforms", source] as const),
  ];
  return filters
    .filter(([, filter]) => !subjects.some((subject) => subjectIsSubset(filter, subject)))
    .map(([field, filter]) =>
      fault(
        "L3",
        `'${field}' of ${linkText(link)} is '${filter}'; ` +
          `allowed: within one of the subjects that arrive there: ${subjects.join(", ")}; correct it`,
      ),
    );
}

function transformFaults(declared: Declared): string[] {
  return declared.streams.flatMap((stream) => {
    const { subjectTransform, republish } = stream;
    return [
      ...unmetFaults("subjectTransform", stream, subjectTransform, arriving(declared, stream)),
      ...unmetFaults("republish", stream, republish, held(declared, stream)),
      ...oldRepublishFaults(declared, stream),
    ];
  });
}

function unmetFaults(
  field: "subjectTransform" | "republish",
  stream: StreamDeclaration,
  transform: SubjectTransform | undefined,
  subjects: readonly string[] | undefined,
): string[] {
  if (!transform || !subjects || subjectFormFault(transform.source) !== undefined) return [];
  if (subjects.some((subject) => subjectsOverlap(subject, transform.source))) return [];
  return [
    fault(
      "L6",
      `'${field}' of stream ${place(stream)} is for '${transform.source}'; ` +
        `allowed: what meets a subject that arrives there: ${subjects.join(", ")}; correct it or drop it`,
    ),
  ];
}

/** Servers before 2.10 hold it against the stream's own subjects alone. */
function oldRepublishFaults(declared: Declared, stream: StreamDeclaration): string[] {
  const { republish, subjects = [], location } = stream;
  const isMet = !republish || subjects.some((subject) => subjectsOverlap(subject, republish.source));
  return isMet || !isKnownOlder(declared, location, "2.10.0")
    ? []
    : [
        fault(
          "V2",
          `'republish' of stream ${place(stream)} is for '${republish.source}', which meets none of its own 'subjects', and '${location}' runs ` +
            `${versionOf(declared, location)}; allowed: servers from 2.10.0 on (10052); leave it out, or upgrade them`,
        ),
      ];
}
