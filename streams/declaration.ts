/** Faults of one declared stream, seen alone. Pure. */
import type { Origin, StreamDeclaration } from "./stream-config";
import { streamConfig } from "./stream-config";
import { subjectFault } from "./subject";

const maxNameLength = 255;

/** Every fault of a declaration at once, each with what is wrong, the value, what is allowed and the cure. */
export function declarationFaults(stream: StreamDeclaration): string[] {
  return [...nameFaults(stream), ...contentFaults(stream), ...sizeFaults(stream), ...windowFaults(stream)];
}

function place({ location, name }: StreamDeclaration): string {
  return `${location}/${name}`;
}

// The server never answers a request about a bad name (seen on 2.9.19 and 2.15.2), so it is found here.
function nameFaults({ location, name }: StreamDeclaration): string[] {
  return name.length <= maxNameLength && /^[^\s.*>/\\]+$/.test(name)
    ? []
    : [
        `'name' of a stream in '${location}' is '${name}'; allowed: 1 to ${maxNameLength} characters, ` +
          "without whitespace, '.', '*', '>', '/', '\\'; rename it",
      ];
}

function contentFaults(stream: StreamDeclaration): string[] {
  const { subjects = [], mirror, sources = [] } = stream;
  const faults: string[] = [];
  if (mirror && subjects.length > 0) {
    faults.push(
      `'mirror' and 'subjects' (${subjects.join(", ")}) exclude each other on stream ${place(stream)} (10034); drop one`,
    );
  }
  if (mirror && sources.length > 0) {
    const given = sources.map(originText).join(", ");
    faults.push(`'mirror' and 'sources' (${given}) exclude each other on stream ${place(stream)} (10031); drop one`);
  }
  if (!mirror && subjects.length === 0 && sources.length === 0) {
    faults.push(
      `stream ${place(stream)} has none of 'subjects', 'mirror', 'sources'; ` +
        "allowed: a mirror, or subjects and sources; without any the server makes up a subject; declare one",
    );
  }
  return [...faults, ...subjects.flatMap((subject) => subjectFaults(stream, subject)), ...sourceFaults(stream)];
}

function subjectFaults(stream: StreamDeclaration, subject: string): string[] {
  const reason = subjectFault(subject);
  return reason === undefined
    ? []
    : [
        `'subjects' of stream ${place(stream)} has '${subject}': ${reason}; ` +
          "allowed: tokens joined by '.', each a word or '*', the last one also '>'; correct it",
      ];
}

function sourceFaults(stream: StreamDeclaration): string[] {
  const sources = (stream.sources ?? []).map(originText);
  const twice = new Set(sources.filter((source, i) => sources.indexOf(source) !== i));
  return [...twice].map(
    (source) => `'sources' of stream ${place(stream)} has ${source} twice; allowed: each origin once (10140); drop one`,
  );
}

function originText({ location, stream }: Origin): string {
  return `${stream} in ${location}`;
}

function sizeFaults(stream: StreamDeclaration): string[] {
  const { replicas, maxAgeSeconds, maxBytes } = streamConfig(stream);
  return [
    ...([1, 3, 5].includes(replicas)
      ? []
      : [
          `'replicas' of stream ${place(stream)} is ${replicas}; allowed: 1, 3, 5, as a quorum needs an odd number; change it`,
        ]),
    ...Object.entries({ maxAgeSeconds, maxBytes })
      .filter(([, value]) => !(Number.isSafeInteger(value) && value > 0))
      .map(
        ([field, value]) =>
          `'${field}' of stream ${place(stream)} is ${value}; ` +
          "allowed: a whole number above 0, so that storage is bounded; declare it",
      ),
  ];
}

function windowFaults(stream: StreamDeclaration): string[] {
  const { duplicateWindowSeconds: seconds, maxAgeSeconds } = stream;
  if (seconds === undefined) return [];
  const fits = Number.isSafeInteger(seconds) && seconds > 0 && seconds <= maxAgeSeconds;
  return fits
    ? []
    : [
        `'duplicateWindowSeconds' of stream ${place(stream)} is ${seconds}; ` +
          `allowed: 1 to its 'maxAgeSeconds' of ${maxAgeSeconds} (10052); change one of them`,
      ];
}
