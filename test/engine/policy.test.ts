/** The policy pack in the real engine, on a program that makes no check of its own. */
import { expect } from "chai";
import execa, { type ExecaError } from "execa";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Engine } from "../../cli/lab/engine";
import { checkout, streamsStack } from "../../cli/lab/home";
import { topology, type Topology } from "../../streams/declarations";
import { EngineLab } from "../rig/engine-lab";

const packed = ["PulumiPolicy.yaml", "package.json", "package-lock.json", "run", "dist"];

describe("the engine with the policy pack", function () {
  this.timeout(600_000);
  const lab = new EngineLab(24_400);
  const pack = join(lab.home.folder, "policy");

  before(async () => {
    for (const file of packed) cpSync(join(checkout, "policy", file), join(pack, file), { recursive: true });
    await execa("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"], { cwd: pack });
    await lab.init();
  });
  after(() => lab.remove());

  /** All that the engine says of a preview, and whether it went on. */
  async function preview(declared: Topology, ...args: readonly string[]): Promise<{ said: string; ok: boolean }> {
    process.env["TOPOLOGY"] = JSON.stringify(declared);
    const engine = new Engine(lab.home, join(checkout, "test/fixtures/unchecked"));
    try {
      return {
        said: await engine.run(streamsStack, ["preview", "--policy-pack", join(pack, "run"), ...args]),
        ok: true,
      };
    } catch (error) {
      return { said: ((error as Error).cause as ExecaError).all ?? "", ok: false };
    }
  }

  const change = { retention: "interest", maxAgeSeconds: 60, replicas: 1, maxBytes: 0, allowDataLoss: true } as const;
  const wrong: Topology = {
    ...topology,
    streams: [
      ...topology.streams.map((each) => (each.name === "tickets-1" ? { ...each, ...change } : each)),
      {
        ...topology.streams[1],
        location: "cinema-b",
        name: "copy",
        mirror: { location: "hub", stream: "gone" },
        maxAgeSeconds: 60,
        maxBytes: 2 ** 20,
      },
    ],
    consumers: [{ location: "hub", stream: "gone", name: "ledger" }],
  };
  const violations = [
    ["stream-options", "'maxBytes' of stream cinema-a/tickets-1 is 0; allowed: "],
    ["stream-links", "'gone' in 'hub'"],
    ["link-retention", "is interest; allowed: limits, as what was published before the link"],
    [
      "outage-budgets",
      "'maxAgeSeconds' of stream cinema-a/tickets-1 is 60 s (1 minute); allowed: at least 604800 s (7 days)",
    ],
    ["consumers", "'stream' of consumer 'ledger' is 'gone' in 'hub', which is not declared"],
    ["no-data-loss", "'allowDataLoss' of cinema-a.tickets-1 is true; allowed by policy: left out"],
    ["three-replicas", "'replicas' of stream cinema-a.tickets-1 is 1; allowed by policy: 3 or more"],
  ] as const;

  it("lets a program without a fault go on", async () => {
    const { said, ok } = await preview(topology);
    expect(said).to.contain("✅ cinema-jetstream@v0.1.0");
    expect(ok).to.equal(true);
  });

  it("refuses what the checks would, and what it demands beyond them, each by its policy; no secret in it", async () => {
    const { said, ok } = await preview(wrong);
    expect(ok, said).to.equal(false);
    for (const [policy, text] of violations) expect(said).to.contain(`[mandatory]  ${policy}  `).and.contain(text);
    expect(said).not.to.contain("a password");
  });

  it("only tells where its configuration says so", async () => {
    const config = join(lab.home.folder, "advisory.json");
    writeFileSync(config, JSON.stringify({ all: "advisory" }));
    const { said, ok } = await preview(wrong, "--policy-pack-config", config);
    expect(ok, said).to.equal(true);
    for (const [policy, text] of violations) expect(said).to.contain(`[advisory]  ${policy}  `).and.contain(text);
  });
});
