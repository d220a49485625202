/** Messages that would be stored twice: leafnodes join the account of all locations, so each stream that catches a subject stores it. Pure. */
import type { StreamDeclaration } from "../stream-declaration";
import { subjectsOverlap } from "../subject";
import type { Declared } from "./declared";
import { place } from "./declared";
import { fault } from "./fault";
import { destinationSubject } from "./subject-flow";

/** A subject, and a stream that stores what is published under it. */
interface Caught {
  readonly stream: StreamDeclaration;
  readonly subject: string;
}

/** Faults of subjects that are caught more than once. */
export function catchFaults({ streams }: Pick<Declared, "streams">): string[] {
  const caught = streams.flatMap((stream) => (stream.subjects ?? []).map((subject) => ({ stream, subject })));
  return [
    ...caught.flatMap((one, i) =>
      caught
        .slice(i + 1)
        .filter((other) => subjectsOverlap(one.subject, other.subject) && !areKeysApart(one, other))
        .map((other) =>
          fault(
            "S4",
            `'${one.subject}' of stream ${place(one.stream)} and '${other.subject}' of stream ${place(other.stream)} catch ` +
              "the same messages; allowed: each message stored once over all locations, which share one account; narrow one",
          ),
        ),
    ),
    ...streams.flatMap((stream) => republishFaults(stream, caught)),
  ];
}

/** Servers let no subject of a key-value bucket over a leafnode, so locations may have buckets of one name (2.9.19 to 2.15.2). */
function areKeysApart(one: Caught, other: Caught): boolean {
  const isKey = ({ subject }: Caught) => subject.startsWith("$KV.");
  return one.stream.location !== other.stream.location && isKey(one) && isKey(other);
}

/** A transform of a stream or of a source publishes nothing: what it makes is only stored. */
function republishFaults(stream: StreamDeclaration, caught: readonly Caught[]): string[] {
  const { republish } = stream;
  if (!republish) return [];
  const destination = destinationSubject(republish.destination);
  return caught
    .filter(({ subject }) => subjectsOverlap(destination, subject))
    .map((by) =>
      fault(
        "S5",
        `'republish' of stream ${place(stream)} publishes under '${republish.destination}', which '${by.subject}' of stream ` +
          `${place(by.stream)} catches; allowed: a destination that no stream catches, else ` +
          `${by.stream === stream ? "it takes its own messages for ever" : "each message is stored again"}; change the destination`,
      ),
    );
}
