/** Options of one stream that exclude each other: most of them refused by servers that know both (measured on 2.9.19 to 2.15.2). Pure. */
import type { StreamConfig } from "../stream-config";
import { streamConfig } from "../stream-config";
import type { StreamDeclaration } from "../stream-declaration";
import { place } from "./declared";
import { fault } from "./fault";
import type { Rule } from "./rule";

type Field = keyof StreamConfig;

/** A combination that is a fault. */
interface Conflict extends Omit<Rule, "rule"> {
  /** The fields, whose values are shown. */
  readonly fields: readonly Field[];
  readonly allowed: string;
  readonly cure: string;
  readonly when: (config: StreamConfig) => boolean;
}

const refused = (errCode: number, since: string) => `refused with ${errCode} by ${since} and newer`;
const needsRollup = ({ deleteMarkerTtlSeconds, allowSchedules }: StreamConfig) =>
  deleteMarkerTtlSeconds !== undefined || allowSchedules === true;

/** All of them, by the id of their rule. */
export const conflicts = {
  C1: {
    fields: ["allowCounters", "discard"],
    when: ({ allowCounters, discard }) => allowCounters === true && discard === "new",
    allowed: "counters with 'discard' old, which is new where it is left out",
    cure: "declare 'discard' old",
    reason: "A counter's last message holds its sum; the server lets a full stream lose older ones only.",
    evidence: refused(10052, "2.12"),
    test: "counters that refuse when full",
  },
  C2: {
    fields: ["allowCounters", "allowMessageTtl", "deleteMarkerTtlSeconds"],
    when: ({ allowCounters, allowMessageTtl, deleteMarkerTtlSeconds }) =>
      allowCounters === true && (allowMessageTtl === true || deleteMarkerTtlSeconds !== undefined),
    allowed: "counters without ages of single messages and without markers, which bring those",
    cure: "drop one",
    reason: "A sum must not age out. With markers a create is accepted, and every later update refused.",
    evidence: `${refused(10052, "2.12")}; markers: source of 2.15.2`,
    test: "counters with delete markers",
  },
  C3: {
    fields: ["allowCounters", "allowSchedules"],
    when: ({ allowCounters, allowSchedules }) => allowCounters === true && allowSchedules === true,
    allowed: "one of the two",
    cure: "drop one",
    reason: "The server has no schedule of a counter.",
    evidence: refused(10052, "2.12"),
    test: "counters with schedules",
  },
  C4: {
    fields: ["allowCounters", "retention"],
    when: ({ allowCounters, retention }) => allowCounters === true && retention !== "limits",
    allowed: "counters with 'retention' limits",
    cure: "drop one",
    reason: "A consumed message would take its sum along.",
    evidence: refused(10052, "2.12"),
    test: "counters that go when consumed",
  },
  C5: {
    fields: ["discardNewPerSubject", "discard"],
    when: ({ discardNewPerSubject, discard }) => discardNewPerSubject === true && discard !== "new",
    allowed: "'discardNewPerSubject' with 'discard' new",
    cure: "leave out 'discard'",
    reason: "A subject cannot refuse where the stream loses its oldest.",
    evidence: refused(10052, "2.9"),
    test: "a subject that refuses in a stream that does not",
  },
  C6: {
    fields: ["discardNewPerSubject", "maxMessagesPerSubject"],
    when: ({ discardNewPerSubject, maxMessagesPerSubject }) =>
      discardNewPerSubject === true && maxMessagesPerSubject === undefined,
    allowed: "'discardNewPerSubject' with 'maxMessagesPerSubject'",
    cure: "declare that number",
    reason: "Without a number no subject is ever full.",
    evidence: refused(10052, "2.9"),
    test: "a subject that refuses, but is never full",
  },
  C7: {
    fields: ["allowSchedules", "discard"],
    when: ({ allowSchedules, discard }) => allowSchedules === true && discard === "new",
    allowed: "schedules with 'discard' old, which is new where it is left out",
    cure: "declare 'discard' old",
    reason: "A schedule is replaced by what it delivers, which a full stream would refuse.",
    evidence: refused(10052, "2.12"),
    test: "schedules that refuse when full",
  },
  C8: {
    fields: ["allowSchedules", "mirror", "sources"],
    when: ({ allowSchedules, mirror, sources }) =>
      allowSchedules === true && (mirror !== undefined || sources.length > 0),
    allowed: "schedules on a stream without links",
    cure: "drop one",
    reason: "Origin and follower would both deliver.",
    evidence: "refused with 10186 (mirror) and 10187 (sources) by 2.12 and newer",
    test: "schedules on an aggregate",
  },
  C9: {
    fields: ["denyPurge", "allowRollup", "deleteMarkerTtlSeconds", "allowSchedules"],
    when: (config) => config.denyPurge === true && (config.allowRollup === true || needsRollup(config)),
    allowed: "'denyPurge' on a stream without roll-ups, delete markers and schedules",
    cure: "drop one",
    reason: "A roll-up purges. Where markers or schedules bring it, servers drop 'denyPurge' in silence.",
    evidence: `${refused(10052, "2.9")}; dropped in silence by 2.11 (markers) and 2.12 (schedules)`,
    test: "markers where nobody may purge",
  },
  C10: {
    fields: ["allowRollup", "deleteMarkerTtlSeconds", "allowSchedules"],
    when: (config) => config.allowRollup === false && needsRollup(config),
    allowed: "'allowRollup' left out or true beside delete markers or schedules, which need it",
    cure: "leave it out",
    reason: "The server turns it on; the stream would never be as declared.",
    evidence: "turned on by 2.11 (markers) and 2.12 (schedules)",
    test: "markers without roll-ups",
  },
  C11: {
    fields: ["allowMessageTtl", "deleteMarkerTtlSeconds"],
    when: ({ allowMessageTtl, deleteMarkerTtlSeconds }) =>
      allowMessageTtl === false && deleteMarkerTtlSeconds !== undefined,
    allowed: "'allowMessageTtl' left out or true beside delete markers, which need it",
    cure: "leave it out",
    reason: "The server turns it on; the stream would never be as declared.",
    evidence: "turned on by 2.11",
    test: "markers without ages of single messages",
  },
  C12: {
    fields: ["mirror", "firstSequence"],
    when: ({ mirror, firstSequence }) => mirror !== undefined && firstSequence !== undefined,
    allowed: "'firstSequence' on a stream that is no mirror",
    cure: "drop it",
    reason: "A mirror has its origin's sequences.",
    evidence: refused(10143, "2.10"),
    test: "a mirror with a first sequence",
  },
  C13: {
    fields: ["mirror", "allowCounters", "allowAtomicPublish", "allowBatchPublish"],
    when: ({ mirror, allowCounters, allowAtomicPublish, allowBatchPublish }) =>
      mirror !== undefined && [allowCounters, allowAtomicPublish, allowBatchPublish].includes(true),
    allowed: "ways to publish on a stream that is no mirror",
    cure: "drop them",
    reason: "Nobody publishes into a mirror.",
    evidence: "refused with 10173, 10198 (2.12 and newer), 10209 (2.14 and newer)",
    test: "a mirror that takes batches",
  },
  C14: {
    fields: ["mirror", "deleteMarkerTtlSeconds"],
    when: ({ mirror, deleteMarkerTtlSeconds }) => mirror !== undefined && deleteMarkerTtlSeconds !== undefined,
    allowed: "delete markers on a stream that is no mirror",
    cure: "declare them on the origin",
    reason: "A marker would take a sequence that the origin gives to another message.",
    evidence: refused(10052, "2.11"),
    test: "a mirror with markers of its own",
  },
  C15: {
    fields: ["mirrorDirect"],
    when: ({ mirror, mirrorDirect }) => mirrorDirect === true && mirror === undefined,
    allowed: "'mirrorDirect' on a mirror",
    cure: "leave it out",
    reason: "There is no origin to answer for.",
    evidence: refused(10052, "2.9"),
    test: "a stream that answers for an origin that it has not",
  },
  C16: {
    fields: ["persistMode", "replicas"],
    when: ({ persistMode, replicas }) => persistMode === "async" && replicas > 1,
    allowed: "'persistMode' async with 1 replica; 'replicas' is 3 where it is left out",
    cure: "leave it out, as it loses messages in a crash",
    reason: "Several replicas acknowledge what is on disk.",
    evidence: refused(10052, "2.12"),
    test: "several replicas that acknowledge early",
  },
  C17: {
    fields: ["persistMode", "allowAtomicPublish"],
    when: ({ persistMode, allowAtomicPublish }) => persistMode === "async" && allowAtomicPublish === true,
    allowed: "one of the two",
    cure: "drop one",
    reason: "A crash could leave a part of a batch.",
    evidence: refused(10052, "2.12"),
    test: "atomic batches that are acknowledged early",
  },
  C18: {
    fields: ["sealed", "mirror", "sources"],
    when: ({ sealed, mirror, sources }) => sealed === true && (mirror !== undefined || sources.length > 0),
    allowed: "'sealed' on a stream without links",
    cure: "drop the links first",
    reason: "A sealed stream takes nothing: its links would stand still in silence.",
    evidence: "documented by the servers; creating a sealed stream is refused with 10052 by all",
    test: "a sealed aggregate",
  },
} as const satisfies Readonly<Record<string, Conflict>>;

/** Faults of options that exclude each other. */
export function conflictFaults(stream: StreamDeclaration): string[] {
  const config = streamConfig(stream);
  return Object.entries<Conflict>(conflicts)
    .filter(([, { when }]) => when(config))
    .map(([id, { fields, allowed, cure }]) => {
      const given = fields.flatMap((field) => valueText(config, field) ?? []).join(" and ");
      return fault(id as keyof typeof conflicts, `${given} of stream ${place(stream)}; allowed: ${allowed}; ${cure}`);
    });
}

function valueText(config: StreamConfig, field: Field): string | undefined {
  const value = config[field];
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return undefined;
  return typeof value === "object" ? `'${field}'` : `'${field}' ${String(value)}`;
}
