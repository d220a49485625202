import { expect } from "chai";
import type { StreamInputs } from "../../streams/provider";
import { declaredStreams, stream } from "../../streams/provider";
import { streamConfig } from "../../streams/stream-config";
import { unknown } from "../../streams/stream-state";

const olds: StreamInputs = {
  ...streamConfig({
    location: "cinema-a",
    name: "copy",
    mirror: { location: "hub", stream: "films" },
    maxAgeSeconds: 60,
    maxBytes: 1024,
  }),
  connection: { servers: ["nats://127.0.0.1:1"], user: "acc", password: "secret" },
  owner: "p/s/n",
  serverVersion: "2.9.19",
};

const identity = (property: string, before: string, after: string) => ({
  property,
  reason:
    `'${property}' of stream cinema-a/copy is now '${after}'; allowed: '${before}', as a stream with ` +
    "its messages cannot be moved or renamed; declare the new one beside it under a logical name of its own",
});
const newName =
  "declare a stream under another name that has this one as its source, and move publishers and consumers over";
const refused = (property: string, [before, after]: readonly [unknown, unknown], version: string, rest: string) => ({
  property,
  reason:
    `'${property}' of stream cinema-a/copy is now ${after === undefined ? "none" : JSON.stringify(after)}; allowed: ` +
    `${JSON.stringify(before)}, as nats-server ${version}does not make this change of a live stream (${rest}`,
});
const otherOrigin = { location: "hub", stream: "x" };
const other = refused(
  "mirror",
  [olds.mirror, otherOrigin],
  "2.9.19 ",
  "10055); to get there, declare a mirror under another name, and remove this stream once the mirror has caught up",
);
const dropped = (version: string) =>
  refused(
    "mirror",
    [olds.mirror, undefined],
    `${version} `,
    `10055); to get there, run nats-server 2.12.0 or newer, which makes a mirror an origin, or ${newName}`,
  );
const storage = (version: string) =>
  refused("storage", ["file", "memory"], version, `10052); to get there, ${newName}`);

const moved = {
  property: "placement",
  reason:
    "'placement' of stream cinema-a/copy changes together with 'replicas'; allowed: one after the other (10123); change one of them, " +
    "run 'pulumi up', then the other",
};

describe("check of a stream", () => {
  const subjects = { mirror: undefined, subjects: ["x"] };
  for (const [title, change, failures] of [
    ["nothing changed", {}, []],
    ["limits changed", { maxAgeSeconds: 120, replicas: 1, description: "x" }, []],
    ["another name", { name: "other" }, [identity("name", "copy", "other")]],
    ["another location", { location: "hub" }, [identity("location", "cinema-a", "hub")]],
    ["another origin", { mirror: otherOrigin }, [other]],
    ["a mirror dropped on 2.9.19", subjects, [dropped("2.9.19")]],
    ["a mirror dropped on 2.11.9", { ...subjects, serverVersion: "2.11.9" }, [dropped("2.11.9")]],
    ["a mirror dropped on 2.12.0", { ...subjects, serverVersion: "2.12.0" }, []],
    ["a mirror dropped on an unknown version", { ...subjects, serverVersion: unknown }, []],
    ["another storage on an unknown version", { storage: "memory", serverVersion: unknown }, [storage("")]],
    ["another placement", { placement: { tags: ["ssd"] } }, []],
    ["another placement and number of replicas", { placement: { tags: ["ssd"] }, replicas: 1 }, [moved]],
    ["two faults", { mirror: otherOrigin, storage: "memory" }, [other, storage("2.9.19 ")]],
  ] as const) {
    it(`${title}: ${failures.length} failure(s)`, async () => {
      const news = { ...olds, ...change };
      expect(await stream.check(olds, news)).to.deep.equal({ inputs: news, failures });
    });
  }

  it("a new stream has nothing to compare with", async () => {
    expect(await stream.check({}, olds)).to.deep.equal({ inputs: olds, failures: [] });
  });

  it("a stream that is to be taken over is no fault while the connection is unknown", async () => {
    const news = { ...olds, adopt: "if-equal", connection: unknown } as unknown as StreamInputs;
    expect(await stream.check({}, news)).to.deep.equal({ inputs: news, failures: [] });
  });
});

const { servers, user, password } = olds.connection;

describe("diff of a stream", () => {
  for (const [title, change, changes] of [
    ["the same inputs", {}, false],
    ["the same connection with its keys in another order", { connection: { password, user, servers } }, false],
    ["another age", { maxAgeSeconds: 120 }, true],
    ["another password", { connection: { servers, user, password: "new" } }, true],
    [
      "a login to SYS, as a state of before has none",
      { connection: { ...olds.connection, system: { user, password } } },
      true,
    ],
    ["an unknown connection", { connection: unknown }, true],
    ["another owner, as after a rename", { owner: "p/s/m" }, true],
    ["newer servers", { serverVersion: "2.15.2" }, true],
    ["another location that may hold followers", { domains: ["hub"] }, true],
    ["another time for its links", { linkTimeoutSeconds: 5 }, false],
    ["another rate and other budgets, which no server knows", { bytesPerSecond: 5, outageBudgetsSeconds: [60] }, false],
  ] as const) {
    it(`${title}: ${changes ? "a change" : "no change"}`, async () => {
      const news = { ...olds, ...change } as StreamInputs;
      expect(await stream.diff("cinema-a/copy", olds, news)).to.deep.equal({ changes });
    });
  }
});

describe("diff of the declared streams", () => {
  const declared = {
    connection: olds.connection,
    domains: ["hub"],
    streams: { "hub/a": { owner: "p/s/a" }, "hub/b": { owner: "p/s/b" } },
  };
  const { "hub/a": a, "hub/b": b } = declared.streams;
  for (const [title, change, changes] of [
    ["the same", {}, false],
    ["the same in another order", { streams: { "hub/b": b, "hub/a": a } }, false],
    ["one more", { streams: { ...declared.streams, "hub/c": { owner: "p/s/c" } } }, true],
    ["one that may lose messages", { streams: { "hub/a": { ...a, allowDataLoss: true }, "hub/b": b } }, true],
    ["another location", { domains: ["hub", "cinema-a"] }, true],
    ["another password", { connection: { servers, user, password: "new" } }, true],
  ] as const) {
    it(`${title}: ${changes ? "a change" : "no change"}`, async () => {
      expect(await declaredStreams.diff("x", declared, { ...declared, ...change })).to.deep.equal({ changes });
    });
  }
});
