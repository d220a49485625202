/** A spoke that is offline: the engine makes the other locations' streams all the same, and the next run finishes the rest. */
import { expect } from "chai";
import { locationStack, streamsStack } from "../../cli/lab/home";
import { stopServers } from "../../components/local/runtime/delete";
import { topology, type Topology } from "../../streams/declarations";
import { EngineLab } from "../rig/engine-lab";
import { locationStacks } from "../rig/stacks";
import { story } from "../rig/story";
import { swallowLine } from "../rig/swallowed-line";

/** Copies of copies, each made after the one before it: without the flag the engine begins none of them once a stream has failed. */
const chained: Topology = {
  ...topology,
  streams: [
    ...topology.streams,
    ...topology.streams
      .filter(({ name }) => name === "cinema-a-mirror")
      .flatMap((mirror) =>
        ["cinema-a-mirror", "copy-1", "copy-2"].map((stream, i) => ({
          ...mirror,
          name: `copy-${i + 1}`,
          mirror: { location: "cinema-a", stream },
        })),
      ),
  ],
};
const reachable = ["cinema-a-mirror", "copy-1", "copy-2", "copy-3", "tickets-1"].map((name) => `cinema-a.${name}`);

describe("the engine while a spoke is offline", function () {
  this.timeout(600_000);
  story(this);
  const lab = new EngineLab(26_200);

  before(async () => {
    await lab.init();
    for (const stack of locationStacks) await lab.up(stack);
  });
  after(() => lab.remove());

  /** Streams in the stack's state, `<location>.<name>` each. */
  async function kept(): Promise<string[]> {
    const state = JSON.parse(await lab.engine.run(streamsStack, ["stack", "export"]));
    const resources: { urn: string; type: string }[] = state.deployment.resources ?? [];
    return resources
      .flatMap(({ urn, type }) => (type.endsWith(":Stream") ? (urn.split("::").at(-1) ?? []) : []))
      .sort();
  }

  const folder = lab.home.locationFolder("cinema-b");
  for (const [how, goAway, reason] of [
    [
      "its servers are down",
      async () => {
        await stopServers(folder);
        return () => lab.up(locationStack("cinema-b"));
      },
      "no JetStream server of that domain is reachable from the hub; start location 'cinema-b'",
    ],
    [
      "its line swallows everything",
      () => swallowLine(folder),
      "none of that domain's servers answers the hub, though their leafnodes look connected; mend the line of location 'cinema-b'",
    ],
  ] as const) {
    describe(`as ${how}`, () => {
      let comeBack: () => unknown;

      it("fails with the location's name, and makes what does not need it", async () => {
        comeBack = await goAway();
        const said = await lab.failure(lab.withTopology(chained, "up", "--continue-on-error"));
        expect(said).to.contain(`STREAM.INFO.tickets-2 in domain 'cinema-b' got no answer: ${reason}`);
        expect(await kept()).to.deep.equal([...reachable, "hub.cinema-a"]);
      });

      it("finishes the rest once the spoke is back", async () => {
        await comeBack();
        await lab.withTopology(chained, "up");
        expect(await kept()).to.have.length(chained.streams.length);
        await lab.destroy(streamsStack);
      });
    });
  }
});
