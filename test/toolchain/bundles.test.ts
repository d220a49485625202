import { expect } from "chai";
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundlesAreCurrent, stampBundles } from "../../toolchain/bundles.mjs";

describe("bundles", () => {
  let root: string;
  const write = (file: string) => writeFileSync(join(root, file), "text");
  const changed = (file: string, ms: number) => utimesSync(join(root, file), ms / 1_000, ms / 1_000);
  const startedMs = 2_000_000;
  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), "cinema-bundles-"));
    mkdirSync(join(root, "cli/dist"), { recursive: true });
    for (const file of ["build.mjs", "source.ts", "cli/dist/bundle.js"]) {
      write(file);
      changed(file, startedMs - 1_000);
    }
  });
  afterEach(() => rmSync(root, { recursive: true }));
  const stamp = () => stampBundles(root, { sources: ["source.ts"], bundles: ["cli/dist/bundle.js"], startedMs });

  it("are current as long as nothing changes", async () => {
    await stamp();
    expect(bundlesAreCurrent(root)).to.equal(true);
  });

  for (const [what, happens] of [
    ["a source was changed", () => changed("source.ts", startedMs + 1)],
    ["what makes them was changed", () => changed("build.mjs", startedMs + 1)],
    ["a setting that there was none of is there", () => write("tsconfig.json")],
    ["a source is gone", () => rmSync(join(root, "source.ts"))],
    ["one of them is gone", () => rmSync(join(root, "cli/dist/bundle.js"))],
    ["they were never made", () => rmSync(join(root, "cli/dist/stamp.json"))],
  ] as const) {
    it(`are not once ${what}`, async () => {
      await stamp();
      happens();
      expect(bundlesAreCurrent(root)).to.equal(false);
    });
  }

  it("are not where a source was changed while they were made: they may be of what it was before", async () => {
    changed("source.ts", startedMs);
    await stamp();
    expect(bundlesAreCurrent(root)).to.equal(false);
  });
});
