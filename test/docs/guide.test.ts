/** The guide's commands, and those of other pages that need no more than its lab, each run as it stands there, in a copy of the checkout and with a home of its own. */
import { expect } from "chai";
import execa from "execa";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkout } from "../../cli/lab/home";
import { commandsOf, inShell, typedIn } from "../rig/guide";
import { processesNaming } from "../rig/leftovers";
import { typedOnLab } from "./commands";

describe("the guide", function () {
  this.timeout(600_000);
  const home = mkdtempSync(join(tmpdir(), "cinema-guide-"));
  const copy = join(home, "checkout");

  before(() => execa("cp", ["-R", checkout, copy]));
  after(() => rmSync(home, { recursive: true, force: true }));

  const type = (typed: readonly string[]) => typedIn(home, typed);

  const blocks = commandsOf("docs/guide.md");
  const shell = blocks.findIndex((block) => block.startsWith("npm run shell"));

  it("the lab's commands work as they stand in the guide", async () => {
    // Another first port than the one of a lab that may run on this machine.
    const [up = "", asked = "", ...rest] = blocks.slice(0, shell);
    await type([up.replace("npm run lab", "npm run lab -- up --ports 26000"), asked, ...typedOnLab, ...rest]);
  });

  it("the stacks come up, serve and go by hand as the guide says", async () => {
    await type(inShell(blocks.slice(shell + 1)));
  });

  it("nothing of it is left", () => {
    expect(processesNaming(home)).to.deep.equal([]);
    expect(readdirSync(home)).not.to.include("lab");
  });
});
