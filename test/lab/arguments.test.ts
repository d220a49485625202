/** What the lab's commands answer to good and bad arguments where there is no lab: none of them starts anything. */
import { expect } from "chai";
import { TestLab } from "../rig/lab-command";

const commands = ["up", "status", "publish", "cut", "heal", "delay", "down"];
const noLab = /^error: there is no lab in \S+; bring it up first: npm run lab$/;

const refused: readonly [string, RegExp][] = [
  ["bogus", /^error: unknown command 'bogus'$/],
  ["stauts", /^error: unknown command 'stauts'\n\(Did you mean status\?\)$/],
  ["up --bogus", /^error: unknown option '--bogus'$/],
  ["up now", /^error: too many arguments for 'up'\. Expected 0 arguments but got 1\.$/],
  [
    "up --ports x",
    /^error: option '--ports <base>' argument 'x' is invalid\. Allowed: a whole number from 1024 to 32000\.$/,
  ],
  [
    "--ports 32001",
    /^error: option '--ports <base>' argument '32001' is invalid\. Allowed: a whole number from 1024 to 32000\.$/,
  ],
  [
    "up --nats 2.8.0",
    /^error: option '--nats <version>' argument '2\.8\.0' is invalid\. Allowed: a release of nats-server, 2\.9\.19 or newer, such as [\d.]+\.$/,
  ],
  [
    "publish --count 0",
    /^error: option '--count <messages>' argument '0' is invalid\. Allowed: a whole number from 1 to 1000000\.$/,
  ],
  ["delay cinema-a", /^error: missing required argument 'milliseconds'$/],
  [
    "delay cinema-a 5x",
    /^error: command-argument value '5x' is invalid for argument 'milliseconds'\. Allowed: a whole number from 0 to 10000\.$/,
  ],
  ["cut", /^error: missing required argument 'location'$/],
  ["cut hub", /^error: 'hub' has no line to a hub; allowed: cinema-a, cinema-b; run: npm run lab -- cut cinema-a$/],
  [
    "publish nowhere",
    /^error: no stream in 'nowhere' takes messages; allowed: hub, cinema-a, cinema-b; run: npm run lab -- publish hub$/,
  ],
  ["status", noLab],
  ["publish cinema-a", noLab],
  ["heal cinema-b", noLab],
];

describe("lab arguments", function () {
  this.timeout(600_000);
  let lab: TestLab;
  before(() => {
    lab = new TestLab();
  });
  after(() => lab.remove());

  it("--help of the lab names its commands and where it lives", async () => {
    const { exitCode, stdout, stderr } = await lab.run("--help");
    expect([exitCode, stderr]).to.deep.equal([0, ""]);
    expect([...stdout.matchAll(/^ {2}(\w+) .* {2}/gm)].map(([, command]) => command)).to.include.members(commands);
    expect(stdout).to.contain(`The lab lives in ${lab.home.folder}; LAB_HOME=<folder> names another.`);
  });

  it("--help of each command, and of the report, says what it does and takes", async () => {
    for (const command of commands) {
      const { exitCode, stdout, stderr } = await lab.run(command, "--help");
      expect([exitCode, stderr]).to.deep.equal([0, ""]);
      expect(stdout).to.match(new RegExp(`^Usage: npm run lab -- ${command} [^]*\\n\\n[a-z]`));
    }
    const { exitCode, stdout } = await lab.report("--help");
    expect(exitCode).to.equal(0);
    expect(stdout).to.contain("Usage: npm run report -- ").and.contain("--json");
  });

  for (const [args, error] of refused) {
    it(`'${args}' is one clear error`, async () => {
      const { exitCode, stdout, stderr } = await lab.run(...args.split(" "));
      expect([exitCode, stdout]).to.deep.equal([1, ""]);
      expect(stderr.replace(/\n\(--help says more\)$/, "")).to.match(error);
    });
  }

  it("a report where there is no lab is one clear error", async () => {
    const { exitCode, stdout, stderr } = await lab.report();
    expect([exitCode, stdout]).to.deep.equal([1, ""]);
    expect(stderr).to.match(noLab);
  });

  it("nothing of all that leaves a file", () => {
    expect(lab.leftovers()).to.deep.equal({ processes: [], files: [] });
  });
});
