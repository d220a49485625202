import { expect } from "chai";
import { tokenOf, withoutToken, withToken } from "../../streams/owner-token";
import type { StreamDeclaration, WireConfig, WireOrigin } from "../../streams/stream-config";
import {
  changedFields,
  configOfWire,
  externalApiPrefix,
  locationOfPrefix,
  streamConfig,
  updatedWire,
  wireConfig,
} from "../../streams/stream-config";

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

const limits = {
  num_replicas: 3,
  max_bytes: 1024,
  retention: "limits",
  discard: "new",
  storage: "file",
  max_msgs: -1,
  max_msgs_per_subject: -1,
  no_ack: false,
};

/** What both server versions fill in, as returned for a config without these fields. */
const filledIn = {
  max_consumers: -1,
  no_ack: undefined,
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

describe("stream config", () => {
  it("a stream with subjects is sent with every default that is managed here", () => {
    expect(wireConfig(streamConfig(tickets))).to.deep.equal({
      ...limits,
      name: "tickets-1",
      subjects: ["tickets-1.>"],
      max_age: 2_592_000e9,
      duplicate_window: 120e9,
    });
  });

  it("a mirror is sent with the external API prefix of its origin's location, and the delivery of the two locations", () => {
    expect(wireConfig(streamConfig(mirror))).to.deep.equal({
      ...limits,
      name: "cinema-a-mirror",
      mirror: { name: "cinema-a", external: { api: "$JS.hub.API", deliver: "$JS.DELIVER.hub.cinema-a" } },
      max_age: 60e9,
    });
  });

  it("a source in the aggregate's own location is sent without an external API prefix", () => {
    expect(
      wireConfig(streamConfig({ ...sales, description: "All", replicas: 1, duplicateWindowSeconds: 5 })),
    ).to.deep.equal({
      ...limits,
      name: "sales",
      description: "All",
      sources: [
        { name: "tickets-1", external: { api: "$JS.cinema-a.API", deliver: "$JS.DELIVER.cinema-a.hub" } },
        { name: "returns" },
      ],
      num_replicas: 1,
      max_age: 60e9,
      duplicate_window: 5e9,
    });
  });

  it("the default duplicate window is never longer than the stream's age", () => {
    expect(streamConfig({ ...tickets, maxAgeSeconds: 60 }).duplicateWindowSeconds).to.equal(60);
  });

  it("an external API prefix names its location, and any other text itself", () => {
    expect(externalApiPrefix("cinema-a")).to.equal("$JS.cinema-a.API");
    expect(locationOfPrefix("$JS.cinema-a.API")).to.equal("cinema-a");
    expect(locationOfPrefix("elsewhere.API")).to.equal("elsewhere.API");
  });

  for (const [version, extra, window] of [
    ["2.9.19", filledIn, 120e9],
    ["2.15.2", filledInBy215, undefined],
  ] as const) {
    for (const declaration of [tickets, mirror, sales]) {
      it(`what ${version} returns for '${declaration.name}' is no difference`, () => {
        const config = streamConfig(declaration);
        const sent = wireConfig(config);
        const returned: WireConfig = {
          ...sent,
          ...extra,
          ...(sent.sources && { sources: [...sent.sources].reverse() }),
          ...(declaration === sales && window && { duplicate_window: window }),
        };
        expect(changedFields(config, configOfWire(returned, declaration.location))).to.deep.equal([]);
      });
    }
  }

  for (const [change, field] of [
    [{ subjects: ["tickets-1.a"] }, "subjects"],
    [{ description: "by hand" }, "description"],
    [{ num_replicas: 1 }, "replicas"],
    [{ max_age: 1e9 }, "maxAgeSeconds"],
    [{ max_bytes: -1 }, "maxBytes"],
    [{ duplicate_window: 1e9 }, "duplicateWindowSeconds"],
    [{ retention: "interest" }, "retention"],
    [{ discard: "old" }, "discard"],
    [{ storage: "memory" }, "storage"],
    [{ mirror: { name: "x" } }, "mirror"],
    [{ sources: [{ name: "x" }] }, "sources"],
    [{ max_msgs: 10 }, "maxMessages"],
    [{ max_msgs_per_subject: 1 }, "maxMessagesPerSubject"],
    [{ no_ack: true }, "noAck"],
  ] as const) {
    it(`${JSON.stringify(change)} on the server is a change of '${field}', and only that is sent back`, () => {
      const config = streamConfig(tickets);
      const found = { ...wireConfig(config), max_msg_size: 7, ...change };
      const changed = changedFields(config, configOfWire(found, "cinema-a"));
      expect(changed).to.deep.equal([field]);
      const update = JSON.parse(JSON.stringify(updatedWire(found, wireConfig(config), changed)));
      expect(update).to.deep.equal({ ...wireConfig(config), max_msg_size: 7 });
    });
  }

  for (const altered of [
    { filter_subject: "tickets-1.a" },
    { opt_start_seq: 3 },
    { opt_start_time: "2026-01-01T00:00:00Z" },
    { subject_transforms: [{ src: "a", dest: "b" }] },
    { external: { api: "$JS.cinema-a.API", deliver: "elsewhere" } },
    { external: { api: "$JS.cinema-a.API", deliver: "" } },
  ]) {
    it(`${JSON.stringify(altered)} on an origin is a change, and ours is sent back`, () => {
      for (const [declaration, field] of [
        [mirror, "mirror"],
        [sales, "sources"],
      ] as const) {
        const config = streamConfig({ ...declaration, location: "hub" });
        const wanted = wireConfig(config);
        const alter = (origin: WireOrigin) => ({ ...origin, ...altered });
        const found: WireConfig = {
          ...wanted,
          ...(wanted.mirror && { mirror: alter(wanted.mirror) }),
          ...(wanted.sources && { sources: wanted.sources.map(alter) }),
        };
        const changed = changedFields(config, configOfWire(found, "hub"));
        expect(changed).to.deep.equal([field]);
        expect(updatedWire(found, wanted, changed)).to.deep.equal(wanted);
      }
    });
  }
});

describe("owner token", () => {
  const wire = { ...wireConfig(streamConfig(tickets)), description: "Tickets" };
  const token = { owner: "p/s/n", generation: "0123abcd" };

  for (const [version, marked] of [
    ["2.9.19", { ...wire, description: "Tickets [cinema-jetstream.owner=p/s/n#0123abcd]" }],
    ["2.10.0", { ...wire, metadata: { "cinema-jetstream.owner": "p/s/n#0123abcd" } }],
  ] as const) {
    it(`is written where ${version} keeps it, found again and taken off the description`, () => {
      expect(withToken(wire, token, version)).to.deep.equal(marked);
      expect(tokenOf(marked)).to.deep.equal(token);
      expect(withoutToken(marked).description).to.equal("Tickets");
    });
  }

  it("is alone in the description of a stream that has none", () => {
    const marked = withToken(wireConfig(streamConfig(tickets)), token, "2.9.19");
    expect(marked.description).to.equal("[cinema-jetstream.owner=p/s/n#0123abcd]");
    expect(withoutToken(marked).description).to.equal("");
  });

  for (const owner of ["p/s/n#1", "p/s/n]", "p/s/n#0123abcd"]) {
    it(`is found again where the logical name is odd: '${owner}'`, () => {
      expect(tokenOf(withToken(wire, { ...token, owner }, "2.9.19"))).to.deep.equal({ ...token, owner });
    });
  }

  it("moves into the metadata when the servers keep it, beside what is there", () => {
    const before = withToken({ ...wire, metadata: { team: "box office" } }, token, "2.9.19");
    expect(withToken(before, token, "2.15.2")).to.deep.equal({
      ...wire,
      metadata: { team: "box office", "cinema-jetstream.owner": "p/s/n#0123abcd" },
    });
  });

  it("is undefined on a stream without one", () => {
    expect(tokenOf(wire)).to.equal(undefined);
  });
});
