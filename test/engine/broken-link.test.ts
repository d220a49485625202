/** A link that does not come up: the engine fails with its name, keeps what was made, and goes on from there. */
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { streamsStack } from "../../cli/lab/home";
import { controlRelay } from "../../components/local/runtime/relay-control";
import { topology, type Topology } from "../../streams/declarations";
import { EngineLab } from "../rig/engine-lab";
import { locationStacks } from "../rig/stacks";
import { story } from "../rig/story";

const withoutSales: Topology = { ...topology, streams: topology.streams.filter(({ name }) => name !== "sales") };

describe("the engine on a link that does not come up", function () {
  this.timeout(600_000);
  story(this);
  const lab = new EngineLab(23_300);
  const line = (command: "cut" | "heal") => controlRelay(lab.home.locationFolder("cinema-b"), command);

  before(async () => {
    await lab.init();
    for (const stack of locationStacks) await lab.up(stack);
    await lab.withTopology(withoutSales, "up");
  });
  after(() => lab.remove());

  it("fails in bounded time, naming the link and the reason, with the stream kept in state", async () => {
    await line("cut");
    const said = await lab.failure(lab.withTopology(topology, "up"));
    // Long before the 60 s that a link may take: nobody is there who could come up.
    expect(said).to.match(/not linked after [2-9] s: sales <- tickets-2 in cinema-b: origin out of reach: /);
    expect(said).to.contain("start location 'cinema-b', or mend its line");
    expect(said).to.contain("the stream itself is made and stays: mend the cause and run 'pulumi up' again");
    // Without the provider's code among its outputs a destroy would fail from here on.
    const state = readFileSync(
      join(lab.home.backend(), ".pulumi/stacks/cinema-jetstream-streams/streams.json"),
      "utf8",
    );
    const { resources } = JSON.parse(state).checkpoint.latest;
    const sales = resources.find(({ urn }: { urn: string }) => urn.endsWith("::hub.sales"));
    expect(sales.outputs).to.deep.include({ name: "sales", __provider: sales.inputs.__provider });
  });

  it("ends well once the line is mended, and is destroyed as any other", async () => {
    await line("heal");
    await lab.withTopology(topology, "up");
    await lab.up(streamsStack, "--expect-no-changes");
    await lab.destroy(streamsStack);
  });
});
