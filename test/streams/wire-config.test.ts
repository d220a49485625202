import { expect } from "chai";
import type { WireOrigin } from "../../streams/origin";
import { externalApiPrefix } from "../../streams/origin";
import { streamConfig } from "../../streams/stream-config";
import type { StreamDeclaration } from "../../streams/stream-declaration";
import type { WireConfig } from "../../streams/wire-config";
import { changedFields, configOfWire, streamFields, updatedWire, wireConfig } from "../../streams/wire-config";
import { sampleConfigs, samples, wireName, type Sample } from "./field-samples";

const tickets: StreamDeclaration = {
  location: "cinema-a",
  name: "tickets-1",
  subjects: ["tickets-1.>"],
  maxAgeSeconds: 2_592_000,
  maxBytes: 1024,
};

const mirror: StreamDeclaration = {
  location: "cinema-a",
  name: "cinema-a-mirror",
  mirror: { location: "hub", stream: "cinema-a" },
  maxAgeSeconds: 60,
  maxBytes: 1024,
};

const sales: StreamDeclaration = {
  location: "hub",
  name: "sales",
  sources: [
    { location: "cinema-a", stream: "tickets-1" },
    { location: "hub", stream: "returns" },
  ],
  maxAgeSeconds: 60,
  maxBytes: 1024,
};

const always = { num_replicas: 3, max_bytes: 1024, retention: "limits", discard: "new", storage: "file" };

/** What every server version fills in where a field is not sent. */
const filledIn = {
  max_consumers: -1,
  max_msgs: -1,
  max_msgs_per_subject: -1,
  max_msg_size: -1,
  allow_direct: false,
  mirror_direct: false,
  sealed: false,
  deny_delete: false,
  deny_purge: false,
  allow_rollup_hdrs: false,
};

/** What 2.15.2 adds to that. */
const filledInBy215 = {
  ...filledIn,
  compression: "none",
  consumer_limits: {},
  allow_msg_ttl: false,
  metadata: { "_nats.level": "5", "_nats.req.level": "0", "_nats.ver": "2.15.2" },
};

/** What differs between a declaration and the stream that the servers have of it, changed. */
function changesOf(declaration: StreamDeclaration, change: object): string[] {
  const config = streamConfig(declaration);
  return changedFields(config, configOfWire({ ...wireConfig(config), ...change }, config.location));
}

describe("wire config", () => {
  it("a stream with subjects is sent with what is declared and the defaults that are ours", () => {
    expect(wireConfig(streamConfig(tickets))).to.deep.equal({
      ...always,
      name: "tickets-1",
      subjects: ["tickets-1.>"],
      max_age: 2_592_000e9,
      duplicate_window: 120e9,
    });
  });

  it("a mirror is sent with the external API prefix of its origin's location, and the delivery of the two locations", () => {
    expect(wireConfig(streamConfig(mirror))).to.deep.equal({
      ...always,
      name: "cinema-a-mirror",
      mirror: { name: "cinema-a", external: { api: "$JS.hub.API", deliver: "$JS.DELIVER.hub.cinema-a" } },
      max_age: 60e9,
    });
  });

  it("a field that is declared as every server has it is not sent, as older ones refuse what they do not know (10025)", () => {
    const usual = {
      allowBatchPublish: false,
      allowSchedules: false,
      compression: "none",
      persistMode: "default",
      placement: { tags: [] },
      consumerLimits: {},
      metadata: {},
    } as const;
    expect(wireConfig(streamConfig({ ...tickets, ...usual }))).to.deep.equal(wireConfig(streamConfig(tickets)));
    expect(changesOf({ ...tickets, ...usual }, { allow_batched: true })).to.deep.equal(["allowBatchPublish"]);
  });

  it("a source in the aggregate's own location is sent without an external API prefix", () => {
    expect(wireConfig(streamConfig(sales)).sources).to.deep.equal([
      { name: "tickets-1", external: { api: "$JS.cinema-a.API", deliver: "$JS.DELIVER.cinema-a.hub" } },
      { name: "returns" },
    ]);
  });

  for (const [version, extra, window] of [
    ["2.9.19", filledIn, 60e9],
    ["2.15.2", filledInBy215, undefined],
  ] as const) {
    for (const declaration of [tickets, mirror, sales]) {
      it(`what ${version} returns for '${declaration.name}' is no difference`, () => {
        const { sources } = wireConfig(streamConfig(declaration));
        const returned = {
          ...extra,
          ...(sources && { sources: [...sources].reverse() }),
          ...(declaration === sales && window && { duplicate_window: window }),
        };
        expect(changesOf(declaration, returned)).to.deep.equal([]);
      });
    }
  }
});

