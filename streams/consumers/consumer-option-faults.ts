/** Faults of one declared consumer, seen alone, and of what the servers of its location do not have. Pure. */
import semver from "semver";
import { fault } from "../checks/fault";
import type { RuleId } from "../checks/rules";
import { consumerPlace } from "./consumer-config";
import type { ConsumerDeclaration, ConsumerOptions } from "./consumer-declaration";
import { exclusionFaults } from "./consumer-exclusions";
import { ownMetadata } from "../spelling";
import { subjectFormFault } from "../subject";

const maxNameLength = 255;

/**
 * Every fault of a consumer at once, each with what is wrong, the value, what is allowed and the cure.
 *
 * @param serverVersion undefined where it is not known, as in a preview before the location is up
 */
export function consumerOptionFaults(consumer: ConsumerDeclaration, serverVersion?: string): string[] {
  return [
    ...nameFaults(consumer),
    ...numberFaults(consumer),
    ...momentFaults(consumer),
    ...subjectFaults(consumer),
    ...noteFaults(consumer),
    ...exclusionFaults(consumer, serverVersion),
    ...(serverVersion === undefined ? [] : sinceFaults(consumer, serverVersion)),
  ];
}

/** What is wrong with an option of a consumer. */
function optionFault(
  rule: RuleId,
  consumer: ConsumerDeclaration,
  option: string,
  given: unknown,
  allowed: string,
  cure = "correct it",
): string {
  const value = typeof given === "string" ? `'${given}'` : JSON.stringify(given);
  return fault(rule, `'${option}' of consumer ${consumerPlace(consumer)} is ${value}; allowed: ${allowed}; ${cure}`);
}

function nameFaults(consumer: ConsumerDeclaration): string[] {
  const { location, stream, name } = consumer;
  return name.length <= maxNameLength && /^[^\s.*>/\\]+$/.test(name)
    ? []
    : [
        fault(
          "U10",
          `'name' of a consumer of ${location}/${stream} is '${name}'; allowed: 1 to ${maxNameLength} characters, ` +
            "without whitespace, '.', '*', '>', '/', '\\'; rename it",
        ),
      ];
}

interface Range {
  readonly allowed: string;
  readonly fits: (value: number) => boolean;
}

const whole: Range = { allowed: "a whole number above 0", fits: (value) => Number.isSafeInteger(value) && value > 0 };
const duration: Range = {
  allowed: "a number of seconds above 0",
  fits: (value) => Number.isFinite(value) && value > 0,
};

type NumberOption = {
  [Option in keyof ConsumerOptions]-?: NonNullable<ConsumerOptions[Option]> extends number ? Option : never;
}[keyof ConsumerOptions];

const ranges: Readonly<Record<NumberOption, Range>> = {
  startSequence: whole,
  ackWaitSeconds: duration,
  maxDeliver: whole,
  samplePercent: {
    allowed: "a whole number from 0 to 100",
    fits: (value) => Number.isInteger(value) && value >= 0 && value <= 100,
  },
  maxAckPending: {
    allowed: "a whole number above 0, or -1 for no limit",
    fits: (value) => value === -1 || whole.fits(value),
  },
  maxWaiting: whole,
  maxRequestBatch: whole,
  maxRequestExpiresSeconds: { allowed: "at least 0.001 (10115)", fits: (value) => value >= 0.001 },
  maxRequestBytes: whole,
  inactiveThresholdSeconds: duration,
  replicas: whole,
  idleHeartbeatSeconds: { allowed: "at least 0.1 (10083)", fits: (value) => value >= 0.1 },
  rateLimitBitsPerSecond: whole,
  priorityTimeoutSeconds: duration,
};

function numberFaults(consumer: ConsumerDeclaration): string[] {
  const single = (Object.keys(ranges) as NumberOption[]).flatMap((option) => {
    const value = consumer[option];
    const { allowed, fits } = ranges[option];
    return value === undefined || fits(value) ? [] : [optionFault("U11", consumer, option, value, allowed)];
  });
  const { backoffSeconds = [] } = consumer;
  const backoff = backoffSeconds.every(duration.fits)
    ? []
    : [optionFault("U11", consumer, "backoffSeconds", backoffSeconds, "numbers of seconds above 0 (10184)")];
  return [...single, ...backoff];
}

function momentFaults(consumer: ConsumerDeclaration): string[] {
  return (["startTime", "pauseUntil"] as const).flatMap((option) => {
    const value = consumer[option];
    const isMoment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value ?? "");
    return value === undefined || (isMoment && !Number.isNaN(Date.parse(value)))
      ? []
      : [optionFault("U12", consumer, option, value, "a moment after RFC 3339, such as 2026-11-24T12:00:00Z")];
  });
}

function subjectFaults(consumer: ConsumerDeclaration): string[] {
  const { filterSubjects = [], deliverSubject } = consumer;
  const form = "tokens joined by '.', each a word";
  const filters = filterSubjects.flatMap((filter) => {
    const reason = subjectFormFault(filter);
    return reason === undefined
      ? []
      : [
          optionFault(
            "U13",
            consumer,
            "filterSubjects",
            filter,
            `${form} or '*', the last one also '>', but ${reason}`,
          ),
        ];
  });
  if (deliverSubject === undefined) return filters;
  const reason =
    subjectFormFault(deliverSubject) ?? (/[*>]/.test(deliverSubject) ? "it has wildcards (10079)" : undefined);
  return [
    ...filters,
    ...(reason === undefined
      ? []
      : [optionFault("U13", consumer, "deliverSubject", deliverSubject, `${form}, but ${reason}`)]),
  ];
}

function noteFaults(consumer: ConsumerDeclaration): string[] {
  return Object.keys(consumer.metadata ?? {})
    .filter((key) => ownMetadata.test(key))
    .map((key) =>
      optionFault(
        "U14",
        consumer,
        "metadata",
        key,
        "no key that begins with '_nats.' or 'cinema-jetstream.', which the servers and this project write",
        "rename it",
      ),
    );
}

function sinceFaults(consumer: ConsumerDeclaration, serverVersion: string): string[] {
  const { filterSubjects = [], metadata, pauseUntil, priorityPolicy, ackPolicy } = consumer;
  const { priorityGroups, priorityTimeoutSeconds } = consumer;
  const needs: readonly (readonly [option: string, given: unknown, since: string])[] = [
    ["filterSubjects", filterSubjects.length > 1 ? filterSubjects : undefined, "2.10.0"],
    ["metadata", metadata, "2.10.0"],
    ["pauseUntil", pauseUntil, "2.11.0"],
    [
      "priorityPolicy",
      priorityPolicy === "none" ? undefined : priorityPolicy,
      priorityPolicy === "prioritized" ? "2.12.0" : "2.11.0",
    ],
    ["priorityGroups", priorityGroups, "2.11.0"],
    ["priorityTimeoutSeconds", priorityTimeoutSeconds, "2.11.0"],
    ["ackPolicy", ackPolicy === "flow_control" ? ackPolicy : undefined, "2.14.0"],
  ];
  return needs
    .filter(([, given, since]) => given !== undefined && semver.lt(serverVersion, since))
    .map(([option, given, since]) =>
      optionFault(
        "U15",
        consumer,
        option,
        given,
        `nothing of the kind on nats-server ${serverVersion}, as it came with ${since}`,
        "upgrade the location or leave it out",
      ),
    );
}
