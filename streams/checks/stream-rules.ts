/** The rules for a stream seen alone, and for its place. Data only. */
import type { Rule } from "./rule";

export const streamRules = {
  N1: {
    rule: "Two locations have two names.",
    reason:
      "The name is the JetStream domain; two locations of one domain become one cluster of six servers, in silence.",
    evidence: "seen on 2.9.19 and 2.15.2",
    test: "two locations of one name",
  },
  N2: {
    rule: "A location's name is one subject token.",
    reason: "It stands in the subjects of its API, `$JS.<domain>.API`.",
    evidence: "form of subjects",
    test: "a location that is no subject token",
  },
  N3: {
    rule: "A stream's location is one of the topology.",
    reason: "A domain that nobody has answers nothing.",
    evidence: "503 or a time-out, 2.9.19 and 2.15.2",
    test: "a stream in an unknown location",
  },
  N4: {
    rule: "A stream's name follows ADR-6.",
    reason: "Servers never answer a request about a bad name.",
    evidence: "time-out, seen on 2.9.19 and 2.15.2",
    test: "the stream name",
  },
  N5: {
    rule: "A stream is declared once.",
    reason: "Two declarations would undo each other.",
    evidence: "refused with 10058 where they differ, all versions",
    test: "a stream declared twice",
  },
  S1: {
    rule: "A mirror has neither subjects nor sources.",
    reason: "It has its origin's messages at its origin's sequences.",
    evidence: "refused with 10034 and 10031, 2.9.19 to 2.15.2",
    test: "a mirror with subjects and sources",
  },
  S2: {
    rule: "A stream takes something in.",
    reason: "Servers give a stream without subjects, mirror and sources its name as subject.",
    evidence: "seen on 2.9.19 to 2.15.2",
    test: "a stream that takes nothing",
  },
  S3: {
    rule: "Subjects are well-formed and not the servers' own.",
    reason: "A stream on `$JS.>` would store API requests.",
    evidence: "refused with 10052, 2.9.19 to 2.15.2",
    test: "a subject with an empty token",
  },
  S4: {
    rule: "No subject is caught twice, in whatever locations.",
    reason: "Leafnodes join the account of all locations, and each stream that catches a message stores it.",
    evidence: "refused with 10065 within a domain, accepted over domains, 2.9.19 and 2.15.2",
    test: "a subject caught twice over domains",
  },
  S5: {
    rule: "No stream catches what another, or it itself, republishes.",
    reason: "The message is stored once more, or for ever.",
    evidence: "own subjects refused with 10052, 2.9.19 to 2.15.2; those of other streams accepted",
    test: "a republished message that is caught again",
  },
  S6: {
    rule: "Metadata leaves the reserved keys alone.",
    reason: "`_nats.` belongs to the servers, `cinema-jetstream.` to the token that guards the stream.",
    evidence: "`_nats.` keys dropped or changed in silence by 2.11 to 2.15.2",
    test: "reserved metadata",
  },
  S7: {
    rule: "A description has at most 4,096 bytes, metadata 131,072.",
    reason: "The servers' own limits.",
    evidence: "refused with 10052, 2.9.19 (metadata: 2.10) to 2.15.2",
    test: "a description that is too long",
  },
  Z1: {
    rule: "Replicas are 1, 3 or 5.",
    reason: "A quorum of an even number survives no more failures than that of one less.",
    evidence: "more than 5 refused with 10052, all versions",
    test: "an even number of replicas",
  },
  Z2: {
    rule: "Every stream is bounded by bytes, and says whether by age; an age of 0 is none.",
    reason: "An unbounded stream takes the store of all others.",
    evidence: "no limit is the servers' default, all versions",
    test: "unlimited bytes",
  },
  Z3: {
    rule: "Numbers are whole and above 0.",
    reason: "0 and less mean no limit, or something else by version; leaving a limit out says so.",
    evidence: "`max_msgs: -2` is kept by 2.9.19 to 2.11, and no limit on 2.12 and newer",
    test: "limits below 1",
  },
  Z4: {
    rule: "A message of the largest size fits into its stream.",
    reason: "It would be refused for ever.",
    evidence: "accepted by 2.9.19 to 2.15.2",
    test: "messages larger than their stream",
  },
  Z5: {
    rule: "Streams lie in files.",
    reason: "Locations are made without a memory store, and memory does not outlast its servers.",
    evidence: "`max_memory_store: 0` on both platforms; refused with 10028, 2.9.19 to 2.15.2",
    test: "a stream in memory",
  },
  Z6: {
    rule: "A location has as many servers as a stream has replicas.",
    reason: "The stream cannot be placed.",
    evidence: "refused with 10074 or 10005, all versions",
    test: "more replicas than the location has servers, and more bytes than it stores",
  },
  Z7: {
    rule: "The streams of a location fit its file store together.",
    reason:
      "Servers set a stream's bytes aside when it is made, so that the last ones would fail in the middle of an `up`.",
    evidence: "10047 (one server) and 10005 (several), 2.9.19 to 2.15.2",
    test: "more replicas than the location has servers, and more bytes than it stores",
  },
  Z8: {
    rule: "A stream is placed in its location's cluster.",
    reason: "There is no other in its domain.",
    evidence: "refused with 10005 by a cluster of 2.9.19",
    test: "a stream placed in another cluster",
  },
  D1: {
    rule: "A message's id is remembered for 1 s to its stream's age.",
    reason: "The servers' own limit.",
    evidence: "refused with 10052, all versions",
    test: "a duplicate window longer than the age",
  },
  D2: {
    rule: "A mirror or aggregate remembers no ids of its own.",
    reason:
      "It would drop a message of an origin whose id another origin used, or the same one much earlier (server issue 4459).",
    evidence:
      "two origins that share one id: 7 of 8 messages arrive with a window of 0.1 s, 5 s or 120 s on 2.9.19 to 2.15.2, 8 of 8 without one on 2.14.2 and 2.15.2; " +
      "one origin with an id twice: stands still for the window on 2.9.19 to 2.11.17, 4 of 5 on 2.12.15 to 2.15.2",
    test: "an aggregate that remembers ids",
  },
  D3: {
    rule: "An origin remembers ids for 10 s at least.",
    reason: "Publishers repeat a message while servers restart, and followers without a window tell no duplicates.",
    evidence: "publishers stalled 7 s (2.9.19) and 10 s (2.15.2) while all servers were rolled",
    test: "an origin that forgets ids too soon",
  },
  V1: {
    rule: "A location's servers know each declared field.",
    reason: "The stream would be another one than declared.",
    evidence: "dropped in silence by 2.9.19 to 2.11.17, refused with 10025 by 2.12.15 and newer",
    test: "a field that the servers lack",
  },
  V2: {
    rule: "On servers before 2.10, what is republished meets a subject of the stream's own.",
    reason: "They do not look at what comes over links.",
    evidence: "refused with 10052 by 2.9.19, accepted by 2.10.27 and newer",
    test: "a mirror that republishes on old servers",
  },
} as const satisfies Readonly<Record<string, Rule>>;
