import { expect } from "chai";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Engine } from "../../../cli/lab/engine";
import { LabHome, locationStack } from "../../../cli/lab/home";
import { readOutputs } from "../../../cli/lab/stacks";
import { rejection } from "../../rig/rejection";

const hub = locationStack("hub");

/** Answers as many times as it is asked, each time something else. */
class CountingEngine extends Engine {
  asked = 0;
  override run = async () => JSON.stringify({ location: "hub", asked: ++this.asked });
}

describe("the outputs of a location in the lab", () => {
  let parent: string;
  let home: LabHome;
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), "cinema-outputs-"));
    home = new LabHome(join(parent, "lab"));
    home.create();
    mkdirSync(dirname(home.stateFile(hub)), { recursive: true });
  });
  afterEach(() => rmSync(parent, { recursive: true, force: true }));

  it("are asked of the engine once a state, by all commands together", async () => {
    const engine = new CountingEngine(home);
    const answers = [];
    for (const state of ["first", "first", "second", "first", "first"]) {
      writeFileSync(home.stateFile(hub), state);
      answers.push(await readOutputs(engine, "hub"));
    }
    expect(answers).to.deep.equal([1, 1, 2, 3, 3].map((asked) => ({ location: "hub", asked })));
    expect((statSync(home.outputsFile(hub)).mode & 0o777).toString(8)).to.equal("600");
  });

  it("are not those of a stack that was removed", async () => {
    const engine = new CountingEngine(home);
    writeFileSync(home.stateFile(hub), "first");
    await readOutputs(engine, "hub");
    rmSync(home.stateFile(hub));
    expect((await rejection(readOutputs(engine, "hub"))).message).to.match(/^location 'hub' of the lab is not up/);
  });
});
