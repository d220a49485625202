/** Streams whose resources move within the program: to the engine each is another one, created before the old one is deleted. */
import { expect } from "chai";
import { readOutputs } from "../../cli/lab/stacks";
import { locationStack, streamsStack } from "../../cli/lab/home";
import type { Topology } from "../../streams/declarations";
import { closeConnections, connectionTo } from "../../streams/jetstream/connection";
import { askPatiently } from "../../streams/jetstream/request";
import { findStream } from "../../streams/jetstream/stream-api";
import { EngineLab } from "../rig/engine-lab";
import { story } from "../rig/story";

const sizes = { maxAgeSeconds: 3600, maxBytes: 2 ** 20 };
const topology: Topology = {
  hub: "hub",
  spokes: [],
  streams: [
    { location: "hub", name: "films", subjects: ["films.>"], ...sizes },
    { location: "hub", name: "all", sources: [{ location: "hub", stream: "films" }], ...sizes },
  ],
};

describe("the engine on streams that get another parent", function () {
  this.timeout(600_000);
  story(this);
  const lab = new EngineLab(23_400);

  before(async () => {
    await lab.init();
    await lab.up(locationStack("hub"));
  });
  after(async () => {
    delete process.env["STREAMS_PARENT"];
    await closeConnections();
    await lab.remove();
  });

  async function messages(): Promise<(number | undefined)[]> {
    const { clientUrls, logins } = await readOutputs(lab.engine, "hub");
    const ask = askPatiently({ servers: clientUrls, ...logins.ACC });
    const found = await Promise.all(topology.streams.map(({ name }) => findStream(ask, "hub", name)));
    return found.map((stream) => stream?.state.messages);
  }

  it("keeps their messages, says that the old resources leave them in place, and has nothing more to do", async () => {
    await lab.withTopology(topology, "up");
    const { clientUrls, logins } = await readOutputs(lab.engine, "hub");
    const hub = await connectionTo({ servers: clientUrls, ...logins.ACC });
    for (let i = 0; i < 10; i++) await hub.request("films.new", "a film", { timeout: 5_000 });

    process.env["STREAMS_PARENT"] = "test:nats:Elsewhere";
    const said = await lab.withTopology(topology, "up");
    expect(said)
      .to.match(/\+ 5 created/)
      .and.match(/- 4 deleted/);
    expect(said).to.match(
      /stream hub\/films is left in place: it bears the token '.*\/streams\/hub\.films#\w{8}', not/,
    );
    expect(await messages()).to.deep.equal([10, 10]);
    await lab.withTopology(topology, "up", "--expect-no-changes");
  });

  it("still destroys them with their new resources, once their messages may go", async () => {
    const streams = topology.streams.map((stream) => ({ ...stream, allowDataLoss: true }));
    await lab.withTopology({ ...topology, streams }, "up");
    await lab.destroy(streamsStack);
    expect(await messages()).to.deep.equal([undefined, undefined]);
  });
});
