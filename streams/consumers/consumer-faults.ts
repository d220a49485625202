/** Faults of the declared consumers, all found before anything is touched. Pure. */
import type { Declared } from "../checks/declared";
import { versionOf } from "../checks/declared";
import { fault } from "../checks/fault";
import { held } from "../checks/subject-flow";
import { consumerConfig, consumerPlace } from "./consumer-config";
import type { ConsumerDeclaration } from "./consumer-declaration";
import { consumerOptionFaults } from "./consumer-option-faults";
import { streamConfig } from "../stream-config";
import type { StreamDeclaration } from "../stream-declaration";
import { subjectIsSubset, subjectsOverlap } from "../subject";

/** What is known of the streams and locations. */
type Known = Pick<Declared, "streams" | "links" | "locations">;

/** Every fault of the consumers at once, each with what is wrong, the value, what is allowed and the cure. */
export function consumerFaults(consumers: readonly ConsumerDeclaration[], declared: Known): string[] {
  return [
    ...consumers.flatMap((each) => consumerOptionFaults(each, versionOf(declared, each.location))),
    ...twiceFaults(consumers),
    ...consumers.flatMap((each) => placeFaults(declared, each)),
    ...declared.streams.flatMap((stream) => ofStream(declared, stream, consumers)),
  ];
}

function twiceFaults(consumers: readonly ConsumerDeclaration[]): string[] {
  const places = consumers.map(consumerPlace);
  const twice = new Set(places.filter((place, i) => places.indexOf(place) !== i));
  return [...twice].map((place) =>
    fault(
      "U1",
      `consumer ${place} is declared twice; allowed: one declaration for each name of a stream; drop or rename one`,
    ),
  );
}

function placeFaults({ streams }: Known, consumer: ConsumerDeclaration): string[] {
  const { location, stream, name } = consumer;
  if (streams.some((each) => isOf(each, consumer))) return [];
  const there = streams.filter((each) => each.location === location).map((each) => each.name);
  const allowed = there.length > 0 ? there.join(", ") : "none, as no stream is declared in that location";
  return [
    fault(
      "U2",
      `'stream' of consumer '${name}' is '${stream}' in '${location}', which is not declared; ` +
        `allowed there: ${allowed}; correct it or declare the stream`,
    ),
  ];
}

function isOf({ location, name }: StreamDeclaration, consumer: ConsumerDeclaration): boolean {
  return location === consumer.location && name === consumer.stream;
}

function ofStream(declared: Known, stream: StreamDeclaration, all: readonly ConsumerDeclaration[]): string[] {
  const consumers = all.filter((each) => isOf(stream, each));
  const { maxConsumers = Infinity } = stream;
  return [
    ...consumers.flatMap((each) => [
      ...filterFaults(declared, stream, each),
      ...cycleFaults(stream, each),
      ...replicaFaults(stream, each),
      ...limitFaults(stream, each),
      ...(stream.retention === "workqueue" ? queueFaults(each) : []),
    ]),
    ...(stream.retention === "workqueue" ? sharingFaults(consumers) : []),
    ...(consumers.length > maxConsumers
      ? [
          fault(
            "U9",
            `stream ${stream.location}/${stream.name} has ${consumers.length} declared consumers; ` +
              `allowed: its 'maxConsumers' of ${maxConsumers} (10026); raise it or drop some`,
          ),
        ]
      : []),
  ];
}

function filterFaults(declared: Known, stream: StreamDeclaration, consumer: ConsumerDeclaration): string[] {
  const subjects = held(declared, stream);
  if (!subjects) return [];
  return (consumer.filterSubjects ?? [])
    .filter((filter) => !subjects.some((subject) => subjectIsSubset(filter, subject)))
    .map((filter) =>
      fault(
        "U3",
        `'filterSubjects' of consumer ${consumerPlace(consumer)} has '${filter}'; allowed: within a subject of its stream: ` +
          `${subjects.join(", ")} (10093); correct it`,
      ),
    );
}

function cycleFaults({ subjects = [] }: StreamDeclaration, consumer: ConsumerDeclaration): string[] {
  const { deliverSubject } = consumer;
  if (deliverSubject === undefined) return [];
  return subjects
    .filter((subject) => subjectsOverlap(subject, deliverSubject))
    .map((subject) =>
      fault(
        "U4",
        `'deliverSubject' of consumer ${consumerPlace(consumer)} is '${deliverSubject}', which its stream stores by '${subject}'; ` +
          "allowed: a subject that it does not store, else it delivers for ever (10081); change it",
      ),
    );
}

function replicaFaults(stream: StreamDeclaration, consumer: ConsumerDeclaration): string[] {
  const { replicas: most, retention } = streamConfig(stream);
  const { replicas = most } = consumer;
  if (retention === "limits" ? replicas <= most : replicas === most) return [];
  const allowed =
    retention === "limits"
      ? `at most the ${most} of its stream (10126); lower it`
      : `the ${most} of its stream, which is of '${retention}' (10134); leave it out`;
  return [fault("U5", `'replicas' of consumer ${consumerPlace(consumer)} is ${replicas}; allowed: ${allowed}`)];
}

function limitFaults({ consumerLimits = {} }: StreamDeclaration, consumer: ConsumerDeclaration): string[] {
  const codes = { maxAckPending: 10121, inactiveThresholdSeconds: 10153 } as const;
  return (["maxAckPending", "inactiveThresholdSeconds"] as const)
    .filter((option) => (consumer[option] ?? 0) > (consumerLimits[option] ?? Infinity))
    .map((option) =>
      fault(
        "U6",
        `'${option}' of consumer ${consumerPlace(consumer)} is ${consumer[option]}; ` +
          `allowed: at most the ${consumerLimits[option]} of its stream's 'consumerLimits' (${codes[option]}); lower it`,
      ),
    );
}

function queueFaults(consumer: ConsumerDeclaration): string[] {
  const { ackPolicy, deliverPolicy } = consumerConfig(consumer);
  const place = consumerPlace(consumer);
  const code = ackPolicy === "none" ? 10084 : 10098;
  return [
    ...(ackPolicy === "explicit" || ackPolicy === "flow_control"
      ? []
      : [
          fault(
            "U7",
            `'ackPolicy' of consumer ${place} is '${ackPolicy}'; allowed: explicit or flow_control, as its stream is of 'workqueue' ` +
              `(${code}); change it`,
          ),
        ]),
    ...(deliverPolicy === "all"
      ? []
      : [
          fault(
            "U7",
            `the first message of consumer ${place} is '${deliverPolicy}'; allowed: all, as its stream is of 'workqueue' (10101); ` +
              "leave out 'deliverPolicy', 'startSequence' and 'startTime'",
          ),
        ]),
  ];
}

function sharingFaults(consumers: readonly ConsumerDeclaration[]): string[] {
  const filters = ({ filterSubjects = [] }: ConsumerDeclaration) =>
    filterSubjects.length > 0 ? filterSubjects : [">"];
  return consumers.flatMap((one, i) =>
    consumers.slice(i + 1).flatMap((other) =>
      filters(one).flatMap((filter) =>
        filters(other)
          .filter((its) => subjectsOverlap(filter, its))
          .map((its) =>
            fault(
              "U8",
              `'${filter}' of consumer ${consumerPlace(one)} and '${its}' of consumer ${consumerPlace(other)} catch the same messages; ` +
                "allowed: each message for one consumer, as the stream is of 'workqueue' (10099, 10100); narrow one by 'filterSubjects'",
            ),
          ),
      ),
    ),
  );
}
