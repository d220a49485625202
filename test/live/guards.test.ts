/** What keeps messages from being lost by a deploy, on real servers: of deletions, changes, take-overs and origins made anew. */
import { expect } from "chai";
import { closeConnections } from "../../streams/jetstream/connection";
import { askOnce, askPatiently, type Ask } from "../../streams/jetstream/request";
import { findStream } from "../../streams/jetstream/stream-api";
import { declaredStreamsHooks } from "../../streams/guards/leaving";
import { Followers } from "../../streams/jetstream/followers";
import { streamHooks, type StreamInputs } from "../../streams/provider";
import type { StreamDeclaration } from "../../streams/stream-declaration";
import semver from "semver";
import { serverVersion, startRig, stopRig, type Rig } from "../rig/locations";
import { rejection } from "../rig/rejection";
import { connectionOf, inputsOf, origin, publish, sizes } from "../rig/stream-inputs";
import { until } from "../rig/until";

const portBase = 28_000;
const knowsMetadata = semver.gte(serverVersion, "2.10.0");

describe(`guards of streams on nats-server ${serverVersion}`, function () {
  this.timeout(600_000);
  let rig: Rig;
  let ask: Ask;
  const { check, create, update, read, delete: remove } = streamHooks(10_000);

  before(async () => {
    rig = await startRig(portBase, ["cinema-a"]);
    ask = askPatiently(connectionOf(rig));
  });
  after(async () => {
    await closeConnections();
    if (rig) await stopRig(rig);
  });

  const inputs = (declaration: StreamDeclaration) => inputsOf(rig, declaration);
  const infoOf = (location: string, name: string) => findStream(ask, location, name);
  const messagesOf = async (location: string, name: string) => (await infoOf(location, name))?.state.messages;
  const reasons = async (olds: Partial<StreamInputs>, news: StreamInputs) =>
    (await check(olds, news)).failures.map(({ property, reason }) => `${property}: ${reason}`);
  const mirrorOf = (name: string): StreamDeclaration => ({
    location: "cinema-a",
    name: `${name}-copy`,
    mirror: { location: "hub", stream: name },
    ...sizes,
  });

  describe("a deletion", () => {
    it("of a stream with messages is refused with their number and size, and done once that is allowed", async () => {
      const { outs } = await create(inputs(origin("sold")));
      await publish(rig, "sold", 3);
      const bytes = (await infoOf("cinema-a", "sold"))?.state.bytes;
      const { name, message } = await rejection(remove("", outs));
      expect([name, message]).to.deep.equal([
        "DeletionError",
        `stream cinema-a/sold is not deleted: it holds 3 message(s), ${bytes} bytes; allowed: an empty stream, or ` +
          "'allowDataLoss: true'; declare that, run 'pulumi up', then remove the stream (for all streams: " +
          "pulumi config set allowDataLoss true); or let it stay on its servers: " +
          "'retainOnDelete: true' likewise, or pulumi state delete <urn>",
      ]);
      expect(await messagesOf("cinema-a", "sold")).to.equal(3);
      const allowed = await update("", outs, { ...inputs(origin("sold")), allowDataLoss: true });
      await remove("", allowed.outs);
      expect(await infoOf("cinema-a", "sold")).to.equal(undefined);
    });

    it("of an origin is refused while a stream of any domain mirrors it or sources from it, even with data loss allowed", async () => {
      const declaration = { ...origin("films", "hub"), allowDataLoss: true };
      const { outs } = await create(inputs(declaration));
      const mirror = await create(inputs(mirrorOf("films")));
      const sources = [{ location: "hub", stream: "films" }];
      const all = await create(inputs({ location: "hub", name: "all-films", sources, ...sizes }));
      const { message } = await rejection(remove("", outs));
      expect(message).to.match(
        /^stream hub\/films is not deleted: it is the origin of (hub\/all-films \(source\), cinema-a\/films-copy \(mirror\)|cinema-a\/films-copy \(mirror\), hub\/all-films \(source\)), which would stand still/,
      );
      expect(message).to.contain("allowed: a stream that nobody takes from; remove those first, or their link");
      await remove("", mirror.outs);
      await update("", all.outs, inputs({ location: "hub", name: "all-films", subjects: ["other.>"], ...sizes }));
      await remove("", outs);
      expect(await infoOf("hub", "films")).to.equal(undefined);
    });

    it("is refused where a domain that may hold followers does not answer, unless data loss is allowed", async () => {
      const { outs } = await create(inputs(origin("lonely")));
      const state = { ...outs, domains: ["hub", "cinema-a", "nowhere"] };
      const { message } = await rejection(remove("", state));
      expect(message).to.match(
        /^stream cinema-a\/lonely is not deleted: whether others take from it is not known \(domain 'nowhere': STREAM\.LIST .*no JetStream server.*\); allowed/,
      );
      await remove("", { ...state, allowDataLoss: true });
      expect(await infoOf("cinema-a", "lonely")).to.equal(undefined);
    });

    it("of an empty stream is done without a word", async () => {
      const { outs } = await create(inputs(origin("empty")));
      await remove("", outs);
      expect(await infoOf("cinema-a", "empty")).to.equal(undefined);
    });

    it("is told by the plan before anything is changed: refused with the numbers, and with followers that stay", async () => {
      const hooks = declaredStreamsHooks(askOnce, new Followers(askOnce));
      const { outs } = await create(inputs(origin("planned", "hub")));
      const copy = await create(inputs(mirrorOf("planned")));
      await publish(rig, "planned", 2);
      await until(async () => (await messagesOf("cinema-a", "planned-copy")) === 2);
      const kept = ({ owner, allowDataLoss }: StreamInputs) => ({ owner, ...(allowDataLoss && { allowDataLoss }) });
      const { connection, domains = [] } = outs;
      const both = { "hub/planned": kept(outs), "cinema-a/planned-copy": kept(copy.outs) };
      const declared = (streams: Parameters<typeof hooks.check>[1]["streams"]) => ({ connection, domains, streams });
      const told = async (...args: Parameters<typeof hooks.check>) =>
        (await hooks.check(...args)).failures.map(({ reason }) => reason);

      expect(await told({}, declared(both))).to.deep.equal([]);
      expect(await told(declared(both), declared(both))).to.deep.equal([]);
      const foreign = await told(declared({ "hub/planned": kept(outs) }), declared({}));
      expect(foreign).to.have.length(1);
      expect(foreign[0])
        .to.match(/^stream hub\/planned is not deleted: it holds 2 message\(s\), \d+ bytes; /)
        .and.contain("; and it is the origin of cinema-a/planned-copy (mirror)");
      const withoutOrigin = declared({ "cinema-a/planned-copy": kept(copy.outs) });
      for (const [plan, count] of [
        [declared({}), 2],
        [withoutOrigin, 1],
      ] as const) {
        const faults = await told(declared(both), plan);
        expect(faults).to.have.length(count);
        expect(faults.filter((reason) => reason.includes("origin of"))).to.deep.equal([]);
      }
      const allowed = { owner: outs.owner, allowDataLoss: true };
      const retained = { owner: copy.outs.owner, retainOnDelete: true };
      const someGo = { "hub/planned": allowed, "cinema-a/planned-copy": retained };
      expect(await told(declared(someGo), declared({}))).to.deep.equal([
        "stream hub/planned is not deleted: it is the origin of cinema-a/planned-copy (mirror), which would stand still without a " +
          "word; allowed: a stream that nobody takes from; remove those first, or their link",
      ]);
      const theirs = { owner: "p/other" };
      expect(await told(declared({ "hub/planned": theirs }), declared({}))).to.deep.equal([]);
    });
  });

  describe("a change", () => {
    const lower: readonly [string, Partial<StreamDeclaration>, Partial<StreamDeclaration>, number][] = [
      ["maxMessages", { discard: "old" }, { discard: "old", maxMessages: 4 }, 6],
      ["maxBytes", { discard: "old" }, { discard: "old", maxBytes: 300 }, 4],
      ["maxMessagesPerSubject", { maxMessagesPerSubject: 5 }, { maxMessagesPerSubject: 1 }, 2],
      ["maxAgeSeconds", {}, { maxAgeSeconds: 1, duplicateWindowSeconds: 1 }, 12],
      ["retention", {}, { retention: "interest" }, 12],
    ];
    for (const [field, first, second, least] of lower) {
      it(`of '${field}' that deletes messages is refused with their number, in the preview and by the update, and allowed by a word`, async function () {
        if (field === "retention" && !knowsMetadata) this.skip();
        const name = `lower-${field}`;
        const before = { ...origin(name), ...first };
        const after = { ...before, ...second };
        const { outs } = await create(inputs(before));
        for (let i = 0; i < 3; i++) await publish(rig, name, 4);
        if (field === "maxAgeSeconds") await new Promise((resolve) => setTimeout(resolve, 1_500));

        const { failures } = await check(outs, inputs(after));
        expect(failures.map(({ property }) => property)).to.deep.equal([field]);
        const [, count] =
          /deletes (\d+) message\(s\), about \d+ bytes; allowed: /.exec(failures[0]?.reason ?? "") ?? [];
        expect(Number(count)).to.be.within(least, 12);
        const error = await rejection(update("", outs, inputs(after)));
        expect([error.name, error.message]).to.deep.equal(["DataLossError", failures[0]?.reason]);
        expect(await messagesOf("cinema-a", name)).to.equal(12);

        const allowed = inputs({ ...after, allowDataLoss: true });
        expect(await reasons(outs, allowed)).to.deep.equal([]);
        await update("", outs, allowed);
        if (field === "retention") return;
        await until(async () => (await messagesOf("cinema-a", name)) === 12 - Number(count));
      });
    }

    it("that lowers a limit and deletes nothing is made", async () => {
      const { outs } = await create(inputs(origin("roomy")));
      await publish(rig, "roomy", 3);
      const news = inputs({ ...origin("roomy"), maxAgeSeconds: 600, maxBytes: 2 ** 19, maxMessages: 100 });
      expect(await reasons(outs, news)).to.deep.equal([]);
      await update("", outs, news);
      expect(await messagesOf("cinema-a", "roomy")).to.equal(3);
    });

    it("is previewed without servers, and then says that the loss is not known yet", async () => {
      const { outs } = await create(inputs(origin("blind")));
      const away = { ...outs, connection: { servers: ["nats://127.0.0.1:28999"], user: "acc", password: "secret" } };
      expect(await reasons(away, { ...inputs(origin("blind")), maxAgeSeconds: 1 })).to.deep.equal([]);
    });
  });

  describe("a take-over", () => {
    const byHand = async (name: string, config: object) => {
      await ask("cinema-a", `STREAM.CREATE.${name}`, {
        name,
        subjects: [`${name}.>`],
        num_replicas: 3,
        max_age: 3600e9,
        max_bytes: 2 ** 20,
        discard: "new",
        ...config,
      });
      await publish(rig, name, 2);
    };

    it("'if-equal' is done where nothing differs, and refused with each difference, in the preview and by the create", async () => {
      await byHand("equal", {});
      await byHand("unequal", { max_bytes: 5000, max_msgs: 7 });
      const equal = inputs({ ...origin("equal"), adopt: "if-equal" });
      expect(await reasons({}, equal)).to.deep.equal([]);
      const { outs } = await create(equal);
      expect(await read("x", outs)).to.deep.include({ props: outs });
      expect(await messagesOf("cinema-a", "equal")).to.equal(2);

      const unequal = inputs({ ...origin("unequal"), adopt: "if-equal" });
      const text =
        "stream 'unequal' in 'cinema-a' is there already, owned by nobody known, not by 'p/s/cinema-a.unequal'; it was left as it is. " +
        "'adopt: \"if-equal\"' takes over what is as declared, and it differs: maxBytes: 5000 there, 1048576 declared; maxMessages: 7 " +
        "there, none declared; declare it as it is, set 'adopt: \"always\"' to change it, or choose another name";
      expect(await reasons({}, unequal)).to.deep.equal([`adopt: ${text}`]);
      expect((await rejection(create(unequal))).message).to.equal(text);
      expect((await infoOf("cinema-a", "unequal"))?.config.max_bytes).to.equal(5000);
    });

    it("'always' changes what differs, but deletes no message by it", async () => {
      await byHand("taken", { max_bytes: 5000 });
      const always = inputs({ ...origin("taken"), adopt: "always" });
      expect(await reasons({}, always)).to.deep.equal([]);
      const { outs } = await create(always);
      expect(await read("x", outs)).to.deep.include({ props: outs });

      await byHand("shrunk", {});
      const shrunk = inputs({ ...origin("shrunk"), adopt: "always", discard: "old", maxMessages: 1 });
      expect((await rejection(create(shrunk))).name).to.equal("DataLossError");
      expect(await messagesOf("cinema-a", "shrunk")).to.equal(2);
    });
  });
});
