import { expect } from "chai";
import { fault } from "../../../streams/checks/fault";
import type { RuleId } from "../../../streams/checks/rules";
import type { ConsumerDeclaration } from "../../../streams/consumers/consumer-declaration";
import { consumerOptionFaults } from "../../../streams/consumers/consumer-option-faults";

const one = (options: Partial<ConsumerDeclaration> = {}): ConsumerDeclaration => ({
  location: "hub",
  stream: "sales",
  name: "one",
  ...options,
});

const push = { deliverSubject: "to.it" };
const of = "of consumer hub/sales/one";
const numbers = "a whole number above 0; correct it";
const duration = "a number of seconds above 0; correct it";
const moment = "a moment after RFC 3339, such as 2026-11-24T12:00:00Z; correct it";
const pullOnly = (option: string) =>
  `'${option}' and 'deliverSubject' exclude each other ${of}; allowed: one of them, as only a pulled consumer has the first; drop one`;
const pushOnly = (option: string) =>
  `'${option}' has no 'deliverSubject' beside it ${of}; allowed: both, as only a pushed consumer has the first; drop it or ` +
  "declare a subject";
const flow = (what: string, cure: string) => `'ackPolicy' is 'flow_control' ${of}; allowed: that with ${what}; ${cure}`;
const flowControl = { ...push, ackPolicy: "flow_control", maxAckPending: 5 } as const;
const old = (option: string, value: string, version: string, since: string) =>
  `'${option}' ${of} is ${value}; allowed: nothing of the kind on nats-server ${version}, as it came with ${since}; ` +
  "upgrade the location or leave it out";

type Row = readonly [options: Partial<ConsumerDeclaration>, text: string, serverVersion?: string];

/** One fault each, with its whole text before the rule. */
function refused(title: string, rule: RuleId, rows: readonly Row[]): void {
  describe(title, () => {
    for (const [options, text, version] of rows)
      it(`${JSON.stringify(options)}${version === undefined ? "" : ` on ${version}`}`, () =>
        expect(consumerOptionFaults(one(options), version)).to.deep.equal([fault(rule, text)]));
  });
}

