/** The bundles of packages, which commands, programs and providers are led to. The type checker does not see them. */
import { expect } from "chai";
import execa from "execa";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as zod from "zod";

const checkout = join(__dirname, "../..");

describe("the packages of the commands", () => {
  it("are loaded from a file each", async () => {
    const tell = "console.log(Object.keys(require.cache).filter((file) => file.includes('node_modules')).join())";
    const { stdout, stderr } = await execa(
      process.execPath,
      ["-e", `process.on("exit", () => ${tell}); require("./cli/dist/report.js")`],
      { cwd: checkout, env: { LAB_HOME: join(tmpdir(), "no-lab") }, reject: false },
    );
    expect(stderr).to.match(/^error: there is no lab/); // all is loaded by then
    expect(stdout).to.equal("");
  });

  it("say in English what is wrong, in no other language", async () => {
    const { z } = (await import(join(checkout, "cli/dist/packages/zod.js"))) as typeof zod;
    expect(Object.keys(z.locales)).to.deep.equal([]);
    expect(z.string().safeParse(1).error?.issues[0]?.message).to.equal(
      "Invalid input: expected string, received number",
    );
  });
});
