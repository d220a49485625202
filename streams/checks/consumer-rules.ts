/** The rules for consumers. Data only. */
import type { Rule } from "./rule";

export const consumerRules = {
  U1: {
    rule: "A consumer is declared once.",
    reason: "Two declarations would undo each other.",
    evidence: "a stream has one consumer of a name, all versions",
    test: "a consumer declared twice, and more consumers than their stream takes",
  },
  U2: {
    rule: "A consumer's stream is declared, in the location that it names.",
    reason: "There is nothing to make it on.",
    evidence: "refused with 10059, 2.9.19 to 2.15.2",
    test: "a consumer of an unknown stream",
  },
  U3: {
    rule: "A consumer's filter lies within one of the subjects that its stream holds.",
    reason: "It would get nothing of what is outside.",
    evidence: "refused with 10093 by 2.9.19; accepted by 2.10.27 to 2.15.2, which deliver nothing",
    test: "a filter beyond its stream's subjects",
  },
  U4: {
    rule: "A consumer does not deliver into its own stream.",
    reason: "It would deliver for ever.",
    evidence: "refused with 10081, 2.9.19 to 2.15.2",
    test: "a delivery into its own stream",
  },
  U5: {
    rule: "A consumer has at most its stream's replicas; by interest or as a workqueue as many.",
    reason: "What it acknowledged is known where its messages are.",
    evidence:
      "more than a single server refused with 10074, in a cluster more than the stream's with 10126, fewer by interest or as a workqueue with 10134, 2.9.19 to 2.15.2",
    test: "other replicas than its stream's",
  },
  U6: {
    rule: "A consumer keeps to its stream's `consumerLimits`.",
    reason: "The servers' own rule.",
    evidence: "refused with 10121 and 10153, 2.10.27 to 2.15.2; 2.9.19 has no such limits",
    test: "more than its stream's limits",
  },
  U7: {
    rule: "A workqueue's consumer acknowledges each message, and begins with the first.",
    reason: "A message goes once it is acknowledged.",
    evidence: "others refused with 10098 (all), 10084 (none), 10101 (start), 2.9.19 to 2.15.2",
    test: "a workqueue's consumer that passes messages over",
  },
  U8: {
    rule: "Consumers of a workqueue share no message.",
    reason: "One would take it from the other.",
    evidence:
      "refused with 10099 and 10100, 2.9.19 to 2.15.2; a change that makes two meet is accepted by clusters of all of them, and by a single server of 2.9.19; one of 2.10.27 to 2.15.2 refuses it with 10100",
    test: "consumers of a workqueue that share messages",
  },
  U9: {
    rule: "A stream has no more consumers than its `maxConsumers`.",
    reason: "The last ones would fail in the middle of an `up`.",
    evidence: "refused with 10026, 2.9.19 to 2.15.2",
    test: "a consumer declared twice, and more consumers than their stream takes",
  },
  U10: {
    rule: "A consumer's name is one subject token of 255 characters at most.",
    reason: "It stands in the subjects of the consumer's requests.",
    evidence:
      "a dot never answered by 2.9.19, refused with 10017 by 2.10.27 to 2.15.2; whitespace never answered by all; `/` and `\\` refused with 10127, 256 characters with 10102, by all; a wildcard with 10103 to 2.11.17, with 10052 from 2.14.2 on",
    test: "a consumer's bad name",
  },
  U11: {
    rule: "Numbers are in their ranges.",
    reason: "Others mean something else by version, or are taken as they are in silence.",
    evidence:
      "heartbeat below 0.1 s refused with 10083, request's expiry below 0.001 s with 10115, by 2.9.19 to 2.15.2; a negative backoff accepted to 2.11.17, refused with 10184 from 2.14.2 on; " +
      "`max_waiting: -1` refused with 10087 to 2.11.17, 512 from 2.14.2 on; a sample of 101 % accepted by all",
    test: "a consumer's number out of range",
  },
  U12: {
    rule: "Moments are written as RFC 3339.",
    reason: "The servers take nothing else.",
    evidence: "refused with 10025, 2.9.19 to 2.15.2",
    test: "a consumer's moment that is none",
  },
  U13: {
    rule: "Filters are well-formed subjects, a delivery subject without wildcards.",
    reason: "Nothing is delivered to or taken from others.",
    evidence:
      "a filter refused with 10093 by 2.9.19, with 10052 by 2.10.27 to 2.15.2; a wildcard to deliver to with 10079 by all",
    test: "a consumer's malformed subject",
  },
  U14: {
    rule: "Metadata leaves the reserved keys alone.",
    reason: "`_nats.` belongs to the servers, `cinema-jetstream.` to the token that guards the consumer.",
    evidence: "`_nats.` keys overwritten by 2.11.17 to 2.15.2",
    test: "a consumer's reserved metadata",
  },
  U15: {
    rule: "A location's servers know each declared field of a consumer.",
    reason: "It would be another one than declared.",
    evidence: "dropped in silence by older servers; acknowledgement by flow control refused with 10025 before 2.14",
    test: "a consumer's field that the servers lack",
  },
  U16: {
    rule: "What pulled consumers alone have is not declared of a pushed one, nor the other way round.",
    reason: "It would do nothing.",
    evidence:
      "pushed: `max_waiting` refused with 10080, a request's batch accepted; pulled: flow control and heartbeat refused with 10088, a rate with 10086, a delivery group accepted; 2.9.19 to 2.15.2",
    test: "options of the other kind of consumer",
  },
  U17: {
    rule: "A consumer begins in one way; with the last message of each subject only where it names subjects.",
    reason: "The servers' own rule.",
    evidence: "refused with 10094, 2.9.19 to 2.15.2",
    test: "a consumer with two beginnings",
  },
  U18: {
    rule: "On servers before 2.10, no consumer begins at a moment.",
    reason: "They refuse every later change of it, that of its owner's token too.",
    evidence: "10012, 2.9.19; changed by 2.10.27 and newer",
    test: "a beginning at a moment on old servers",
  },
  U19: {
    rule: "A backoff stands without `ackWaitSeconds`, and has as many deliveries as waits.",
    reason: "Its first wait is the other's.",
    evidence:
      "`ack_wait` overwritten in silence, fewer deliveries refused with 10116, 2.9.19 to 2.15.2; as many, or no limit, refused with 10116 by 2.9.19",
    test: "a backoff that does not fit",
  },
  U20: {
    rule: "A consumer's filters catch each message once.",
    reason: "The servers' own rule.",
    evidence:
      "one within another refused with 10138, 2.10.27 to 2.15.2; those that meet refused with 10138 by 2.10.27 and 2.11.17, accepted from 2.12.5 on (its source; 2.12.15, 2.14.2 and 2.15.2 measured)",
    test: "a consumer's filters that meet",
  },
  U21: {
    rule: "Flow control has a heartbeat beside it; `ackPolicy` none no `maxAckPending`.",
    reason: "The servers' own rule.",
    evidence: "refused with 10108 and 10082, 2.9.19 to 2.15.2",
    test: "a pushed consumer's options that exclude each other",
  },
  U22: {
    rule: "Acknowledgement by flow control is of a pushed consumer that limits what it waits for, and of nothing that sends again.",
    reason: "Servers set flow control and a heartbeat of 1 s by themselves.",
    evidence:
      "pulled refused with 10218, an `ack_wait` or backoff with 10221, `max_deliver` with 10222, `max_ack_pending: -1` with 10220; a missing one becomes 1,000, another heartbeat 1 s, flow control true in silence; 2.14.2 and 2.15.2",
    test: "acknowledgement by flow control that does not fit",
  },
  U23: {
    rule: "A priority policy has groups of valid names, a time-out a pinned client.",
    reason: "The servers' own rule.",
    evidence:
      "refused with 10159 and 10162, 2.11.17 to 2.15.2; groups alone with 10196, a time-out without a policy with 10197, by 2.12.15 to 2.15.2, both accepted by 2.11.17; a time-out with `overflow` accepted",
    test: "priorities that do not fit",
  },
} as const satisfies Readonly<Record<string, Rule>>;
