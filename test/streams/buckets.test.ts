import { expect } from "chai";
import { BucketError, keyValueBucket, objectBucket } from "../../streams/buckets";
import { streamConfig } from "../../streams/stream-config";
import { topologyFaults } from "../../streams/topology";
import { wireConfig } from "../../streams/wire-config";

const size = { maxBytes: 2 ** 20, bytesPerSecond: 1 };
const day = 86_400;

describe("buckets", () => {
  it("a key-value bucket is the stream of ADR-8", () => {
    const bucket = keyValueBucket({ location: "hub", bucket: "PRICES", ...size });
    expect(wireConfig(streamConfig(bucket))).to.deep.equal({
      name: "KV_PRICES",
      subjects: ["$KV.PRICES.>"],
      num_replicas: 3,
      max_age: 0,
      max_bytes: 2 ** 20,
      max_msgs_per_subject: 1,
      duplicate_window: 120e9,
      retention: "limits",
      discard: "new",
      storage: "file",
      allow_rollup_hdrs: true,
      deny_delete: true,
      allow_direct: true,
    });
  });

  it("a key-value bucket passes on what is chosen of it", () => {
    const chosen = {
      description: "Prices",
      replicas: 1,
      placement: { tags: ["ssd"] },
      compression: "s2",
      metadata: { team: "sales" },
      republish: { source: ">", destination: "prices.>" },
      adopt: "if-equal",
      allowDataLoss: true,
      protect: true,
      retainOnDelete: false,
    } as const;
    const bucket = keyValueBucket({
      location: "hub",
      bucket: "PRICES",
      ...size,
      ...chosen,
      history: 64,
      ttlSeconds: 60,
      maxValueBytes: 1024,
      limitMarkerTtlSeconds: 5,
    });
    expect(bucket).to.deep.equal({
      ...size,
      ...chosen,
      location: "hub",
      name: "KV_PRICES",
      subjects: ["$KV.PRICES.>"],
      maxAgeSeconds: 60,
      duplicateWindowSeconds: 60,
      maxMessagesPerSubject: 64,
      maxMessageSize: 1024,
      allowMessageTtl: true,
      deleteMarkerTtlSeconds: 5,
      discard: "new",
      allowRollup: true,
      denyDelete: true,
      allowDirect: true,
    });
  });

  it("a mirror of a key-value bucket has no subjects and answers for its origin", () => {
    const mirror = { location: "hub", bucket: "PRICES", startSequence: 7, outageBudgetSeconds: 60 };
    const bucket = keyValueBucket({ location: "cinema-a", bucket: "PRICES", ...size, mirror });
    expect(bucket).to.deep.include({
      name: "KV_PRICES",
      mirror: { location: "hub", stream: "KV_PRICES", startSequence: 7, outageBudgetSeconds: 60 },
      mirrorDirect: true,
    });
    expect(bucket).to.not.have.any.keys("subjects", "duplicateWindowSeconds");
  });

  it("sources of another name are gathered under the bucket's own", () => {
    const sources = [
      { location: "cinema-a", bucket: "a" },
      { location: "cinema-b", bucket: "all" },
    ];
    expect(keyValueBucket({ location: "hub", bucket: "all", ...size, sources })).to.deep.include({
      subjects: ["$KV.all.>"],
      sources: [
        {
          location: "cinema-a",
          stream: "KV_a",
          subjectTransforms: [{ source: "$KV.a.>", destination: "$KV.all.>" }],
        },
        { location: "cinema-b", stream: "KV_all" },
      ],
    });
  });

  it("an object bucket is the stream of ADR-20", () => {
    const bucket = objectBucket({ location: "hub", bucket: "posters", ...size });
    expect(wireConfig(streamConfig(bucket))).to.deep.equal({
      name: "OBJ_posters",
      subjects: ["$O.posters.C.>", "$O.posters.M.>"],
      num_replicas: 3,
      max_age: 0,
      max_bytes: 2 ** 20,
      duplicate_window: 120e9,
      retention: "limits",
      discard: "new",
      storage: "file",
      allow_rollup_hdrs: true,
      allow_direct: true,
    });
    const mirror = { location: "hub", bucket: "posters" };
    expect(objectBucket({ location: "cinema-a", bucket: "posters", ...size, mirror })).to.deep.equal({
      ...size,
      location: "cinema-a",
      name: "OBJ_posters",
      mirror: { location: "hub", stream: "OBJ_posters" },
      maxAgeSeconds: 0,
      discard: "new",
      allowRollup: true,
      allowDirect: true,
    });
  });

  it("buckets with mirrors and sources over domains have no fault, but two object buckets of one name have", () => {
    const ttl = { ...size, maxBytes: 64 * 2 ** 20, ttlSeconds: 8 * day };
    const streams = [
      keyValueBucket({ location: "hub", bucket: "PRICES", ...ttl }),
      keyValueBucket({ location: "cinema-a", bucket: "PRICES", ...ttl, mirror: { location: "hub", bucket: "PRICES" } }),
      keyValueBucket({ location: "cinema-a", bucket: "OWN", ...ttl }),
      keyValueBucket({ location: "hub", bucket: "ALL", ...ttl, sources: [{ location: "cinema-a", bucket: "OWN" }] }),
      objectBucket({ location: "hub", bucket: "posters", ...ttl }),
      objectBucket({ location: "cinema-a", bucket: "posters", ...ttl, mirror: { location: "hub", bucket: "posters" } }),
    ];
    const topology = { hub: "hub", spokes: ["cinema-a"], streams };
    expect(topologyFaults(topology)).to.deep.equal([]);
    const twice = [...streams, objectBucket({ location: "cinema-b", bucket: "posters", ...ttl })];
    expect(topologyFaults({ ...topology, streams: twice }).join()).to.include(
      "'$O.posters.C.>' of stream hub/OBJ_posters and '$O.posters.C.>' of stream cinema-b/OBJ_posters catch the same messages",
    );
  });

  for (const bucket of ["", "a.b", "a b", "a>", "ä"]) {
    it(`'${bucket}' names no bucket`, () => {
      for (const make of [keyValueBucket, objectBucket]) {
        expect(() => make({ location: "hub", bucket, ...size })).to.throw(
          BucketError,
          `'${bucket}' cannot name a bucket in 'hub'; allowed: 1 or more of A-Z a-z 0-9 _ - (ADR-8, ADR-20); rename it`,
        );
      }
    });
  }

  for (const history of [0, 65, 1.5]) {
    it(`a history of ${history} is refused`, () => {
      expect(() => keyValueBucket({ location: "hub", bucket: "PRICES", ...size, history })).to.throw(
        BucketError,
        `'history' of bucket 'PRICES' in 'hub' is ${history}; allowed: 1 to 64 (ADR-8); change it`,
      );
    });
  }
});
