/** A stream whose resource gets another logical name in the program, with an alias of its old one and without. */
import { expect } from "chai";
import { join } from "node:path";
import { Engine } from "../../cli/lab/engine";
import { checkout, locationStack, streamsStack } from "../../cli/lab/home";
import { readOutputs } from "../../cli/lab/stacks";
import { closeConnections, connectionTo } from "../../streams/jetstream/connection";
import { askPatiently } from "../../streams/jetstream/request";
import { findStream } from "../../streams/jetstream/stream-api";
import { EngineLab } from "../rig/engine-lab";
import { story } from "../rig/story";

describe("the engine on a stream whose resource is renamed", function () {
  this.timeout(600_000);
  story(this);
  const lab = new EngineLab(28_500);
  const programs = new Engine(lab.home, join(checkout, "test/fixtures/renamed"));

  before(async () => {
    await lab.init();
    await lab.up(locationStack("hub"));
  });
  after(async () => {
    delete process.env["RENAMED"];
    await closeConnections();
    await lab.remove();
  });

  const hub = async () => {
    const { clientUrls, logins } = await readOutputs(lab.engine, "hub");
    return { servers: clientUrls, ...logins.ACC };
  };
  const messages = async () => (await findStream(askPatiently(await hub()), "hub", "films"))?.state.messages;
  const up = (name: string, alias?: string) => {
    process.env["RENAMED"] = JSON.stringify({ name, alias });
    return programs.run(streamsStack, ["up", "--yes", "--skip-preview"]);
  };

  it("takes the stream along under an alias", async () => {
    await up("first");
    const nc = await connectionTo(await hub());
    for (let i = 0; i < 5; i++) await nc.request("films.new", "a film", { timeout: 5_000 });
    expect(await up("second", "first"))
      .to.match(/~ 1 updated/)
      .and.not.match(/deleted|created/);
    expect(await messages()).to.equal(5);
  });

  it("refuses it without one, names the alias, and leaves the stream as it is", async () => {
    const said = await lab.failure(up("third"));
    expect(said).to.contain(
      "stream 'films' in 'hub' is there already, owned by 'cinema-jetstream-streams/streams/second', not by " +
        "'cinema-jetstream-streams/streams/third'; it was left as it is. Renamed the resource? Give it an alias of its old name.",
    );
    expect(await messages()).to.equal(5);
    await up("third", "second");
    expect(await messages()).to.equal(5);
  });
});
