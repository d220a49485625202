/** Faults of what a stream takes in and says of itself, seen alone. Pure. */
import type { SubjectTransform } from "../origin";
import type { StreamDeclaration } from "../stream-declaration";
import { subjectFault, subjectFormFault } from "../subject";
import { place } from "./declared";
import { fault } from "./fault";

const maxDescriptionLength = 4096;
const maxMetadataLength = 128 * 1024;

/** Faults of a stream's subjects, mirror and sources, and of its notes. */
export function contentFaults(stream: StreamDeclaration): string[] {
  const { subjects = [] } = stream;
  return [
    ...kindFaults(stream),
    ...subjects.flatMap((subject) => ownSubjectFaults(stream, subject)),
    ...rewritingFaults(stream),
    ...noteFaults(stream),
  ];
}

function kindFaults(stream: StreamDeclaration): string[] {
  const { subjects = [], mirror, sources = [] } = stream;
  const exclusive = (field: string, given: readonly string[], errCode: number) =>
    mirror && given.length > 0
      ? [
          fault(
            "S1",
            `'mirror' and '${field}' (${given.join(", ")}) exclude each other on stream ${place(stream)} (${errCode}); drop one`,
          ),
        ]
      : [];
  const origins = sources.map(({ location, stream: name }) => `${name} in ${location}`);
  const isEmpty = !mirror && subjects.length === 0 && sources.length === 0;
  return [
    ...exclusive("subjects", subjects, 10034),
    ...exclusive("sources", origins, 10031),
    ...(isEmpty
      ? [
          fault(
            "S2",
            `stream ${place(stream)} has none of 'subjects', 'mirror', 'sources'; ` +
              "allowed: a mirror, or subjects and sources; without any the server makes up a subject; declare one",
          ),
        ]
      : []),
  ];
}

function ownSubjectFaults(stream: StreamDeclaration, subject: string): string[] {
  const reason = subjectFault(subject);
  return reason === undefined ? [] : [malformed(stream, "'subjects'", subject, reason)];
}

function rewritingFaults(stream: StreamDeclaration): string[] {
  const { subjectTransform, republish } = stream;
  return Object.entries({ subjectTransform, republish }).flatMap(([field, transform]) =>
    transform ? transformFaults(stream, field, transform) : [],
  );
}

function transformFaults(stream: StreamDeclaration, field: string, transform: SubjectTransform): string[] {
  const reason = subjectFormFault(transform.source);
  return [
    ...(reason === undefined ? [] : [malformed(stream, `'${field}.source'`, transform.source, reason)]),
    ...(/^\S+$/.test(transform.destination)
      ? []
      : [malformed(stream, `'${field}.destination'`, transform.destination, "it is empty or holds whitespace")]),
  ];
}

function malformed(stream: StreamDeclaration, field: string, subject: string, reason: string): string {
  return fault(
    "S3",
    `${field} of stream ${place(stream)} has '${subject}': ${reason}; ` +
      "allowed: tokens joined by '.', each a word or '*', the last one also '>'; correct it",
  );
}

function noteFaults(stream: StreamDeclaration): string[] {
  const { description = "", metadata = {} } = stream;
  const taken = Object.keys(metadata).filter((key) => /^(_nats\.|cinema-jetstream\.)/.test(key));
  const length = Object.entries(metadata).reduce((sum, [key, value]) => sum + bytesOf(key) + bytesOf(value), 0);
  const tooLong = (field: string, found: number, allowed: number) =>
    found <= allowed
      ? []
      : [
          fault(
            "S7",
            `'${field}' of stream ${place(stream)} is ${found} bytes long; allowed: ${allowed} (10052); shorten it`,
          ),
        ];
  return [
    ...taken.map((key) =>
      fault(
        "S6",
        `'metadata' of stream ${place(stream)} has the key '${key}'; ` +
          "allowed: none that begins with '_nats.' or 'cinema-jetstream.', which the servers and this project write; rename it",
      ),
    ),
    ...tooLong("description", bytesOf(description), maxDescriptionLength),
    ...tooLong("metadata", length, maxMetadataLength),
  ];
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