describe("each field of a stream", () => {
  for (const field of streamFields) {
    const sample: Sample = samples[field];
    const name = wireName(field);
    const { declared, leftOut } = sampleConfigs(field);
    const wire = wireConfig(declared);

    it(`'${field}' is sent as ${JSON.stringify(sample.wire)}, and read back as it was declared`, () => {
      expect(wire).to.deep.equal({ ...wireConfig(leftOut), ...sample.wire });
      expect(configOfWire(wire, "cinema-a")).to.deep.equal(declared);
      expect(changedFields(declared, configOfWire(wire, "cinema-a"))).to.deep.equal([]);
    });

    it(`'${field}' is changed where the server has ${JSON.stringify(sample.byHand)}, and ours is sent back`, () => {
      const found: WireConfig = { ...wire, [name]: sample.byHand };
      expect(changedFields(declared, configOfWire(found, "cinema-a"))).to.deep.equal([field]);
      expect(updatedWire(found, declared, [field])).to.deep.equal(wire);
    });

    const { leftOut: defaults } = sample;
    if (!defaults) continue;

    for (const value of defaults) {
      it(`'${field}' may be left out where the server has ${JSON.stringify(value)}`, () => {
        const found: WireConfig = { ...wireConfig(leftOut), [name]: value };
        expect(changedFields(leftOut, configOfWire(found, "cinema-a"))).to.deep.equal([]);
      });
    }

    it(`'${field}' is changed where it is left out and the server has it, and is left to the server again`, () => {
      const found: WireConfig = { ...wireConfig(leftOut), ...sample.wire };
      expect(changedFields(leftOut, configOfWire(found, "cinema-a"))).to.deep.equal([field]);
      expect(updatedWire(wire, leftOut, [field])).to.deep.equal(wireConfig(leftOut));
    });
  }
});

