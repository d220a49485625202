import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { withProviderPeak } from "../../bench/provider-memory";
import { runCommand } from "../../toolchain/command.mjs";

const megabytes = 1e6;

describe("memory of the dynamic provider", function () {
  let folder: string;
  before(function () {
    if (process.platform !== "linux") this.skip(); // only there it is told
    folder = mkdtempSync(join(tmpdir(), "cinema-bench-"));
  });
  after(() => folder && rmSync(folder, { recursive: true, force: true }));

  /** Runs a script that takes some memory for a moment and gives it back, under the path that a provider has. */
  function run(path: string, script: string): Promise<unknown> {
    const file = join(folder, path);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, script);
    return runCommand(process.execPath, ["--expose-gc", file], { env: process.env });
  }
  const taking = `let taken = Buffer.alloc(${200 * megabytes}, 1); taken = undefined; gc(); setTimeout(() => {}, 500);`;

  it("its peak is told after it gave the memory back, with what the work gave", async () => {
    const { result, peak = 0 } = await withProviderPeak(async () => {
      await run("cmd/dynamic-provider/index.js", taking);
      return "done";
    });
    expect(result).to.equal("done");
    expect(peak).to.be.within(200 * megabytes, 400 * megabytes);
  });

  it("other processes do not count", async () => {
    const work = () =>
      Promise.all([run("cmd/run/index.js", taking), run("cmd/dynamic-provider/small.js", "setTimeout(() => {}, 500)")]);
    const { peak = Infinity } = await withProviderPeak(work);
    expect(peak).to.be.below(200 * megabytes);
  });

  it("what is below the provider counts", async () => {
    const child = join(folder, "child.js");
    writeFileSync(child, taking);
    const script = `require("node:child_process").execFileSync(process.execPath, ["--expose-gc", ${JSON.stringify(child)}]);`;
    const { peak = 0 } = await withProviderPeak(() => run("cmd/dynamic-provider/parent.js", script));
    expect(peak).to.be.above(200 * megabytes);
  });

  it("work without a provider is an error, as its figure would be nothing", async () => {
    const error = await withProviderPeak(() => run("other.js", "")).then(String, (thrown: Error) => thrown.message);
    expect(error).to.equal("no dynamic provider was seen at work: is its command line otherwise now?");
  });
});
