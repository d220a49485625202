import { expect } from "chai";
import { controlRelay } from "../../components/local/runtime/relay-control";
import { LinkError } from "../../streams/jetstream/await-links";
import { closeConnections } from "../../streams/jetstream/connection";
import { linkFaults, readLink, type Link } from "../../streams/jetstream/link-status";
import { askOnce, type Ask } from "../../streams/jetstream/request";
import { findStream } from "../../streams/jetstream/stream-api";
import { readStatus } from "../../streams/jetstream/status";
import { streamHooks } from "../../streams/provider";
import { locationOf, serverVersion, startRig, stopRig, type Rig } from "../rig/locations";
import { connectionOf, inputsOf, origin, publish, sizes } from "../rig/stream-inputs";
import { rejection } from "../rig/rejection";

const portBase = 22300;
const domains = ["hub", "cinema-a", "cinema-b"];

describe(`links on nats-server ${serverVersion}`, function () {
  this.timeout(60_000);

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
        "no JetStream server of that domain is reachable from the hub",
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
      expect({ ...error, message: error.message }).to.deep.equal({
        name: "LinkError",
        message,
        id: `hub/of-${stream}`,
        properties: wanted,
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
    await hooks.delete("cinema-a/anew", wanted);
    await hooks.create(wanted);
    await publish(rig, "anew", 2);
    const link: Link = {
      domain: "hub",
      stream: "of-anew",
      kind: "source",
      origin: { location: "cinema-a", stream: "anew" },
    };
    const status = await readLink(ask, link);
    expect(status).to.deep.include({ gap: -7, originLastSeq: 2 });
    expect(linkFaults(status).join()).to.include("of-anew <- anew in cinema-a: origin made anew");
  });

  it("while a link is cut the gap is true, though the server's lag says 0", async () => {
    const link = (stream: string, kind: Link["kind"], of: string): Link => ({
      domain: "hub",
      stream,
      kind,
      origin: { location: "cinema-a", stream: of },
    });
    const routed: Ask = (domain, api, payload) => askOnce(connectionOf(rig, domain))(domain, api, payload);
    expect(await readLink(routed, link("sum", "source", "north"))).to.deep.include({ gap: 0, lag: 0 });

    await controlRelay(locationOf(rig, "cinema-a").inputs.folder, "cut");
    await publish(rig, "north", 5, "cinema-a");
    expect(await readLink(routed, link("sum", "source", "north"))).to.deep.include({ gap: 5, lag: 0 });
    expect(await readLink(routed, link("copy", "mirror", "north"))).to.deep.include({ gap: 5, lag: 0 });

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
});
