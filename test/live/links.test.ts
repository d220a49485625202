import { expect } from "chai";
import { controlRelay } from "../../components/local/runtime/relay-control";
import { LinkError } from "../../streams/jetstream/await-links";
import { closeConnections } from "../../streams/jetstream/connection";
import { linkFaults, readLink, type Link } from "../../streams/jetstream/link-status";
import { askOnce, type Ask } from "../../streams/jetstream/request";
import { createStream, findStream } from "../../streams/jetstream/stream-api";
import { readStatus } from "../../streams/jetstream/status";
import { streamHooks, type StreamState } from "../../streams/provider";
import type { Origin } from "../../streams/origin";
import { wireConfig } from "../../streams/wire-config";
import { locationOf, serverVersion, startRig, stopRig, type Rig } from "../rig/locations";
import { connectionOf, inputsOf, origin, publish, sizes } from "../rig/stream-inputs";
import { rejection } from "../rig/rejection";

const portBase = 22300;
const domains = ["hub", "cinema-a", "cinema-b"];

describe(`links on nats-server ${serverVersion}`, function () {
  this.timeout(600_000);

  const hooks = streamHooks(15_000);
  const impatient = streamHooks(1_000);
  let rig: Rig;
  let ask: Ask;

  before(async () => {
    rig = await startRig(portBase, domains.slice(1));
    ask = askOnce(connectionOf(rig));
  });
  after(async () => {
    await closeConnections();
    if (rig) await stopRig(rig);
  });

  const sourceOf = (stream: string, of: string, location = "cinema-a"): Link => ({
    domain: "hub",
    stream,
    kind: "source",
    origin: { location, stream: of },
  });

  /** Asks each domain directly, as the hub cannot reach one that is cut off. */
  const routed: Ask = (domain, api, payload) => askOnce(connectionOf(rig, domain))(domain, api, payload);

  /** Makes a follower in the hub, the way an `up` does: it fails where a link is not well. */
  async function follow(name: string, ...sources: readonly Origin[]): Promise<StreamState> {
    return (await hooks.create(inputsOf(rig, { location: "hub", name, sources, ...sizes }))).outs;
  }

  it("a follower's create ends when it holds what its origins held", async () => {
    for (const name of ["north", "south"])
      await hooks.create(inputsOf(rig, origin(name, name === "north" ? "cinema-a" : "cinema-b")));
    await publish(rig, "north", 20);
    await publish(rig, "south", 10);
    const sources = [
      { location: "cinema-a", stream: "north" },
      { location: "cinema-b", stream: "south" },
    ];
    await hooks.create(inputsOf(rig, { location: "hub", name: "sum", sources, ...sizes }));
    await hooks.create(
      inputsOf(rig, { location: "hub", name: "copy", mirror: { location: "cinema-a", stream: "north" }, ...sizes }),
    );
    expect((await findStream(ask, "hub", "sum"))?.state.messages).to.equal(30);
    expect((await findStream(ask, "hub", "copy"))?.state.messages).to.equal(20);
  });

  for (const [title, location, stream, reason] of [
    ["whose origin is missing", "cinema-a", "nobody", "origin missing: there is no stream 'nobody' in 'cinema-a'"],
    [
      "whose domain does not answer",
      "nowhere",
      "north",
      "origin out of reach: STREAM.INFO.north in domain 'nowhere' got no answer: " +
        "no JetStream server of that domain is reachable from the hub; start location 'nowhere', or mend its line: " +
        "the leafnodes of its servers for account ACC",
    ],
  ] as const) {
    it(`a follower ${title} fails in bounded time, names the link, and is kept in state`, async () => {
      const wanted = inputsOf(rig, {
        location: "hub",
        name: `of-${stream}`,
        sources: [{ location, stream }],
        ...sizes,
      });
      const error = await rejection(impatient.create(wanted));
      const message =
        `not linked after 1 s: of-${stream} <- ${stream} in ${location}: ${reason}; ` +
        "the stream itself is made and stays: mend the cause and run 'pulumi up' again";
      expect(error).to.be.instanceOf(LinkError);
      const { properties } = error as Error & { properties: StreamState };
      expect({ ...error, message: error.message }).to.deep.equal({
        name: "LinkError",
        message,
        id: `hub/of-${stream}`,
        properties: { ...wanted, generation: properties.generation },
        reasons: [message],
      });
    });
  }

  it("an origin made anew is named by its negative gap", async () => {
    const wanted = inputsOf(rig, origin("anew"));
    await hooks.create(wanted);
    await publish(rig, "anew", 9);
    const follower = inputsOf(rig, {
      location: "hub",
      name: "of-anew",
      sources: [{ location: "cinema-a", stream: "anew" }],
      ...sizes,
    });
    await hooks.create(follower);
    // By hand: the guards of an 'up' let nobody do so.
    await ask("cinema-a", "STREAM.DELETE.anew");
    await createStream(ask, wanted, wireConfig(wanted));
    await publish(rig, "anew", 2);
    const status = await readLink(ask, sourceOf("of-anew", "anew"));
    expect(status).to.deep.include({ gap: -7, originLastSeq: 2 });
    expect(linkFaults(status).join()).to.include("of-anew <- anew in cinema-a: origin made anew");
  });

  it("followers of followers, in one domain and over two, are well", async () => {
    await follow("of-sum", { location: "hub", stream: "sum" });
    await follow("of-copy", { location: "hub", stream: "copy" });
    const sources = [{ location: "hub", stream: "sum" }];
    await hooks.create(inputsOf(rig, { location: "cinema-a", name: "sum-there", sources, ...sizes }));
    expect((await findStream(ask, "cinema-a", "sum-there"))?.state.messages).to.equal(30);
  });

  it("an origin whose subjects were edited, and which its follower knows by the old ones, is well", async () => {
    const { outs } = await hooks.create(inputsOf(rig, origin("east")));
    await publish(rig, "east", 7);
    const follower = await follow("of-east", { location: "cinema-a", stream: "east" });
    await hooks.update("cinema-a/east", outs, inputsOf(rig, { ...origin("east"), subjects: ["orient.>"] }));
    await hooks.update("hub/of-east", follower, { ...follower, description: "Edited" });
  });

  it("an origin and a follower that are both empty by now are well", async () => {
    await hooks.create(inputsOf(rig, origin("west")));
    await publish(rig, "west", 7);
    const follower = await follow("of-west", { location: "cinema-a", stream: "west" });
    await ask("cinema-a", "STREAM.PURGE.west");
    await ask("hub", "STREAM.PURGE.of-west");
    await hooks.update("hub/of-west", follower, { ...follower, description: "Edited" });
  });

  it("origins whose names hold a ':', or are one in two locations, are told apart", async () => {
    await hooks.create(inputsOf(rig, { ...origin("up"), subjects: ["up-a.>"] }));
    await hooks.create(inputsOf(rig, { ...origin("up", "cinema-b"), subjects: ["up-b.>"] }));
    await hooks.create(inputsOf(rig, { ...origin("up:2"), subjects: ["up-2.>"] }));
    await publish(rig, "up-a", 3);
    await publish(rig, "up-b", 5);
    await publish(rig, "up-2", 7);
    const origins = [
      { location: "cinema-a", stream: "up" },
      { location: "cinema-b", stream: "up" },
      { location: "cinema-a", stream: "up:2" },
    ];
    await follow("of-ups", ...origins);
    const found = origins.map(({ location, stream }) => readLink(ask, sourceOf("of-ups", stream, location)));
    expect((await Promise.all(found)).map(({ gap, lost }) => [gap, lost])).to.deep.equal(Array(3).fill([0, undefined]));
  });

  it("a new follower of an origin whose first messages are gone is well", async () => {
    await hooks.create(inputsOf(rig, origin("late")));
    await publish(rig, "late", 9);
    await ask("cinema-a", "STREAM.PURGE.late", { keep: 2 });
    await follow("of-late", { location: "cinema-a", stream: "late" });
    const mirror = { location: "cinema-a", stream: "late" };
    await hooks.create(inputsOf(rig, { location: "hub", name: "late-copy", mirror, ...sizes }));
    expect((await findStream(ask, "hub", "of-late"))?.state.messages).to.equal(2);
    expect((await findStream(ask, "hub", "late-copy"))?.state.messages).to.equal(2);
  });

  it("while a link is cut the gap is true, though the server's lag says 0", async () => {
    expect(await readLink(routed, sourceOf("sum", "north"))).to.deep.include({ gap: 0, lag: 0 });

    await controlRelay(locationOf(rig, "cinema-a").inputs.folder, "cut");
    await publish(rig, "north", 5, "cinema-a");
    expect(await readLink(routed, sourceOf("sum", "north"))).to.deep.include({ gap: 5, lag: 0 });
    expect(await readLink(routed, { ...sourceOf("copy", "north"), kind: "mirror" })).to.deep.include({
      gap: 5,
      lag: 0,
    });

    const status = await readStatus(ask, domains);
    expect(status.silences.map(({ domain }) => domain)).to.deep.equal(["cinema-a"]);
    expect(status.silences[0]?.reason).to.match(/^STREAM\.LIST in domain 'cinema-a' got no answer: /);
    const faulty = status.links
      .filter((each) => linkFaults(each).length > 0)
      .map(({ stream, origin: { stream: of } }) => [stream, of]);
    expect(faulty).to.include.deep.members([
      ["sum", "north"],
      ["copy", "north"],
    ]);
    expect(faulty).not.to.include.deep.members([["sum", "south"]]);
  });

  it("messages that left the origin before they were taken are told as lost", async () => {
    await routed("cinema-a", "STREAM.PURGE.north");
    const links = [sourceOf("sum", "north"), { ...sourceOf("copy", "north"), kind: "mirror" as const }];
    for (const link of links) {
      const status = await readLink(routed, link);
      expect(status).to.deep.include({ gap: 0, lost: 5 });
      expect(linkFaults(status).join()).to.include("lost: 5 message(s) left the origin before they were taken");
    }
  });
});
