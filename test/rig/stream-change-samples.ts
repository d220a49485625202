/** Changes of a live stream, some of each field, for test/live/stream-changes.test.ts to try on real servers. */
import type { ChangeableField } from "../../streams/stream-changes";
import type { StreamConfig } from "../../streams/stream-config";

const link = { location: "hub", stream: "tickets" };
const external = { apiPrefix: "$JS.hub.API", deliverPrefix: "DELIVER.hub" };
const mirroring: Partial<StreamConfig> = { subjects: [], mirror: { ...link, external } };
const full: Partial<StreamConfig> = { discard: "new", maxMessagesPerSubject: 5 };

/** A change, and what it takes for the server to have a stream on which it can be tried. */
export interface Sample<Value> {
  readonly before: Value;
  readonly after: Value;
  /** What else the stream is, before and after. */
  readonly with?: Partial<StreamConfig>;
  /** What it is when it takes in its messages, where a stream that is as before the change would not be made, or would take none. */
  readonly first?: Partial<StreamConfig>;
  /** Servers on which messages go at once. */
  readonly deletesOn?: string;
}

/** `own.` in a subject stands for the stream's name. */
export const samples: { readonly [Field in ChangeableField]: readonly Sample<StreamConfig[Field]>[] } = {
  description: [
    { before: "", after: "Seats" },
    { before: "Seats", after: "" },
  ],
  subjects: [
    { before: ["own.>"], after: ["own.>", "other.>"] },
    { before: ["own.>"], after: ["own.0"] },
    { before: ["own.>"], after: [] },
  ],
  mirror: [
    { before: link, after: { ...link, stream: "seats" }, with: { subjects: [] } },
    { before: link, after: { ...link, filterSubject: "a" }, with: { subjects: [] } },
    { before: link, after: { ...link, startSequence: 5 }, with: { subjects: [] } },
    { before: link, after: { ...link, external }, with: { subjects: [] } },
    { before: { ...link, external }, after: undefined, with: { subjects: [] } },
    { before: undefined, after: link, with: { subjects: [] } },
  ],
  sources: [
    { before: [], after: [link] },
    { before: [link], after: [] },
    { before: [link], after: [{ ...link, filterSubject: "a" }] },
    { before: [link], after: [{ ...link, startSequence: 5 }] },
    { before: [{ ...link, external }], after: [{ ...link, external: { ...external, apiPrefix: "$JS.b.API" } }] },
  ],
  replicas: [
    { before: 1, after: 3 },
    { before: 3, after: 1 },
  ],
  maxAgeSeconds: [
    { before: 3600, after: 0.2, with: { duplicateWindowSeconds: 0.1 }, deletesOn: "*" },
    { before: 3600, after: 7200 },
  ],
  maxBytes: [
    { before: 2 ** 20, after: 100, deletesOn: "*" },
    { before: 2 ** 20, after: 2 ** 21 },
  ],
  maxMessages: [
    { before: undefined, after: 5, deletesOn: "*" },
    { before: undefined, after: 5, with: { discard: "new" }, deletesOn: "<2.10.0" },
    { before: 100, after: undefined },
  ],
  maxMessagesPerSubject: [
    { before: undefined, after: 1, deletesOn: ">=2.12.0" },
    { before: 2, after: 1, deletesOn: "*" },
    { before: 5, after: undefined },
  ],
  maxMessageSize: [
    { before: undefined, after: 10 },
    { before: 10, after: undefined },
  ],
  maxConsumers: [
    { before: undefined, after: 5 },
    { before: 5, after: 3 },
    { before: 5, after: undefined },
  ],
  duplicateWindowSeconds: [{ before: 60, after: 30 }],
  retention: [
    { before: "limits", after: "interest", deletesOn: ">=2.14.7" },
    { before: "interest", after: "limits" },
    { before: "limits", after: "workqueue" },
    { before: "workqueue", after: "limits" },
    { before: "interest", after: "workqueue" },
    { before: "workqueue", after: "interest" },
  ],
  discard: [
    { before: "old", after: "new" },
    { before: "new", after: "old" },
    { before: "new", after: "old", with: { maxMessages: 5 }, first: { maxMessages: 50 }, deletesOn: ">=2.10.0" },
  ],
  // The other way around cannot be tried: the locations' servers have no memory store.
  storage: [{ before: "file", after: "memory" }],
  discardNewPerSubject: [
    { before: undefined, after: true, with: full },
    { before: true, after: undefined, with: full },
  ],
  noAck: [
    { before: undefined, after: true },
    { before: true, after: undefined, first: { noAck: false } },
  ],
  placement: [
    { before: undefined, after: { cluster: "headquarter" } },
    { before: { cluster: "headquarter" }, after: undefined },
  ],
  republish: [
    { before: undefined, after: { source: ">", destination: "again.>" } },
    { before: { source: ">", destination: "again.>" }, after: { source: ">", destination: "more.>" } },
    { before: { source: ">", destination: "again.>" }, after: undefined },
  ],
  subjectTransform: [
    { before: undefined, after: { source: ">", destination: "new.>" } },
    { before: { source: ">", destination: "new.>" }, after: { source: ">", destination: "newer.>" } },
    { before: { source: ">", destination: "new.>" }, after: undefined },
  ],
  compression: [
    { before: undefined, after: "s2" },
    { before: "s2", after: undefined },
  ],
  firstSequence: [
    { before: undefined, after: 100 },
    { before: 100, after: 5 },
    { before: 100, after: undefined },
  ],
  allowDirect: [
    { before: undefined, after: true },
    { before: true, after: undefined },
  ],
  mirrorDirect: [
    { before: undefined, after: true, with: mirroring },
    { before: true, after: undefined, with: mirroring },
  ],
  sealed: [
    { before: undefined, after: true },
    { before: true, after: undefined, first: { sealed: false } },
  ],
  denyDelete: [
    { before: undefined, after: true },
    { before: true, after: undefined },
  ],
  denyPurge: [
    { before: undefined, after: true },
    { before: true, after: undefined },
  ],
  allowRollup: [
    { before: undefined, after: true },
    { before: true, after: undefined },
  ],
  allowMessageTtl: [
    { before: undefined, after: true },
    { before: true, after: undefined },
  ],
  deleteMarkerTtlSeconds: [
    { before: undefined, after: 10 },
    { before: 10, after: 20 },
    { before: 10, after: undefined, with: { allowMessageTtl: true } },
  ],
  allowCounters: [
    { before: undefined, after: true },
    { before: true, after: undefined },
  ],
  allowAtomicPublish: [
    { before: undefined, after: true },
    { before: true, after: undefined },
  ],
  allowBatchPublish: [
    { before: undefined, after: true },
    { before: true, after: undefined },
  ],
  allowSchedules: [
    { before: undefined, after: true },
    { before: true, after: undefined },
  ],
  persistMode: [
    { before: undefined, after: "async" },
    { before: "async", after: undefined },
  ],
  consumerLimits: [
    { before: undefined, after: { maxAckPending: 50 } },
    { before: { maxAckPending: 50 }, after: { inactiveThresholdSeconds: 60 } },
    { before: { maxAckPending: 50 }, after: undefined },
  ],
  metadata: [
    { before: undefined, after: { film: "Alien" } },
    { before: { film: "Alien", seat: "A1" }, after: { film: "Aliens" } },
    { before: { film: "Alien" }, after: undefined },
  ],
};
