import { expect } from "chai";
import type { StreamInputs } from "../../streams/provider";
import { stream } from "../../streams/provider";
import { streamConfig } from "../../streams/stream-config";

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

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
const mirror = (after: string) => ({
  property: "mirror",
  reason:
    `'mirror' of stream cinema-a/copy is now ${after}; allowed: 'films' in 'hub', as servers refuse the change (10055; ` +
    "from 2.12 on a mirror may be dropped); declare a new stream under another name, and drop this one when it is empty",
});

describe("check of a stream", () => {
  const subjects = { mirror: undefined, subjects: ["x"] };
  for (const [title, change, failures] of [
    ["nothing changed", {}, []],
    ["limits changed", { maxAgeSeconds: 120, replicas: 1, description: "x" }, []],
    ["another name", { name: "other" }, [identity("name", "copy", "other")]],
    ["another location", { location: "hub" }, [identity("location", "cinema-a", "hub")]],
    ["another origin", { mirror: { location: "hub", stream: "x" } }, [mirror("'x' in 'hub'")]],
    ["a mirror dropped on 2.9.19", subjects, [mirror("none")]],
    ["a mirror dropped on 2.11.9", { ...subjects, serverVersion: "2.11.9" }, [mirror("none")]],
    ["a mirror dropped on 2.12.0", { ...subjects, serverVersion: "2.12.0" }, []],
    ["a mirror dropped on an unknown version", { ...subjects, serverVersion: unknown }, []],
  ] as const) {
    it(`${title}: ${failures.length} failure(s)`, async () => {
      const news = { ...olds, ...change };
      expect(await stream.check(olds, news)).to.deep.equal({ inputs: news, failures });
    });
  }

  it("a new stream has nothing to compare with", async () => {
    expect(await stream.check({}, olds)).to.deep.equal({ inputs: olds, failures: [] });
  });
});

describe("diff of a stream", () => {
  const { servers, user, password } = olds.connection;
  for (const [title, change, changes] of [
    ["the same inputs", {}, false],
    ["the same connection with its keys in another order", { connection: { password, user, servers } }, false],
    ["another age", { maxAgeSeconds: 120 }, true],
    ["another password", { connection: { servers, user, password: "new" } }, true],
    ["an unknown connection", { connection: unknown }, true],
    ["another owner, as after a rename", { owner: "p/s/m" }, true],
    ["newer servers", { serverVersion: "2.15.2" }, true],
  ] as const) {
    it(`${title}: ${changes ? "a change" : "no change"}`, async () => {
      const news = { ...olds, ...change } as StreamInputs;
      expect(await stream.diff("cinema-a/copy", olds, news)).to.deep.equal({ changes });
    });
  }
});
