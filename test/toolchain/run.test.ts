import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect } from "chai";
import { Machine, startNode, until } from "./machine.js";

describe("run", () => {
  let machine: Machine;
  let checkout: string;
  beforeEach(() => {
    machine = new Machine();
    checkout = join(machine.folder, "checkout");
    cpSync(join(__dirname, "..", "..", "toolchain"), join(checkout, "toolchain"), { recursive: true });
    writeFileSync(join(checkout, "package.json"), "{}");
    writeFileSync(join(checkout, "package-lock.json"), "{}");
    writeFileSync(
      join(checkout, "build.mjs"),
      'import { appendFileSync } from "node:fs"; appendFileSync("../builds", "x");',
    );
    npm();
  });
  afterEach(() => machine.remove());

  /** An `npm` that installs for some time and logs its calls. */
  function npm(seconds = 0) {
    machine.script(
      "npm",
      `echo "$*" >> ../npm.log
      mkdir -p node_modules/.bin node_modules/@pulumi/pulumi
      sleep ${seconds}
      echo > node_modules/@pulumi/pulumi/pulumi-resource-pulumi-nodejs`,
    );
  }
  const log = (name: string) => {
    const file = join(machine.folder, name);
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  };
  const start = (...args: string[]) => startNode(["toolchain/run.mjs", ...args], machine.env, checkout);
  const run = (...args: string[]) => start(...args).ended;

  it("installs what the lock file says, builds the providers, and ends as the command ends", async () => {
    const { code, stdout, stderr } = await run("--", "sh", "-c", "echo out; echo err >&2; exit 7");
    expect({ code, stdout, stderr: stderr.replace(/after \d+ s/, "after N s") }).to.deep.equal({
      code: 7,
      stdout: "out\n",
      stderr: "npm ci: 0 s\nnpm ci: done after N s\nerr\n",
    });
    expect([log("npm.log"), log("builds")]).to.deep.equal([
      "ci --ignore-scripts --include=dev --no-audit --no-fund\n",
      "x",
    ]);
  });

  it("installs again only where the packages wanted have changed", async () => {
    const installs: number[] = [];
    for (const [file, text] of [
      ["package.json", "{}"],
      ["package.json", '{"scripts":{"x":"y"}}'],
      ["package.json", '{"dependencies":{"x":"1"}}'],
      ["package-lock.json", '{"lockfileVersion":3}'],
    ] as const) {
      writeFileSync(join(checkout, file), text);
      await run("--", "sh", "-c", "");
      installs.push(log("npm.log").trim().split("\n").length);
    }
    expect(installs).to.deep.equal([1, 1, 2, 3]);
    expect(log("builds")).to.equal("xxxx");
  });

  it("installs again after an install that was interrupted", async () => {
    npm(30);
    const interrupted = start("--", "sh", "-c", "");
    await until(() => log("npm.log") !== "");
    interrupted.kill("SIGTERM");
    const { code, stderr } = await interrupted.ended;
    expect([code, stderr.split("\n").at(-2)]).to.deep.equal([
      143,
      "ended by SIGTERM; the same command again goes on from here",
    ]);

    npm();
    expect((await run("--", "sh", "-c", "")).code).to.equal(0);
    expect(readdirSync(machine.cache)).to.deep.equal([]);
  });

  it("installs once for two at once", async () => {
    npm(0.5);
    const results = await Promise.all([run("--", "sh", "-c", "echo ran"), run("--", "sh", "-c", "echo ran")]);
    expect(results.map(({ stdout }) => stdout)).to.deep.equal(["ran\n", "ran\n"]);
    expect(log("npm.log").trim().split("\n")).to.have.length(1);
  });

  it("waits for nobody where nothing is missing", async () => {
    await run("--", "sh", "-c", "");
    mkdirSync(join(checkout, "cli/dist"), { recursive: true });
    writeFileSync(join(checkout, "cli/dist/stamp.json"), "{}");
    rmSync(machine.cache, { recursive: true });
    writeFileSync(machine.cache, ""); // no lock can be taken there
    expect((await run("--", "sh", "-c", "echo ran")).stdout).to.equal("ran\n");
  });

  it("tells npm's own words where it fails, and does not run the command", async () => {
    machine.script("npm", "echo npm error E404; exit 1");
    const { code, stdout, stderr } = await run("--", "sh", "-c", "echo ran");
    expect([code, stdout]).to.deep.equal([1, ""]);
    expect(stderr).to.contain("ended with 1:\n    npm error E404");
  });

  const tellEnv = "echo $PATH; echo $PULUMI_SKIP_UPDATE_CHECK, $PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION";

  it("puts the tools first on PATH, then the providers' host and the packages' commands", async () => {
    machine.go();
    const { stdout } = await run("--tools", "nats-server,nats-server@2.9.19", "--", "sh", "-c", tellEnv);
    const path = [
      join(machine.cache, "nats-server@2.14.2"),
      join(machine.cache, "nats-server@2.9.19"),
      join(checkout, "node_modules", "@pulumi", "pulumi"),
      join(checkout, "node_modules", ".bin"),
      machine.env.PATH,
    ];
    expect(stdout).to.equal(`${path.join(delimiter)}\n1, 1\n`);
  });

  it("leaves the engine its own downloads where no tool had to be built", async () => {
    machine.script("pulumi", "echo v3.259.0");
    machine.script("pulumi-language-nodejs", "");
    const folder = join(machine.cache, "nats-server@2.14.2");
    machine.script("nats-server", "", folder);
    writeFileSync(join(folder, "origin"), "downloaded");
    const { stdout } = await run("--tools", "pulumi,nats-server", "--", "sh", "-c", tellEnv);
    expect(stdout.split("\n")[1]).to.equal("1,");
  });

  it("gets no tools for a command that only shows its help", async () => {
    const { code, stdout } = await run("--tools", "pulumi,random", "--", "sh", "-c", "echo $1", "sh", "--help");
    expect([code, stdout]).to.deep.equal([0, "--help\n"]);
  });

  it("passes a signal on to the command once, and ends as it ends", async () => {
    mkdirSync(join(checkout, "signals"));
    const script = `const { appendFileSync } = require("node:fs");
      process.on("SIGINT", () => { appendFileSync("signals/seen", "x"); setTimeout(() => process.exit(5), 100); });
      appendFileSync("signals/ready", ""); setInterval(() => {}, 1000);`;
    const started = start("--", process.execPath, "-e", script);
    await until(() => existsSync(join(checkout, "signals", "ready")));
    started.kill("SIGINT");
    expect((await started.ended).code).to.equal(5);
    expect(readFileSync(join(checkout, "signals", "seen"), "utf8")).to.equal("x");
  });

  for (const [args, fault] of [
    [[], "no command; e.g. node toolchain/run.mjs --tools pulumi -- tsx cli/lab.ts"],
    [
      ["--tools", "kubectl", "--", "sh"],
      "no tool 'kubectl'; there are pulumi, nats-server, random, kubernetes, kube, helm, reloader",
    ],
    [["--", "no-such-command"], "spawn no-such-command ENOENT"],
  ] as const) {
    it(`'${["run.mjs", ...args].join(" ")}' is refused in one line`, async () => {
      const { code, stderr } = await run(...args);
      expect([code, stderr.trim().split("\n").at(-1)?.startsWith(fault)]).to.deep.equal([1, true]);
    });
  }
});
