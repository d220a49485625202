/** Options of a consumer that exclude or need each other: servers refuse them, or pass over one in silence. Pure. */
import semver from "semver";
import { fault } from "../checks/fault";
import type { RuleId } from "../checks/rules";
import { consumerPlace } from "./consumer-config";
import type { ConsumerDeclaration, ConsumerOptions } from "./consumer-declaration";
import { subjectIsSubset, subjectsOverlap } from "../subject";

const pullOnly = [
  "maxWaiting",
  "maxRequestBatch",
  "maxRequestExpiresSeconds",
  "maxRequestBytes",
  "priorityPolicy",
  "priorityGroups",
  "priorityTimeoutSeconds",
] as const satisfies readonly (keyof ConsumerOptions)[];

const pushOnly = [
  "deliverGroup",
  "flowControl",
  "idleHeartbeatSeconds",
  "rateLimitBitsPerSecond",
] as const satisfies readonly (keyof ConsumerOptions)[];

/** Every fault of options that do not go together. */
export function exclusionFaults(consumer: ConsumerDeclaration, serverVersion?: string): string[] {
  return [
    ...kindFaults(consumer),
    ...startFaults(consumer, serverVersion),
    ...backoffFaults(consumer, serverVersion),
    ...filterFaults(consumer, serverVersion),
    ...(consumer.ackPolicy === "flow_control" ? flowControlAckFaults(consumer) : pushFaults(consumer)),
    ...priorityFaults(consumer),
  ];
}

function conflict(rule: RuleId, consumer: ConsumerDeclaration, what: string, allowed: string, cure: string): string {
  return fault(rule, `${what} of consumer ${consumerPlace(consumer)}; allowed: ${allowed}; ${cure}`);
}

function kindFaults(consumer: ConsumerDeclaration): string[] {
  const isPush = consumer.deliverSubject !== undefined;
  return (isPush ? pullOnly : pushOnly)
    .filter((option) => consumer[option] !== undefined)
    .map((option) =>
      isPush
        ? conflict(
            "U16",
            consumer,
            `'${option}' and 'deliverSubject' exclude each other`,
            "one of them, as only a pulled consumer has the first",
            "drop one",
          )
        : conflict(
            "U16",
            consumer,
            `'${option}' has no 'deliverSubject' beside it`,
            "both, as only a pushed consumer has the first",
            "drop it or declare a subject",
          ),
    );
}

function startFaults(consumer: ConsumerDeclaration, serverVersion = "999.0.0"): string[] {
  const { deliverPolicy, startSequence, startTime, filterSubjects = [] } = consumer;
  const given = Object.entries({ deliverPolicy, startSequence, startTime }).filter(([, value]) => value !== undefined);
  const names = given.map(([option]) => `'${option}'`).join(" and ");
  return [
    ...(given.length > 1
      ? [conflict("U17", consumer, `${names} exclude each other`, "one start (10094)", "drop the others")]
      : []),
    ...(startTime !== undefined && semver.lt(serverVersion, "2.10.0")
      ? [
          conflict(
            "U18",
            consumer,
            `'startTime' is declared for nats-server ${serverVersion}`,
            "servers from 2.10.0 on, as older ones refuse every later change of such a consumer, that of its owner too (10012)",
            "declare 'startSequence', or upgrade the location",
          ),
        ]
      : []),
    ...(deliverPolicy === "last_per_subject" && filterSubjects.length === 0
      ? [
          conflict(
            "U17",
            consumer,
            "'deliverPolicy' is 'last_per_subject' without 'filterSubjects'",
            "both (10094)",
            "declare the subjects, such as those of the stream",
          ),
        ]
      : []),
  ];
}

function backoffFaults(consumer: ConsumerDeclaration, serverVersion = "999.0.0"): string[] {
  const { backoffSeconds = [], ackWaitSeconds, maxDeliver = Infinity } = consumer;
  if (backoffSeconds.length === 0) return [];
  const isOld = semver.lt(serverVersion, "2.10.0");
  const fits = isOld
    ? maxDeliver > backoffSeconds.length && maxDeliver < Infinity
    : maxDeliver >= backoffSeconds.length;
  return [
    ...(ackWaitSeconds === undefined
      ? []
      : [
          conflict(
            "U19",
            consumer,
            "'ackWaitSeconds' and 'backoffSeconds' exclude each other",
            "one of them, as the first of 'backoffSeconds' is the wait",
            "drop one",
          ),
        ]),
    ...(fits
      ? []
      : [
          conflict(
            "U19",
            consumer,
            `'maxDeliver' is ${maxDeliver < Infinity ? maxDeliver : "left out"} beside ${backoffSeconds.length} 'backoffSeconds'`,
            isOld
              ? `above ${backoffSeconds.length} on nats-server ${serverVersion} (10116)`
              : `at least ${backoffSeconds.length}, or none (10116)`,
            "change one of them",
          ),
        ]),
  ];
}

