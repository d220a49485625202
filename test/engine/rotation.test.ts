/** The config key `rotation` on the real engine: three `up`s of a hub and its spoke. */
import { expect } from "chai";
import type { LabStack } from "../../cli/lab/home";
import { readOutputs } from "../../cli/lab/stacks";
import { ofAllAccounts, rotationFault } from "../../components/rotation";
import { EngineLab } from "../rig/engine-lab";
import { locationStacks } from "../rig/stacks";
import { story } from "../rig/story";

const [hub, cinemaA] = locationStacks as [LabStack, LabStack];

describe("rotation on the engine", function () {
  this.timeout(600_000);
  story(this);
  let lab: EngineLab;

  before(async () => {
    lab = new EngineLab(23_600);
    await lab.init();
    await lab.up(hub);
    await lab.up(cinemaA);
  });
  after(() => lab.remove());

  async function users(): Promise<string[]> {
    const { logins, leafnodeLogins } = await readOutputs(lab.engine, "hub");
    return [logins, leafnodeLogins["cinema-a"]].flatMap((each) => [each?.ACC.user ?? "", each?.SYS.user ?? ""]);
  }

  it("a jump over the step with both generations is refused in a preview", async () => {
    lab.configure("hub", { rotation: [2] });
    expect(await lab.failure(lab.preview(hub))).to.contain(rotationFault(ofAllAccounts([1]), ofAllAccounts([2])));
  });

  it("the hub hands out new users beside the old ones, which the spoke takes over", async () => {
    lab.configure("hub", { rotation: [1, 2] });
    await lab.up(hub);
    expect(await users()).to.deep.equal(["acc.2", "sys.2", "acc-cinema-a.2", "sys-cinema-a.2"]);
    expect(await lab.up(cinemaA)).to.contain("local:Cluster cinema-a-cluster updated");
    await lab.up(cinemaA, "--expect-no-changes");
  });

  it("the old users go, and the spoke has nothing to change", async () => {
    lab.configure("hub", { rotation: [2] });
    await lab.up(hub);
    await lab.up(hub, "--expect-no-changes");
    await lab.up(cinemaA, "--expect-no-changes");
    expect(await users()).to.deep.equal(["acc.2", "sys.2", "acc-cinema-a.2", "sys-cinema-a.2"]);
  });
});
