/** State belongs to no checkout: another one, elsewhere and with its provider's code edited, finds nothing to change. */
import execa from "execa";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Engine } from "../../cli/lab/engine";
import { checkout } from "../../cli/lab/home";
import { EngineLab } from "../rig/engine-lab";
import { allStacks } from "../rig/stacks";

describe("the engine from a moved checkout", function () {
  this.timeout(600_000);
  const lab = new EngineLab(23_100);
  const parent = mkdtempSync(join(tmpdir(), "cinema-moved-"));
  const moved = join(parent, "elsewhere");
  const path = process.env["PATH"];

  before(async () => {
    await lab.init();
    for (const stack of allStacks) await lab.up(stack);
    await execa("cp", ["-R", checkout, moved]);
    process.env["PATH"] = `${join(moved, "node_modules/@pulumi/pulumi")}:${path}`;
  });
  after(async () => {
    process.env["PATH"] = path;
    await lab.remove();
    rmSync(parent, { recursive: true, force: true });
  });

  for (const stack of allStacks) {
    it(`shows no change of '${stack.name}', with the provider's code edited as well`, async () => {
      for (const folder of ["components", "streams"])
        appendFileSync(join(moved, folder, "dist/provider.js"), "\n// edited\n");
      await new Engine(lab.home, moved).run(stack, ["preview", "--expect-no-changes"]);
    });
  }
});