describe("faults of a consumer's options", () => {
  refused("a consumer's bad name", "U10", [
    [
      { name: "a.b" },
      "'name' of a consumer of hub/sales is 'a.b'; allowed: 1 to 255 characters, without whitespace, '.', '*', '>', '/', '\\'; rename it",
    ],
  ]);

  refused("a consumer's number out of range", "U11", [
    [{ startSequence: 0 }, `'startSequence' ${of} is 0; allowed: ${numbers}`],
    [{ ackWaitSeconds: 0 }, `'ackWaitSeconds' ${of} is 0; allowed: ${duration}`],
    [{ maxDeliver: -1 }, `'maxDeliver' ${of} is -1; allowed: ${numbers}`],
    [{ samplePercent: 101 }, `'samplePercent' ${of} is 101; allowed: a whole number from 0 to 100; correct it`],
    [
      { maxAckPending: 0 },
      `'maxAckPending' ${of} is 0; allowed: a whole number above 0, or -1 for no limit; correct it`,
    ],
    [{ maxWaiting: 1.5 }, `'maxWaiting' ${of} is 1.5; allowed: ${numbers}`],
    [{ maxRequestBatch: 0 }, `'maxRequestBatch' ${of} is 0; allowed: ${numbers}`],
    [
      { maxRequestExpiresSeconds: 0.0001 },
      `'maxRequestExpiresSeconds' ${of} is 0.0001; allowed: at least 0.001 (10115); correct it`,
    ],
    [{ maxRequestBytes: 0 }, `'maxRequestBytes' ${of} is 0; allowed: ${numbers}`],
    [{ inactiveThresholdSeconds: -5 }, `'inactiveThresholdSeconds' ${of} is -5; allowed: ${duration}`],
    [
      { ...push, idleHeartbeatSeconds: 0.05 },
      `'idleHeartbeatSeconds' ${of} is 0.05; allowed: at least 0.1 (10083); correct it`,
    ],
    [{ ...push, rateLimitBitsPerSecond: 0 }, `'rateLimitBitsPerSecond' ${of} is 0; allowed: ${numbers}`],
    [
      { priorityPolicy: "pinned_client", priorityGroups: ["g"], priorityTimeoutSeconds: 0 },
      `'priorityTimeoutSeconds' ${of} is 0; allowed: ${duration}`,
    ],
    [
      { backoffSeconds: [1, -1] },
      `'backoffSeconds' ${of} is [1,-1]; allowed: numbers of seconds above 0 (10184); correct it`,
    ],
  ]);

  refused("a consumer's moment that is none", "U12", [
    [{ startTime: "yesterday" }, `'startTime' ${of} is 'yesterday'; allowed: ${moment}`],
    [{ pauseUntil: "2026-13-01T00:00:00Z" }, `'pauseUntil' ${of} is '2026-13-01T00:00:00Z'; allowed: ${moment}`],
  ]);

  refused("a consumer's malformed subject", "U13", [
    [
      { deliverSubject: "to.*" },
      `'deliverSubject' ${of} is 'to.*'; allowed: tokens joined by '.', each a word, but it has wildcards (10079); correct it`,
    ],
  ]);

  refused("a consumer's reserved metadata", "U14", [
    [
      { metadata: { "_nats.ver": "2" } },
      `'metadata' ${of} is '_nats.ver'; allowed: no key that begins with '_nats.' or 'cinema-jetstream.', which the servers and ` +
        "this project write; rename it",
    ],
  ]);

  refused("a consumer's field that the servers lack", "U15", [
    [
      { filterSubjects: ["sales.a", "sales.b"] },
      old("filterSubjects", '["sales.a","sales.b"]', "2.9.19", "2.10.0"),
      "2.9.19",
    ],
    [{ metadata: { team: "a" } }, old("metadata", '{"team":"a"}', "2.9.19", "2.10.0"), "2.9.19"],
    [
      { pauseUntil: "2099-01-01T00:00:00Z" },
      old("pauseUntil", "'2099-01-01T00:00:00Z'", "2.10.27", "2.11.0"),
      "2.10.27",
    ],
    [flowControl, old("ackPolicy", "'flow_control'", "2.12.15", "2.14.0"), "2.12.15"],
  ]);

  refused("options of the other kind of consumer", "U16", [
    ...(["maxWaiting", "maxRequestBatch", "maxRequestExpiresSeconds", "maxRequestBytes"] as const).map(
      (option) => [{ ...push, [option]: 5 }, pullOnly(option)] as const,
    ),
    ...(["flowControl", "deliverGroup", "idleHeartbeatSeconds", "rateLimitBitsPerSecond"] as const).map((option) => {
      const value = { flowControl: true, deliverGroup: "g", idleHeartbeatSeconds: 5, rateLimitBitsPerSecond: 5 }[
        option
      ];
      return [{ [option]: value }, pushOnly(option)] as const;
    }),
  ]);

  refused("a consumer with two beginnings", "U17", [
    [
      { startSequence: 5, startTime: "2026-01-01T00:00:00Z" },
      `'startSequence' and 'startTime' exclude each other ${of}; allowed: one start (10094); drop the others`,
    ],
    [
      { deliverPolicy: "new", startSequence: 5 },
      `'deliverPolicy' and 'startSequence' exclude each other ${of}; allowed: one start (10094); drop the others`,
    ],
    [
      { deliverPolicy: "last_per_subject" },
      `'deliverPolicy' is 'last_per_subject' without 'filterSubjects' ${of}; allowed: both (10094); declare the subjects, such as ` +
        "those of the stream",
    ],
  ]);

  refused("a beginning at a moment on old servers", "U18", [
    [
      { startTime: "2026-01-01T00:00:00Z" },
      `'startTime' is declared for nats-server 2.9.19 ${of}; allowed: servers from 2.10.0 on, as older ones refuse every later change ` +
        "of such a consumer, that of its owner too (10012); declare 'startSequence', or upgrade the location",
      "2.9.19",
    ],
  ]);

  refused("a backoff that does not fit", "U19", [
    [
      { ackWaitSeconds: 5, backoffSeconds: [5] },
      `'ackWaitSeconds' and 'backoffSeconds' exclude each other ${of}; allowed: one of them, as the first of 'backoffSeconds' is ` +
        "the wait; drop one",
    ],
    [
      { maxDeliver: 1, backoffSeconds: [1, 2] },
      `'maxDeliver' is 1 beside 2 'backoffSeconds' ${of}; allowed: at least 2, or none (10116); change one of them`,
    ],
    [
      { backoffSeconds: [1, 2] },
      `'maxDeliver' is left out beside 2 'backoffSeconds' ${of}; allowed: above 2 on nats-server 2.9.19 (10116); change one of them`,
      "2.9.19",
    ],
  ]);

  refused("a consumer's filters that meet", "U20", [
    [
      { filterSubjects: ["sales.*", "sales.a"] },
      `'sales.*' and 'sales.a' in 'filterSubjects' catch the same messages ${of}; allowed: each message once (10138); narrow or drop one`,
    ],
    ...["2.10.27", "2.11.17", "2.12.4"].map(
      (version) =>
        [
          { filterSubjects: ["sales.*.b", "sales.a.*"] },
          `'sales.*.b' and 'sales.a.*' in 'filterSubjects' catch the same messages ${of}; allowed: each message once (10138); narrow or drop one`,
          version,
        ] as const,
    ),
  ]);

  refused("a pushed consumer's options that exclude each other", "U21", [
    [
      { ...push, flowControl: true },
      `'flowControl' has no 'idleHeartbeatSeconds' beside it ${of}; allowed: both (10108); declare a heartbeat`,
    ],
    [
      { ...push, ackPolicy: "none", maxAckPending: 5 },
      `'maxAckPending' and 'ackPolicy' none exclude each other ${of}; allowed: one of them (10082); drop one`,
    ],
  ]);

  refused("acknowledgement by flow control that does not fit", "U22", [
    [{ ackPolicy: "flow_control", maxAckPending: 5 }, flow("a 'deliverSubject' (10218)", "declare it")],
    [{ ...push, ackPolicy: "flow_control" }, flow("a 'maxAckPending' above 0", "declare it")],
    [
      { ...flowControl, idleHeartbeatSeconds: 2 },
      flow("'flowControl' and a heartbeat of 1 s, which servers set by themselves", "leave both out"),
    ],
    [{ ...flowControl, ackWaitSeconds: 5 }, flow("neither 'ackWaitSeconds' nor 'backoffSeconds' (10221)", "drop them")],
    [{ ...flowControl, maxDeliver: 5 }, flow("no 'maxDeliver' (10222)", "drop it")],
  ]);

  refused("priorities that do not fit", "U23", [
    [
      { priorityPolicy: "overflow" },
      `'priorityPolicy' is 'overflow' without 'priorityGroups' ${of}; allowed: both (10159); name a group`,
    ],
    [
      { priorityGroups: ["g"] },
      `'priorityGroups' have no 'priorityPolicy' beside them ${of}; allowed: both (10196); declare a policy`,
    ],
    [
      { priorityTimeoutSeconds: 5 },
      `'priorityTimeoutSeconds' has no 'priorityPolicy' of 'pinned_client' beside it ${of}; allowed: both, as only a pinned client ` +
        "can be silent too long (10197); drop it",
    ],
    [
      { priorityPolicy: "overflow", priorityGroups: ["g"], priorityTimeoutSeconds: 5 },
      `'priorityTimeoutSeconds' has no 'priorityPolicy' of 'pinned_client' beside it ${of}; allowed: both, as only a pinned client ` +
        "can be silent too long; drop it",
    ],
    [
      { priorityPolicy: "overflow", priorityGroups: ["a group"] },
      `'a group' is in 'priorityGroups' ${of}; allowed: 1 to 16 characters of A-Z a-z 0-9 - _ / = (10162); rename it`,
    ],
  ]);

  it("the priorities' versions are told one by one", () => {
    const group = { priorityGroups: ["g"], priorityPolicy: "prioritized" } as const;
    expect(consumerOptionFaults(one(group), "2.11.17")).to.deep.equal([
      fault("U15", old("priorityPolicy", "'prioritized'", "2.11.17", "2.12.0")),
    ]);
    const pinned = { priorityPolicy: "pinned_client", priorityGroups: ["g"], priorityTimeoutSeconds: 5 } as const;
    expect(consumerOptionFaults(one(pinned), "2.10.27")).to.deep.equal([
      fault("U15", old("priorityPolicy", "'pinned_client'", "2.10.27", "2.11.0")),
      fault("U15", old("priorityGroups", '["g"]', "2.10.27", "2.11.0")),
      fault("U15", old("priorityTimeoutSeconds", "5", "2.10.27", "2.11.0")),
    ]);
  });

  it("filters that meet are taken from 2.12.5 on", () => {
    const meeting = one({ filterSubjects: ["sales.*.b", "sales.a.*"] });
    for (const version of ["2.12.5", "2.15.2"]) expect(consumerOptionFaults(meeting, version)).to.deep.equal([]);
  });

  it("a malformed filter is told, with what its stream has", () => {
    expect(consumerOptionFaults(one({ filterSubjects: ["sales..a"] }))).to.deep.equal([
      `'filterSubjects' ${of} is 'sales..a'; allowed: tokens joined by '.', each a word or '*', the last one also '>', but a token is ` +
        "empty or holds whitespace; correct it (rule U13)",
    ]);
  });
});
