import { expect } from "chai";
import { connect, consumerOpts, type KV, type NatsConnection, type ObjectStore } from "nats";
import semver from "semver";
import { keyValueBucket, objectBucket } from "../../streams/buckets";
import { closeConnections } from "../../streams/jetstream/connection";
import { stream } from "../../streams/provider";
import { spokeLinks } from "../../streams/spoke-links";
import { locationOf, serverVersion, startRig, stopRig, type Rig } from "../rig/locations";
import { inputsOf } from "../rig/stream-inputs";
import { until } from "../rig/until";

const portBase = 26_800;
const size = { maxBytes: 2 ** 20, ttlSeconds: 3600 };
const hasTransforms = semver.gte(serverVersion, "2.10.0");

const prices = { bucket: "PRICES", ...size, history: 3 };
const posters = { bucket: "posters", ...size };
const buckets = [
  keyValueBucket({ location: "hub", ...prices }),
  keyValueBucket({ location: "cinema-a", ...prices, mirror: { location: "hub", bucket: "PRICES" } }),
  keyValueBucket({ location: "cinema-a", bucket: "OWN", ...size }),
  keyValueBucket({ location: "hub", bucket: "OWN", ...size, mirror: { location: "cinema-a", bucket: "OWN" } }),
  keyValueBucket({ location: "hub", bucket: "EACH", ...size }),
  keyValueBucket({ location: "cinema-a", bucket: "EACH", ...size }),
  objectBucket({ location: "hub", ...posters }),
  objectBucket({ location: "cinema-a", ...posters, mirror: { location: "hub", bucket: "posters" } }),
  ...(hasTransforms
    ? [keyValueBucket({ location: "hub", bucket: "ALL", ...size, sources: [{ location: "cinema-a", bucket: "OWN" }] })]
    : []),
];

describe(`buckets on nats-server ${serverVersion}, with no more rights over the leafnode than their links need`, function () {
  this.timeout(600_000);

  let rig: Rig;
  const clients = new Map<string, NatsConnection>();

  before(async () => {
    rig = await startRig(portBase, ["cinema-a"], spokeLinks({ spokes: ["cinema-a"], streams: buckets }));
    for (const name of ["hub", "cinema-a"]) {
      const { clientUrls, logins } = locationOf(rig, name).outputs;
      const { user, password: pass } = logins.ACC;
      clients.set(name, await connect({ servers: [...clientUrls], user, pass, ignoreClusterUpdates: true }));
    }
    for (const bucket of buckets) await stream.create(inputsOf(rig, bucket));
  });
  after(async () => {
    for (const client of clients.values()) await client.close();
    await closeConnections();
    if (rig) await stopRig(rig);
  });

  function client(location: string): NatsConnection {
    const found = clients.get(location);
    if (!found) throw new RangeError(`no client in '${location}'`);
    return found;
  }

  const keyValue = (location: string, bucket: string): Promise<KV> => client(location).jetstream().views.kv(bucket);
  const objects = (location: string, bucket: string): Promise<ObjectStore> =>
    client(location).jetstream().views.os(bucket);
  const valueOf = async (bucket: KV, key: string): Promise<string | undefined> => (await bucket.get(key))?.string();

  it("what is put into a key-value bucket is read from its mirror in another location", async () => {
    const [origin, copy] = [await keyValue("hub", "PRICES"), await keyValue("cinema-a", "PRICES")];
    await origin.put("seat.front", "12");
    await until(async () => (await valueOf(copy, "seat.front")) === "12");
    await origin.purge("seat.front");
    await until(async () => (await copy.get("seat.front"))?.operation === "PURGE");
    expect((await copy.status()).history).to.equal(3);
  });

  it("what is put through a mirror in the hub goes to its origin in a spoke", async () => {
    const [origin, copy] = [await keyValue("cinema-a", "OWN"), await keyValue("hub", "OWN")];
    await copy.put("seat.back", "9");
    expect(await valueOf(origin, "seat.back")).to.equal("9");
    await until(async () => (await valueOf(copy, "seat.back")) === "9");
  });

  it("key-value buckets of one name in two locations are two: servers let no key over a leafnode", async () => {
    const [one, other] = [await keyValue("hub", "EACH"), await keyValue("cinema-a", "EACH")];
    await one.put("place", "hub");
    await other.put("place", "cinema-a");
    expect([await valueOf(one, "place"), await valueOf(other, "place")]).to.deep.equal(["hub", "cinema-a"]);
    expect([(await one.status()).values, (await other.status()).values]).to.deep.equal([1, 1]);
  });

  if (hasTransforms) {
    it("a key-value bucket gathers those of other names from another location, beside its own keys", async () => {
      const [own, all] = [await keyValue("cinema-a", "OWN"), await keyValue("hub", "ALL")];
      await own.put("seat", "12");
      await all.put("hall", "1");
      await until(async () => (await valueOf(all, "seat")) === "12");
      expect(await valueOf(all, "hall")).to.equal("1");
      expect(await valueOf(own, "hall")).to.equal(undefined);
    });
  }

  it("an object that is put in one location is read from the mirror in the other", async () => {
    const poster = new Uint8Array(300_000).map((_, i) => i % 251);
    const [origin, copy] = [await objects("hub", "posters"), await objects("cinema-a", "posters")];
    await origin.putBlob({ name: "film" }, poster);
    expect(await origin.getBlob("film")).to.deep.equal(poster);

    await until(async () => (await copy.info("film")) !== null);
    const { nuid } = (await copy.info("film")) ?? {};
    // What `get` of nats.js 2.29.3 does, but for the stream's name, without which it finds no mirror; nats.go names it.
    const options = consumerOpts();
    options.orderedConsumer();
    options.bindStream("OBJ_posters");
    const chunks: Uint8Array[] = [];
    for await (const chunk of await client("cinema-a").jetstream().subscribe(`$O.posters.C.${nuid}`, options)) {
      chunks.push(chunk.data);
      if (chunk.info.pending === 0) break;
    }
    expect(Buffer.concat(chunks).equals(poster)).to.equal(true);
  });

  it("a bucket that a client makes is the same stream, but for the delete of single messages", async () => {
    await stream.create(
      inputsOf(rig, keyValueBucket({ location: "hub", bucket: "SAME", ...size, history: 5, replicas: 1 })),
    );
    await client("hub")
      .jetstream()
      .views.kv("THEIRS", { history: 5, ttl: 3_600_000, max_bytes: 2 ** 20, replicas: 1 });
    const { streams } = await client("hub").jetstreamManager();
    const configOf = async (name: string) => {
      const { name: _n, subjects: _s, metadata: _m, description: _d, ...rest } = (await streams.info(name)).config;
      return rest;
    };
    // nats.js 2.29.3 leaves it out, against ADR-8.
    expect(await configOf("KV_SAME")).to.deep.equal({ ...(await configOf("KV_THEIRS")), deny_delete: true });
  });
});
