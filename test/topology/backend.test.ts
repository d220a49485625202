/** The commands on stacks of the user's own backend, in a copy of the checkout whose files they edit. One story: each test goes on where the last one ended. */
import { expect } from "chai";
import execa from "execa";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkout } from "../../cli/lab/home";
import type { Outcome } from "../../cli/topology/promote/outcome";
import type { StackOutcome } from "../../cli/topology/run-stages";
import type { TopologyStatus } from "../../cli/topology/status/status";
import { newestMeasuredVersion } from "../../components/server-version";
import { inShell, typedIn } from "../rig/guide";
import { story } from "../rig/story";

const ports = { hub: 27_200, "cinema-a": 27_225, "cinema-b": 27_250 };
const names = Object.keys(ports);

describe("topology, on the stacks of a backend", function () {
  this.timeout(600_000);
  story(this);
  const home = mkdtempSync(join(tmpdir(), "cinema-backend-"));
  const copy = join(home, "checkout");
  const env = { PULUMI_CONFIG_PASSPHRASE: "only of a test", PULUMI_BACKEND_URL: `file://${home}` };

  const type = (...blocks: string[]) => typedIn(home, blocks, env);
  const topology = (command: string) => type(`npm run --silent topology -- ${command}`);
  const outcomesOf = (said: string) => {
    const { outcomes }: { outcomes: StackOutcome[] } = JSON.parse(said);
    return outcomes.map(({ stack, result }) => `${stack} ${result}`);
  };
  const status = async (): Promise<TopologyStatus> => JSON.parse(await topology("status --json"));

  before(async () => {
    await execa("cp", ["-R", checkout, copy]);
    const declared = Object.entries(ports).map(
      ([name, port]) => `
        pulumi stack init ${name}
        pulumi config set platform local -s ${name}
        pulumi config set localFolder ${home}/${name} -s ${name}
        pulumi config set localPortBase ${port} -s ${name}
        pulumi config set fileStoreSize 1Gi -s ${name}`,
    );
    await type(...inShell([...declared, "pulumi config set allowPlaintextLeafnodes true -s hub"]));
  });
  after(async () => {
    await type("npm run --silent topology -- destroy --yes || true"); // a test that failed may have left them so that they refuse
    rmSync(home, { recursive: true, force: true });
  });

  it("brings them up, and then finds nothing to do and no drift, for one location with what it needs as well", async () => {
    expect(outcomesOf(await topology("up --yes --json"))).to.deep.equal(
      [...names, "streams"].map((name) => `${name} done`),
    );
    expect(await type("npm run topology -- up --only cinema-a --yes")).to.contain("nothing to do");
    expect(await type("npm run topology -- refresh --expect-no-drift")).to.contain(
      "no drift: everything is as it was made",
    );
  });

  it("tells their status", async () => {
    const { findings, locations } = await status();
    expect(findings).to.deep.equal([]);
    expect(locations.map(({ location }) => location)).to.deep.equal(names);
  });

  it("upgrades one location alone, and says what the streams need then", async () => {
    const said = await topology(`upgrade --nats ${newestMeasuredVersion} --only cinema-b --yes`);
    expect(said).to.match(/by the next: npm run topology -- up$/m);
    expect(readFileSync(join(copy, "Pulumi.cinema-b.yaml"), "utf8")).to.contain(newestMeasuredVersion);
    const upgraded = (await status()).locations.find(({ location }) => location === "cinema-b");
    expect(upgraded?.servers.map(({ version }) => version)).to.deep.equal(Array(3).fill(newestMeasuredVersion));
    expect(outcomesOf(await topology("up --yes --json"))).to.include("streams done");
  });

  it("rotates all passwords", async () => {
    const user = async () => {
      const said = await type(...inShell(["pulumi stack output logins --show-secrets --json -s hub"]));
      return JSON.parse(said.slice(said.indexOf("{"))).ACC.user;
    };
    const before = await user();
    expect(await topology("rotate --yes")).to.match(/^drop: hub done/m);
    expect(await user()).to.equal(`${before}.2`);
    expect((await status()).findings).to.deep.equal([]);
  });

  it("promotes a mirror in the checkout's declarations, and every link is well right after it", async () => {
    const { outcome }: { outcome: Outcome } = JSON.parse(
      await topology("promote cinema-a/cinema-a-mirror --yes --json"),
    );
    expect(outcome.origin).to.deep.equal({ stream: "hub/cinema-a", state: "retired" });
    expect(outcome.linkFaults).to.deep.equal([]);
    expect((await status()).findings).to.deep.equal([]);
    const declared = readFileSync(join(copy, "streams/declarations.ts"), "utf8");
    expect(declared).to.contain("retired.for.cinema-a.cinema-a-mirror");
    expect(await type("npm run topology -- up --yes")).to.contain("nothing to do");
  });
});