describe("what a server chooses", () => {
  const transform = { source: "tickets-1.>", destination: "seats.>" };
  const everything = { source: ">", destination: ">" };
  const local = { ...mirror, mirror: { location: "cinema-a", stream: "tickets-1" } };
  const sealing = { sealed: true, max_age: 0, discard: "new", deny_delete: true, deny_purge: true };
  const marked = { ...tickets, deleteMarkerTtlSeconds: 60 };
  const scheduled: StreamDeclaration = { ...tickets, discard: "old", allowSchedules: true };

  for (const [what, declaration, change, changed] of [
    ["the window of an aggregate, as long as its age", sales, { duplicate_window: 60e9 }, []],
    ["another window of an aggregate", sales, { duplicate_window: 30e9 }, ["duplicateWindowSeconds"]],
    ["the usual window", { ...sales, maxAgeSeconds: 3600 }, { duplicate_window: 120e9 }, []],
    ["a longer window", { ...sales, maxAgeSeconds: 3600 }, { duplicate_window: 180e9 }, ["duplicateWindowSeconds"]],
    ["what delete markers need", marked, { allow_rollup_hdrs: true, allow_msg_ttl: true }, []],
    ["the rollup that schedules need", scheduled, { allow_rollup_hdrs: true }, []],
    ["message TTLs beside schedules", scheduled, { allow_msg_ttl: true }, ["allowMessageTtl"]],
    ["direct reads of a mirror in its origin's domain", local, { mirror_direct: true }, []],
    ["direct reads of a mirror over domains", mirror, { mirror_direct: true }, ["mirrorDirect"]],
    ["what sealing sets", { ...tickets, discard: "old", allowRollup: true, sealed: true }, sealing, []],
    ["sealing that nobody declared", tickets, sealing, ["maxAgeSeconds", "sealed", "denyDelete", "denyPurge"]],
    [
      "the republish that a transform implies",
      { ...tickets, subjectTransform: transform, republish: everything },
      { republish: { src: "seats.>", dest: "seats.>" } },
      [],
    ],
    [
      "another republish beside a transform",
      { ...tickets, subjectTransform: transform, republish: everything },
      { republish: { src: "seats.>", dest: "chairs.>" } },
      ["republish"],
    ],
  ] as const) {
    it(`${what}: ${changed.length === 0 ? "no difference" : `a change of ${changed.join(", ")}`}`, () => {
      expect(changesOf(declaration, change)).to.deep.equal(changed);
    });
  }

  it("is left to it again in every update", () => {
    const config = streamConfig({ ...sales, maxAgeSeconds: 3600 });
    const found: WireConfig = { ...wireConfig(config), max_age: 60e9, duplicate_window: 60e9 };
    const changed = changedFields(config, configOfWire(found, "hub"));
    expect(changed).to.deep.equal(["maxAgeSeconds"]);
    expect(updatedWire(found, config, changed)).to.deep.equal(wireConfig(config));
  });
});

describe("an update", () => {
  it("sends back as it was found what is not known here, and what did not change", () => {
    const startTime = "2026-11-24T12:00:00Z";
    const config = streamConfig({ ...mirror, mirror: { location: "hub", stream: "cinema-a", startTime } });
    const asFound = { name: "cinema-a", opt_start_time: "2026-11-24T14:00:00+02:00", external: external("hub") };
    const found: WireConfig = { ...wireConfig(config), mirror: asFound, max_bytes: 1, of_later_servers: 7 };
    const changed = changedFields(config, configOfWire(found, "cinema-a"));
    expect(changed).to.deep.equal(["maxBytes"]);
    expect(updatedWire(found, config, changed)).to.deep.equal({
      ...wireConfig(config),
      mirror: asFound,
      of_later_servers: 7,
    });
  });

  it("keeps what servers and the owner's token wrote into the metadata", () => {
    const own = { "_nats.ver": "2.15.2", "cinema-jetstream.owner": "p/s/n#0123abcd" };
    const found: WireConfig = { ...wireConfig(streamConfig(tickets)), metadata: { ...own, team: "foyer" } };
    for (const metadata of [{ team: "box office" }, undefined]) {
      const config = streamConfig({ ...tickets, ...(metadata && { metadata }) });
      const changed = changedFields(config, configOfWire(found, "cinema-a"));
      expect(changed).to.deep.equal(["metadata"]);
      expect(updatedWire(found, config, changed).metadata).to.deep.equal({ ...own, ...metadata });
    }
  });

  it("of nothing but the order of subjects, sources, tags or notes is none", () => {
    const config = streamConfig({
      ...sales,
      subjects: ["b", "a"],
      placement: { tags: ["ssd", "east"] },
      metadata: { b: "1", a: "2" },
    });
    const { sources = [], ...wire } = wireConfig(config);
    const found = {
      ...wire,
      subjects: ["a", "b"],
      sources: [...sources].reverse(),
      placement: { tags: ["east", "ssd"] },
      metadata: { a: "2", b: "1" },
    };
    expect(wire["placement"]).to.deep.equal({ tags: ["east", "ssd"] });
    expect(changedFields(config, configOfWire(found, "hub"))).to.deep.equal([]);
  });
});

function external(origin: string): WireOrigin["external"] {
  return { api: externalApiPrefix(origin), deliver: `$JS.DELIVER.${origin}.cinema-a` };
}