function filterFaults(consumer: ConsumerDeclaration, serverVersion = "999.0.0"): string[] {
  const { filterSubjects = [] } = consumer;
  const collide = semver.lt(serverVersion, "2.12.5")
    ? subjectsOverlap
    : (one: string, other: string) => subjectIsSubset(one, other) || subjectIsSubset(other, one);
  return filterSubjects.flatMap((one, i) =>
    filterSubjects
      .slice(i + 1)
      .filter((other) => collide(one, other))
      .map((other) =>
        conflict(
          "U20",
          consumer,
          `'${one}' and '${other}' in 'filterSubjects' catch the same messages`,
          "each message once (10138)",
          "narrow or drop one",
        ),
      ),
  );
}

function pushFaults(consumer: ConsumerDeclaration): string[] {
  const { deliverSubject, flowControl, idleHeartbeatSeconds, ackPolicy, maxAckPending } = consumer;
  if (deliverSubject === undefined) return [];
  return [
    ...(flowControl && idleHeartbeatSeconds === undefined
      ? [
          conflict(
            "U21",
            consumer,
            "'flowControl' has no 'idleHeartbeatSeconds' beside it",
            "both (10108)",
            "declare a heartbeat",
          ),
        ]
      : []),
    ...(ackPolicy === "none" && (maxAckPending ?? 0) > 0
      ? [
          conflict(
            "U21",
            consumer,
            "'maxAckPending' and 'ackPolicy' none exclude each other",
            "one of them (10082)",
            "drop one",
          ),
        ]
      : []),
  ];
}

function flowControlAckFaults(consumer: ConsumerDeclaration): string[] {
  const { deliverSubject, maxAckPending = 0, flowControl = true, idleHeartbeatSeconds = 1 } = consumer;
  const { ackWaitSeconds, backoffSeconds, maxDeliver } = consumer;
  const needs: readonly (readonly [isMet: boolean, what: string, cure: string])[] = [
    [deliverSubject !== undefined, "a 'deliverSubject' (10218)", "declare it"],
    [maxAckPending > 0, "a 'maxAckPending' above 0", "declare it"],
    [
      flowControl && idleHeartbeatSeconds === 1,
      "'flowControl' and a heartbeat of 1 s, which servers set by themselves",
      "leave both out",
    ],
    [
      ackWaitSeconds === undefined && backoffSeconds === undefined,
      "neither 'ackWaitSeconds' nor 'backoffSeconds' (10221)",
      "drop them",
    ],
    [maxDeliver === undefined, "no 'maxDeliver' (10222)", "drop it"],
  ];
  return needs
    .filter(([isMet]) => !isMet)
    .map(([, what, cure]) => conflict("U22", consumer, "'ackPolicy' is 'flow_control'", `that with ${what}`, cure));
}

function priorityFaults(consumer: ConsumerDeclaration): string[] {
  const { priorityPolicy = "none", priorityGroups = [], priorityTimeoutSeconds } = consumer;
  const isNone = priorityPolicy === "none";
  const misfits: readonly (readonly [isSo: boolean, what: string, allowed: string, cure: string])[] = [
    [
      !isNone && priorityGroups.length === 0,
      `'priorityPolicy' is '${priorityPolicy}' without 'priorityGroups'`,
      "both (10159)",
      "name a group",
    ],
    [
      isNone && priorityGroups.length > 0,
      "'priorityGroups' have no 'priorityPolicy' beside them",
      "both (10196)",
      "declare a policy",
    ],
    [
      priorityPolicy !== "pinned_client" && priorityTimeoutSeconds !== undefined,
      "'priorityTimeoutSeconds' has no 'priorityPolicy' of 'pinned_client' beside it",
      `both, as only a pinned client can be silent too long${isNone ? " (10197)" : ""}`,
      "drop it",
    ],
  ];
  return [
    ...misfits.filter(([isSo]) => isSo).map(([, ...texts]) => conflict("U23", consumer, ...texts)),
    ...priorityGroups
      .filter((group) => !/^[a-zA-Z0-9/_=-]{1,16}$/.test(group))
      .map((group) => nameFault(consumer, group)),
  ];
}

function nameFault(consumer: ConsumerDeclaration, group: string): string {
  const allowed = "1 to 16 characters of A-Z a-z 0-9 - _ / = (10162)";
  return conflict("U23", consumer, `'${group}' is in 'priorityGroups'`, allowed, "rename it");
}
