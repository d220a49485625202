/** Random consumers that a server of a version takes, for the round trips. */
import fc from "fast-check";
import semver from "semver";
import type { ConsumerDeclaration, ConsumerOptions } from "../../streams/consumers/consumer-declaration";

const whole = (max: number) => fc.integer({ min: 1, max });
const halfSeconds = whole(200).map((halves) => halves / 2);
const moment = fc
  .date({ min: new Date("2025-01-01T00:00:00Z"), max: new Date("2026-01-01T00:00:00Z"), noInvalidDate: true })
  .map((date) => date.toISOString());
const filters = fc.uniqueArray(fc.constantFrom("s.a", "s.b", "s.c.*", "s.d.>"), { maxLength: 3 });
const optional = { requiredKeys: [] as [] };

/** What any consumer may have. */
const common = fc.record(
  {
    description: fc.stringMatching(/^[a-z][a-z ]{0,20}[a-z]$/),
    ackPolicy: fc.constantFrom("all", "explicit"),
    ackWaitSeconds: halfSeconds,
    filterSubjects: filters,
    replayPolicy: fc.constantFrom("instant", "original"),
    samplePercent: fc.integer({ min: 0, max: 100 }),
    maxAckPending: fc.oneof(fc.constant(-1), whole(5000)),
    headersOnly: fc.boolean(),
    inactiveThresholdSeconds: fc.integer({ min: 600, max: 5000 }), // the server deletes one that is idle for longer, by its name
    replicas: fc.constantFrom(1, 3),
    memoryStorage: fc.boolean(),
    metadata: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.stringMatching(/^[a-z]{0,8}$/), { maxKeys: 3 }),
  },
  optional,
);

const start = fc.oneof(
  fc.constant({}),
  fc.constant({ deliverPolicy: "new" as const }),
  whole(9).map((startSequence) => ({ startSequence })),
  moment.map((startTime) => ({ startTime })),
);

const deliveries = fc.oneof(
  fc.constant({}),
  whole(9).map((maxDeliver) => ({ maxDeliver })),
  fc.array(halfSeconds, { minLength: 1, maxLength: 4 }).map((backoffSeconds) => ({ backoffSeconds, maxDeliver: 9 })),
);

const pull = fc.record(
  {
    maxWaiting: whole(1000),
    maxRequestBatch: whole(1000),
    maxRequestExpiresSeconds: halfSeconds,
    maxRequestBytes: whole(100_000),
  },
  optional,
);

const push = fc.record(
  {
    deliverSubject: fc.constantFrom("to.one", "to.another"),
    deliverGroup: fc.constantFrom("g", "h"),
    idleHeartbeatSeconds: halfSeconds,
    flowControl: fc.boolean(),
    rateLimitBitsPerSecond: whole(1_000_000),
  },
  { requiredKeys: ["deliverSubject", "idleHeartbeatSeconds"] },
);

const priority = fc.oneof(
  fc.constant({}),
  fc.constant({ priorityPolicy: "overflow" as const, priorityGroups: ["one", "two"] }),
  whole(300).map((priorityTimeoutSeconds) => ({
    priorityPolicy: "pinned_client" as const,
    priorityGroups: ["one"],
    priorityTimeoutSeconds,
  })),
);

const kind: fc.Arbitrary<ConsumerOptions> = fc.oneof(
  fc.tuple(pull, priority).map(([one, other]) => ({ ...one, ...other })),
  push,
);

/** A consumer of stream `s` in the hub, of whatever options may stand together on the newest servers. */
export const anyConsumer: fc.Arbitrary<ConsumerDeclaration> = fc
  .tuple(common, start, deliveries, kind)
  .map(([options, from, most, ofKind]) => {
    const { ackWaitSeconds: _replaced, ...rest } = options;
    const shared = "backoffSeconds" in most ? rest : options;
    return { location: "hub", stream: "s", name: "any", ...shared, ...from, ...most, ...ofKind };
  });

/** The consumer without what servers of a version lack. */
export function soundConsumer(declaration: ConsumerDeclaration, serverVersion: string): ConsumerDeclaration {
  const { metadata, priorityPolicy, priorityGroups, priorityTimeoutSeconds, filterSubjects, startTime, ...rest } =
    declaration;
  const hasMany = semver.gte(serverVersion, "2.10.0");
  return {
    ...rest,
    ...(filterSubjects && { filterSubjects: hasMany ? filterSubjects : filterSubjects.slice(0, 1) }),
    ...(hasMany && metadata && { metadata }),
    ...(hasMany && startTime !== undefined && { startTime }),
    ...(semver.gte(serverVersion, "2.11.0") && {
      ...(priorityPolicy && { priorityPolicy }),
      ...(priorityGroups && { priorityGroups }),
      ...(priorityTimeoutSeconds !== undefined && { priorityTimeoutSeconds }),
    }),
  };
}
