/** Faults of one link's own fields. Pure. */
import { externalApiPrefix } from "../origin";
import { subjectFormFault, subjectsOverlap } from "../subject";
import type { DeclaredLink } from "./declared";
import { place } from "./declared";
import { fault } from "./fault";
import { isStreamName } from "./places";
import type { RuleId } from "./rules";

/** Faults of a link, seen alone. */
export function linkConflictFaults(link: DeclaredLink): string[] {
  return [
    ...startFaults(link),
    ...filterFaults(link),
    ...transformOverlaps(link),
    ...consumerFaults(link),
    ...externalFaults(link),
  ];
}

/** A link as the texts name it. */
export function linkText({ kind, follower, origin }: DeclaredLink): string {
  return `${kind} of stream ${place(follower)} from '${origin.stream}' in '${origin.location}'`;
}

function startFaults(link: DeclaredLink): string[] {
  const { startSequence, startTime, consumer } = link.origin;
  const given = Object.entries({ startSequence, startTime, consumer: consumer?.name }).filter(
    ([, value]) => value !== undefined,
  );
  const isMoment =
    startTime === undefined || /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(startTime);
  return [
    ...(given.length > 1
      ? [
          fault(
            "K1",
            `${linkText(link)} has ${given.map(([field, value]) => `'${field}' ${value}`).join(" and ")}; ` +
              "allowed: one of them, as each says where the link begins; drop the others",
          ),
        ]
      : []),
    ...(isMoment && !Number.isNaN(Date.parse(startTime ?? "2026-01-01"))
      ? []
      : [
          fault(
            "K2",
            `'startTime' of ${linkText(link)} is '${startTime}'; allowed: RFC 3339, such as 2026-11-24T12:00:00Z; correct it`,
          ),
        ]),
  ];
}

function filterFaults(link: DeclaredLink): string[] {
  const { filterSubject, subjectTransforms = [], consumer } = link.origin;
  const others = [
    ...(subjectTransforms.length > 0 ? ["'subjectTransforms'"] : []),
    ...(consumer ? [`'consumer' ${consumer.name}`] : []),
  ];
  const malformed = [
    ...(filterSubject === undefined ? [] : [["filterSubject", filterSubject] as const]),
    ...subjectTransforms.map(({ source }) => ["subjectTransforms", source] as const),
  ].flatMap(([field, subject]) => {
    const reason = subjectFormFault(subject);
    return reason === undefined ? [] : [{ field, subject, reason }];
  });
  return [
    ...(filterSubject !== undefined && others.length > 0
      ? [
          fault(
            "K3",
            `${linkText(link)} has 'filterSubject' ${filterSubject} and ${others.join(" and ")}; ` +
              "allowed: one of them, as each says what is taken; drop the others",
          ),
        ]
      : []),
    ...malformed.map(({ field, subject, reason }) =>
      fault(
        "K4",
        `'${field}' of ${linkText(link)} has '${subject}': ${reason}; ` +
          "allowed: tokens joined by '.', each a word or '*', the last one also '>'; correct it",
      ),
    ),
  ];
}

function transformOverlaps(link: DeclaredLink): string[] {
  const sources = (link.origin.subjectTransforms ?? []).map(({ source }) => source);
  return sources.flatMap((one, i) =>
    sources
      .slice(i + 1)
      .filter((other) => subjectsOverlap(one, other))
      .map((other) =>
        fault(
          "K5",
          `'subjectTransforms' of ${linkText(link)} has '${one}' and '${other}', which catch the same messages; ` +
            "allowed: each message caught once; narrow one",
        ),
      ),
  );
}

function consumerFaults(link: DeclaredLink): string[] {
  const { consumer } = link.origin;
  if (!consumer) return [];
  const { name, deliverSubject } = consumer;
  const isLiteral = subjectFormFault(deliverSubject) === undefined && !/[*>]/.test(deliverSubject);
  const bad = (field: string, value: string, allowed: string) =>
    fault("K6", `'consumer.${field}' of ${linkText(link)} is '${value}'; allowed: ${allowed}; correct it`);
  return [
    ...(isStreamName(name)
      ? []
      : [bad("name", name, "a consumer's name, without whitespace, '.', '*', '>', '/', '\\'")]),
    ...(isLiteral ? [] : [bad("deliverSubject", deliverSubject, "a subject without wildcards")]),
  ];
}

function externalFaults(link: DeclaredLink): string[] {
  const { external, location } = link.origin;
  if (!external) return [];
  const rule: RuleId = "K7";
  const isPrefix = (prefix: string) => subjectFormFault(prefix) === undefined && !/[*>]/.test(prefix);
  const { apiPrefix, deliverPrefix } = external;
  const isOwnApi = apiPrefix === "$JS.API" || apiPrefix === externalApiPrefix(location);
  const text = (field: string, value: string, allowed: string) =>
    fault(rule, `'external.${field}' of ${linkText(link)} is '${value}'; allowed: ${allowed}; correct it`);
  return [
    ...(isPrefix(apiPrefix) && !isOwnApi
      ? []
      : [
          text(
            "apiPrefix",
            apiPrefix,
            "the subject under which another account's API is imported, without wildcards (10021); " +
              "without 'external' the origin is in this account",
          ),
        ]),
    ...(isPrefix(deliverPrefix) ? [] : [text("deliverPrefix", deliverPrefix, "a subject without wildcards (10024)")]),
  ];
}
