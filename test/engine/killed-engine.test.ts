/** An engine that is killed outright while it works on the streams, with no state of that run saved: the next run does what a clean one would. */
import { expect } from "chai";
import { connect } from "nats";
import { join } from "node:path";
import { Engine } from "../../cli/lab/engine";
import { engineLocks } from "../../cli/lab/engine-locks";
import { checkout, locationStack, streamsStack } from "../../cli/lab/home";
import { readOutputs } from "../../cli/lab/stacks";
import type { StreamDeclaration, Topology } from "../../streams/declarations";
import { EngineLab } from "../rig/engine-lab";
import { story } from "../rig/story";

const count = 20;
const messages = 3;

function declared(change: Partial<StreamDeclaration> = {}, names = count): Topology {
  const streams = Array.from({ length: names }, (_, i) => ({
    location: "hub",
    name: `films-${i}`,
    subjects: [`films.${i}`],
    maxAgeSeconds: 864_000,
    maxBytes: 2 ** 16,
    replicas: 3,
    ...change,
  }));
  return { hub: "hub", spokes: [], streams };
}

describe("an engine that is killed while it works on the streams", function () {
  this.timeout(600_000);
  story(this);
  const lab = new EngineLab(24_600);

  before(async () => {
    await lab.init();
    await lab.up(locationStack("hub"));
  });
  after(() => lab.remove());

  /** Kills the engine once it has said this. */
  async function killedUp(topology: Topology, after: string): Promise<void> {
    process.env["TOPOLOGY"] = JSON.stringify(topology);
    const engine = new Engine(lab.home, join(checkout, "test/fixtures/topology"));
    let steps = 0;
    const onStep = (step: string) => {
      if (step.startsWith(after) && ++steps === 5)
        for (const { pid } of engineLocks(lab.home)) process.kill(pid, "SIGKILL");
    };
    const said = await lab.failure(engine.run(streamsStack, ["up", "--yes", "--skip-preview"], { onStep }));
    expect(said).to.contain("the engine was ended by SIGKILL");
    await engine.untilIdle();
    await engine.releaseStaleLocks();
  }

  async function inState(): Promise<number> {
    const { deployment } = JSON.parse(await lab.engine.run(streamsStack, ["stack", "export"]));
    const resources: { type: string }[] = deployment.resources ?? [];
    return resources.filter(({ type }) => type.endsWith(":Stream")).length;
  }

  /** The streams that are there, by name, each with its messages. */
  async function there(work: "publish" | "look" = "look"): Promise<Record<string, number>> {
    const { clientUrls, logins } = await readOutputs(lab.engine, "hub");
    const connection = await connect({ servers: [...clientUrls], user: logins.ACC.user, pass: logins.ACC.password });
    try {
      const all = await (await connection.jetstreamManager({ domain: "hub" })).streams.list().next();
      // Before 2.10 a kill may leave empty ones beside them: docs/decisions/0006.
      const found = all.filter(({ config }) => config.name.startsWith("films-"));
      if (work === "publish")
        for (const { config } of found)
          for (let i = 0; i < messages; i++)
            await connection.jetstream().publish(config.subjects[0] ?? "", `film ${i}`);
      return Object.fromEntries(found.map(({ config, state }) => [config.name, state.messages]));
    } finally {
      await connection.close();
    }
  }

  const all = (value: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`films-${i}`, value]));

  it("leaves streams that no state knows", async () => {
    await killedUp(declared(), "created Stream");
    expect(await inState()).to.equal(0);
    expect(Object.keys(await there()).length).to.be.within(5, count);
    await there("publish");
  });

  it("makes the rest in the next run, takes over what was there, and keeps what it holds", async () => {
    const before = await there();
    const [holding = ""] = Object.keys(before).filter((name) => before[name] === messages); // whichever were made before the kill
    expect(holding).not.to.equal("");
    await lab.withTopology(declared(), "up");
    expect(await inState()).to.equal(count);
    expect(await there()).to.deep.equal({ ...all(0), ...before });
    await lab.withTopology(declared(), "preview", "--expect-no-changes");
    await lab.withTopology(declared({ maxAgeSeconds: 864_001 }, 0), "preview").then(
      () => expect.fail("a preview without the streams is refused while they hold messages"),
      ({ message }: Error) => expect(message).to.contain(holding),
    );
  });

  it("changes the rest in the next run", async () => {
    await killedUp(declared({ maxBytes: 2 ** 17 }), "updated Stream");
    const before = await there();
    await lab.withTopology(declared({ maxBytes: 2 ** 17 }), "up");
    await lab.withTopology(declared({ maxBytes: 2 ** 17 }), "preview", "--expect-no-changes");
    expect(await there()).to.deep.equal(before);
  });

  it("deletes the rest in the next run", async () => {
    await lab.withTopology(declared({ maxBytes: 2 ** 17, allowDataLoss: true }), "up");
    await killedUp(declared({}, 0), "deleted Stream");
    expect(Object.keys(await there()).length).to.be.below(count);
    await lab.withTopology(declared({}, 0), "up");
    expect([await inState(), await there()]).to.deep.equal([0, {}]);
  });
});
