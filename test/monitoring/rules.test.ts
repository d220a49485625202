/** Prometheus' own checker on the rules and on all that the dashboard asks. */
import { expect } from "chai";
import execa from "execa";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { expressions, monitoring } from "./expressions";

describe("promtool", function () {
  this.timeout(600_000);

  const promtool = (...args: string[]) => execa("promtool", args, { cwd: monitoring, all: true, reject: false });

  it("accepts the rules", async () => {
    const { exitCode, all } = await promtool("check", "rules", "alerts.yaml");
    expect(exitCode, all).to.equal(0);
  });

  it("raises each alert when it must come, and not before", async () => {
    const { exitCode, all } = await promtool("test", "rules", "alerts.test.yaml");
    expect(exitCode, all).to.equal(0);
  });

  it("understands every expression of the dashboard", async () => {
    const folder = mkdtempSync(join(tmpdir(), "cinema-monitoring-"));
    try {
      const file = join(folder, "panels.yaml");
      const records = expressions.map(([, expr], i) => ({ record: `panel:${i}`, expr }));
      writeFileSync(file, stringify({ groups: [{ name: "panels", rules: records }] }));
      const { exitCode, all } = await promtool("check", "rules", file);
      expect(exitCode, all).to.equal(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
