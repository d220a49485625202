/** The rules for links. Data only. */
import type { Rule } from "./rule";

export const linkRules = {
  K1: {
    rule: "A link begins in one way: at a sequence, at a moment, or where its consumer stands.",
    reason: "Of several the server picks one.",
    evidence:
      "a consumer with a start refused with 10213 (mirror) and 10215 (source) from 2.14 on; two starts accepted by 2.9.19 to 2.15.2",
    test: "a link with two beginnings",
  },
  K2: {
    rule: "A moment is written as RFC 3339.",
    reason: "The servers take nothing else.",
    evidence: "10025, 2.9.19 to 2.15.2",
    test: "a beginning that is no moment",
  },
  K3: {
    rule: "A link filters in one way: by a filter, by transforms, or by its consumer.",
    reason: "The servers' own rule.",
    evidence:
      "10150 (mirror) and 10144 (source) from 2.10 on; beside a consumer 10213 and 10215 from 2.14 on; 2.9.19 drops transforms and consumer in silence",
    test: "a link with two filters",
  },
  K4: {
    rule: "Filters are well-formed subjects.",
    reason: "The link would take nothing.",
    evidence: "accepted by 2.9.19; refused with 10049, a transform's with 10145, by 2.12.15 and 2.15.2",
    test: "a malformed filter",
  },
  K5: {
    rule: "The transforms of a link catch each message once.",
    reason: "Which one applies would be a matter of order.",
    evidence: "10152 (mirror) and 10147 (source) from 2.10 on",
    test: "transforms that meet",
  },
  K6: {
    rule: "A link's own consumer has a valid name and one delivery subject.",
    reason: "The servers' own rule.",
    evidence: "10213 (mirror) and 10215 (source), 2.14.2 and 2.15.2",
    test: "a link with an invalid consumer",
  },
  K7: {
    rule: "`external` names another account's API.",
    reason:
      "Prefixes within the account are derived from the location, so that none can be wrong; what lies outside is not checked.",
    evidence: "`$JS.API` refused with 10021, a wildcard in the delivery prefix with 10024, 2.9.19 to 2.15.2",
    test: "an external origin under this account's own API",
  },
  L1: {
    rule: "A link's origin is declared, in the location that it names.",
    reason: "Servers accept a link to a missing stream or domain, and it stands still without an error.",
    evidence: "seen on 2.9.19 and 2.15.2",
    test: "an unknown origin",
  },
  L2: {
    rule: "No message comes round; mirrors never form a circle.",
    reason: "It would be stored again and again, at the speed of the line.",
    evidence: "refused with 10052 within a domain, not seen over domains, 2.9.19 to 2.15.2",
    test: "a cycle over domains, found once",
  },
  L3: {
    rule: "A filter lies within one of the subjects that its origin holds.",
    reason:
      "What is outside never arrives. Counted is what reaches the origin over its own links, filters and transforms.",
    evidence:
      "refused with 10052 by 2.9.19 where it meets none, in the same domain only; accepted by 2.10.27 to 2.15.2",
    test: "a filter beyond its origin's subjects",
  },
  L4: {
    rule: "A stream takes each message of an origin once.",
    reason: "It would hold it twice.",
    evidence: "10140 for equal filters from 2.10 on; accepted by 2.9.19, and with filters that meet by all",
    test: "the same source twice",
  },
  L5: {
    rule: "A follower takes messages as large as its origin's.",
    reason: "The link stops at the first larger one.",
    evidence:
      "100 messages, the 51st too large: at most 50 arrive, mirror and source, 2.9.19 and 2.15.2; refused with 10030 (mirror) and 10046 (source) within a domain, where both declare a size",
    test: "a follower that takes smaller messages",
  },
  L6: {
    rule: "A stream's transform or republishing meets something that arrives there.",
    reason: "It would never apply.",
    evidence: "accepted by 2.10.27 to 2.15.2",
    test: "a transform that nothing meets",
  },
  L7: {
    rule: "A stream takes each message by one way, over however many streams.",
    reason: "It would store it twice. Links with transforms are not looked through.",
    evidence:
      "10 messages by a source of a mirror and of an aggregate of one origin: 20 stored by 2.14.2 and 2.15.2; 2.9.19 and 2.10.27 store 10 where publishers give ids and the window is wide enough; refused with 10052 (detected cycle) by all four where the origin itself is the other source, in one domain",
    test: "a message that comes by two ways",
  },
  R1: {
    rule: "An origin does not keep by interest.",
    reason:
      "Nothing waits there for the link: a consumer that holds would do (1,200 of 1,200), but when it goes, messages go in silence.",
    evidence:
      "of 1,200: 600 arrived on 2.9.19, 1,100 on 2.15.2; 17,828 of 208,961 lost under a flapping link on 2.9.19",
    test: "an origin that keeps by interest",
  },
  R2: {
    rule: "A workqueue origin has servers from 2.14 on at both ends.",
    reason: "Durable sourcing; without it what was sent and not stored is gone.",
    evidence: "9 of 48,503 lost under a flapping link, 1 of 8,966 with the hub killed, 2.9.19; none on 2.15.2",
    test: "a workqueue origin with old servers at one end",
  },
  R3: {
    rule: "A workqueue's follower keeps by limits.",
    reason: "The link empties the origin; nothing else was measured to keep all.",
    evidence: "workqueue to limits: 1,200 of 1,200, 2.9.19 and 2.15.2",
    test: "a workqueue that follows a workqueue",
  },
  R4: {
    rule: "A workqueue that feeds a link feeds nothing else: no second link, no consumer.",
    reason: "A message goes when one of them has had it.",
    evidence: "two followers of 2,000 messages: one got 1,000 (2.15.2)",
    test: "a workqueue with two followers",
  },
  R5: {
    rule: "A follower that keeps by interest has a declared consumer.",
    reason: "Without one it keeps nothing.",
    evidence: "0 of 1,200 kept, limits or workqueue to interest, 2.9.19 and 2.15.2",
    test: "a follower by interest without a consumer",
  },
  R6: {
    rule: "A follower that keeps by interest allows data loss.",
    reason: "Its link runs before its consumers are made.",
    evidence: "consumer made 200 ms after the stream: 0 of 1,000 kept, mirror or source, 2.9.19, 2.14.2 and 2.15.2",
    test: "a follower by interest with a consumer",
  },
  O1: {
    rule: "A stream whose messages go to another location declares its rate.",
    reason: "Else nothing tells for how long it can keep them.",
    evidence: "definition of the outage budget",
    test: "an origin without a rate",
  },
  O2: {
    rule: "An origin keeps messages for the longest outage budget of its links.",
    reason: "What ages out while a link is cut never arrives.",
    evidence: "limits origins lost none as long as they held all, 2.9.19 and 2.15.2",
    test: "an origin that forgets before its budget is over",
  },
  O3: {
    rule: "An origin has room for its rate over that time.",
    reason: "A full one refuses its publishers (`discard` new), or loses the oldest in silence (old).",
    evidence: "definition of the outage budget",
    test: "an origin that is full before its budget is over",
  },
  O4: {
    rule: "An origin is not limited by a number of messages.",
    reason: "A rate in bytes does not tell how long a number lasts.",
    evidence: "definition of the outage budget",
    test: "an origin limited by number",
  },
  O5: {
    rule: "A follower keeps no more messages a subject than its origin.",
    reason:
      "Older ones go while the link is cut. That is no loss where only the last ones count, as in a key-value bucket; or they are refused, by `discardNewPerSubject`.",
    evidence: "meaning of `max_msgs_per_subject`",
    test: "a follower that keeps more of a subject than its origin",
  },
  O6: {
    rule: "A follower has room for what all its origins send in the time for which it keeps it.",
    reason:
      "A full follower that refuses lets its links stand still, until its origins are full too. Filters are counted as if they let all pass.",
    evidence:
      "100 messages into 3,000 bytes: 21 to 35 arrive; 12 s after room was made a mirror still stands, 2.9.19 and 2.15.2",
    test: "a follower that fills up",
  },
} as const satisfies Readonly<Record<string, Rule>>;
