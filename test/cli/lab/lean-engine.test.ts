import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import execa from "execa";
import { leanEnvironment } from "../../../cli/lab/lean-engine";

/** As TypeScript's compiler writes `import * as it`, in the SDK too: it copies what a module has that is no ES module. */
const importStar = `
  const importStar = (mod) => (mod.__esModule ? mod : Object.assign({}, mod, { default: mod }));
`;

const kept = [
  "typescript",
  "@npmcli/arborist",
  "@opentelemetry/resources",
  "@pulumi/pulumi/runtime/closure/v8Hooks.js",
  "@pulumi/pulumi/automation/index.js",
];

describe("a process that is started with what makes providers lean", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cinema-lean-"));
    for (const name of kept) {
      const home = join(folder, "node_modules", name);
      await mkdir(home, { recursive: true });
      await writeFile(join(home, "index.js"), `console.log("loaded"); exports.Tool = class { name = "${name}"; };`);
    }
  });
  after(() => rm(folder, { recursive: true }));

  const linesOf = async (name: string, program: string): Promise<string[]> => {
    const main = join(folder, program, "index.js");
    await mkdir(join(folder, program), { recursive: true });
    const use = "console.log('running'); console.log(new it.Tool().name, new it.Tool().name);";
    await writeFile(main, `${importStar} const it = importStar(require("${name}")); ${use}`);
    return (await execa(process.execPath, [main], { env: leanEnvironment() })).stdout.split("\n");
  };

  for (const name of kept) {
    it(`loads ${name} when a provider uses it, and not before`, async () => {
      expect(await linesOf(name, "dynamic-provider")).to.deep.equal(["running", "loaded", `${name} ${name}`]);
    });

    it(`loads ${name} as always where it is something else: the engine's other processes get the options too`, async () => {
      expect(await linesOf(name, "run")).to.deep.equal(["loaded", "running", `${name} ${name}`]);
    });
  }

  for (const [what, project, last] of [
    ["from its bundle, with nothing left to compile", "cinema-jetstream", "false cinema-jetstream.js"],
    ["from its sources, where no bundle is named", undefined, "true index.ts"],
  ] as const) {
    it(`runs a program ${what}`, async () => {
      const main = join(folder, "cmd/run/index.js");
      await mkdir(join(main, ".."), { recursive: true });
      const tell = 'console.log(process.env.PULUMI_NODEJS_TYPESCRIPT, require("path").basename(process.argv.at(-1)))';
      await writeFile(main, tell);
      const env = { PULUMI_NODEJS_TYPESCRIPT: "true", ...leanEnvironment(project) };
      expect((await execa(process.execPath, [main, "--stack", "hub", "index.ts"], { env })).stdout).to.equal(last);
    });
  }

  for (const [program, said] of [
    ["cmd/run", "an error"],
    ["dynamic-provider", "a detail\nan error"],
  ] as const) {
    it(`sends ${program === "cmd/run" ? "no debug message of a program" : "those of a provider"}`, async () => {
      const log = join(folder, "node_modules/@pulumi/pulumi/log");
      await mkdir(log, { recursive: true });
      await writeFile(join(log, "index.js"), "exports.debug = exports.error = (said) => console.log(said);");
      const main = join(folder, program, "index.js");
      await mkdir(join(main, ".."), { recursive: true });
      await writeFile(
        main,
        `const log = require("@pulumi/pulumi/log"); require("fs"); log.debug("a detail"); log.error("an error");`,
      );
      expect((await execa(process.execPath, [main], { env: leanEnvironment() })).stdout).to.equal(said);
    });
  }

  /** What a program says that does so. */
  async function saidBy(program: string, env: Record<string, string> = {}): Promise<string> {
    const main = join(folder, "cmd/run/index.js");
    await mkdir(join(main, ".."), { recursive: true });
    await writeFile(main, program);
    return (await execa(process.execPath, [main], { env: { ...leanEnvironment(), ...env } })).stdout;
  }

  it("opens no debugger's session with a program, which the SDK asks for at the start", async () => {
    const hooks = "@pulumi/pulumi/runtime/closure/v8Hooks.js";
    expect(await saidBy(`require("${hooks}").isInitializedAsync().then(() => console.log("ready"))`)).to.equal("ready");
  });

  describe("in a program", () => {
    before(async () => {
      const home = join(folder, "node_modules/source-map-support/register");
      await mkdir(home, { recursive: true });
      const map = "Error.prepareStackTrace = (error) => `mapped ${error.message}`;";
      await writeFile(join(home, "index.js"), map);
    });
    const tell = 'console.log(new Error().stack, "and", new TypeError("a fault").stack);';

    it("maps the traces of errors that say something, and of no others", async () => {
      expect(await saidBy(tell)).to.equal("Error and mapped a fault");
    });

    it("maps all where promises that never settle are hunted", async () => {
      const program = `require("source-map-support/register"); ${tell}`;
      expect(await saidBy(program, { PULUMI_DEBUG_PROMISE_LEAKS: "true" })).to.equal("mapped  and mapped a fault");
    });
  });

  it("starts where the SDK has no use for them any more", async () => {
    const main = join(folder, "empty/dynamic-provider/index.js");
    await mkdir(join(main, ".."), { recursive: true });
    await writeFile(main, "console.log('running')");
    await rm(join(folder, "node_modules"), { recursive: true });
    expect((await execa(process.execPath, [main], { env: leanEnvironment() })).stdout).to.equal("running");
  });
});
