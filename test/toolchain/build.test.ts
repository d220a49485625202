import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { ensureTool } from "../../toolchain/ensure.mjs";
import { isAlive } from "../../toolchain/lock.mjs";
import { tools, type ToolName } from "../../toolchain/tools.mjs";
import { Machine, startNode, until } from "./machine.js";

const ensureCommand = join(__dirname, "..", "..", "toolchain", "ensure.mjs");

describe("build from Go modules", () => {
  let machine: Machine;
  beforeEach(() => (machine = new Machine()));
  afterEach(() => machine.remove());

  const ensure = (tool: ToolName, version?: string) =>
    ensureTool(tool, version, { env: machine.env, output: machine.output });
  const failure = (version?: string) => ensure("nats-server", version).then(String, (error: Error) => error.message);
  const start = (...args: string[]) => startNode([ensureCommand, ...args], machine.env);
  const builds = () => machine.goCalls().filter(([, call]) => /^(build|install)/.test(call));
  const halfWritten = () =>
    existsSync(machine.cache) &&
    readdirSync(machine.cache, { recursive: true }).some((path) => /partial\/bin\/nats-server$/.test(String(path)));

  it("makes both binaries of the engine from the pinned modules", async () => {
    machine.go();
    const { folder, origin } = await ensure("pulumi");
    expect(origin).to.equal("built");
    expect(readdirSync(folder)).to.have.members(["pulumi", "pulumi-language-nodejs", "origin"]);
    expect(builds().map(([, call]) => call.replace(/-o \S+/, "-o …"))).to.deep.equal([
      "build -v -trimpath -gcflags=all=-dwarf=false -ldflags -s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3.259.0 -o … " +
        "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
      "build -v -trimpath -gcflags=all=-dwarf=false -ldflags -s -w -o … github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    ]);
  });

  it("writes the random provider's schema before it compiles it", async () => {
    machine.go();
    await ensure("random");
    expect(machine.goCalls().map(([, call]) => call.split(" ")[0])).to.deep.equal(["version", "run", "build"]);
  });

  it("copies the Kubernetes provider's schema before it compiles it", async () => {
    machine.go();
    await ensure("kubernetes");
    expect(machine.goCalls().map(([, call]) => call.split(" ")[0])).to.deep.equal(["version", "run", "build"]);
  });

  it("makes all parts of a cluster's node in one folder, and asks no site for them", async () => {
    machine.go();
    const { folder, origin } = await ensure("kube");
    expect(origin).to.equal("built");
    expect(readdirSync(folder)).to.have.members([...tools.kube.binaries, "origin"]);
    expect(machine.said).not.to.contain("127.0.0.1");
  });

  it("where a part of a cluster's node cannot be built, the error names only the ways there are", async () => {
    const fault = await ensure("kube").then(String, (error: Error) => error.message);
    expect(fault.split("\n")).to.deep.equal([
      "kube 1.34.4 is not on this machine and cannot be got:",
      "  on PATH: not looked at",
      `  in the cache: no ${machine.cache}/kube@1.34.4`,
      "  not built: Go is not on PATH; install Go 1.26.0 or newer from https://go.dev/dl/",
      "If there is such a version (https://kubernetes.io/releases/download/),",
      "make the Go build work. Then give the same command again.",
    ]);
  });

  it("takes a version that is not pinned by go install", async () => {
    machine.go();
    const { version, binary } = await ensure("nats-server", "2.9.19");
    expect([version, readFileSync(binary, "utf8")]).to.deep.equal(["2.9.19", "#!/bin/sh\necho built"]);
    expect(builds().map(([, call]) => call)).to.deep.equal([
      "install -v -trimpath -gcflags=all=-dwarf=false -ldflags -s -w github.com/nats-io/nats-server/v2@v2.9.19",
    ]);
  });

  it("says what it builds, how long that takes, and how far it is", async () => {
    machine.go();
    await ensure("nats-server");
    expect(
      machine.said
        .replace(/after \d+ s/, "after N s")
        .split("\n")
        .slice(1),
    ).to.deep.equal([
      "building nats-server 2.14.2 from Go modules (about 15 seconds the first time): 0 s",
      "building nats-server 2.14.2 from Go modules (about 15 seconds the first time): done after N s",
      "",
    ]);
  });

  it("names Go, every way that was tried, and the cure, where Go is missing", async () => {
    machine.script("nats-server", "echo nats-server: v2.10.0");
    expect((await failure()).split("\n")).to.deep.equal([
      "nats-server 2.14.2 is not on this machine and cannot be got:",
      `  on PATH: 2.10.0 at ${machine.bin}/nats-server`,
      `  in the cache: no ${machine.cache}/nats-server@2.14.2`,
      "  not downloaded: http://127.0.0.1:2: connect ECONNREFUSED 127.0.0.1:2",
      "  not built: Go is not on PATH; install Go 1.26.0 or newer from https://go.dev/dl/",
      "If there is such a version (https://github.com/nats-io/nats-server/releases),",
      "put it on PATH (https://docs.nats.io/running-a-nats-service/introduction/installation), or name a mirror of " +
        "https://github.com in CINEMA_JETSTREAM_DOWNLOADS, or make the Go build work. Then give the same command again.",
    ]);
  });

  it("names the version found where Go is too old", async () => {
    machine.go({ version: "1.22.3" });
    expect(await failure()).to.contain(
      "not built: Go on PATH is 1.22.3; install Go 1.26.0 or newer from https://go.dev/dl/",
    );
  });

  it("gives Go's own words where the version does not exist", async () => {
    machine.script(
      "go",
      '[ "$1" = version ] && echo go version go1.26.0 || { echo "unknown revision v2.99.0"; exit 1; }',
    );
    expect(await failure("2.99.0")).to.match(
      /not built: 'go install .*@v2\.99\.0' ended with 1:\n +unknown revision v2\.99\.0/,
    );
    expect(readdirSync(machine.cache)).to.deep.equal([]);
  });

  it("refuses a server that is too old before it tries anything", async () => {
    expect(await failure("2.8.4")).to.match(/^nats-server 2\.8\.4 is too old for this project; any from 2\.9\.19 on/);
    expect(existsSync(machine.cache)).to.equal(false);
  });

  it("ends Go and leaves nothing when interrupted in the middle; the next run succeeds", async () => {
    machine.go({ seconds: 30 });
    const interrupted = start("nats-server");
    await until(halfWritten);
    const [[go = 0] = []] = builds();
    interrupted.kill("SIGINT");
    const { code, stderr } = await interrupted.ended;
    expect([code, stderr.trim().split("\n").at(-1)]).to.deep.equal([
      130,
      "ended by SIGINT; the same command again goes on from here",
    ]);
    expect([isAlive(go), readdirSync(machine.cache)]).to.deep.equal([false, []]);

    machine.go();
    expect((await ensure("nats-server")).origin).to.equal("built");
  });

  it("takes over from one that was killed outright, and removes what that one left", async () => {
    machine.go({ seconds: 30 });
    const killed = start("nats-server");
    await until(halfWritten);
    const [[go = 0] = []] = builds();
    killed.kill("SIGKILL");
    await killed.ended;
    process.kill(-go, "SIGKILL");
    mkdirSync(join(machine.cache, `nats-server@2.14.3.${killed.pid}.partial`)); // another tool's, not to be touched
    expect(readdirSync(machine.cache)).to.have.members([
      "nats-server@2.14.2.lock",
      `nats-server@2.14.2.${killed.pid}.partial`,
      `nats-server@2.14.3.${killed.pid}.partial`,
    ]);

    machine.go();
    await ensure("nats-server");
    expect(readdirSync(machine.cache)).to.have.members([
      "nats-server@2.14.2",
      `nats-server@2.14.3.${killed.pid}.partial`,
    ]);
  });

  it("builds once for two at once; the second waits, and says for whom", async () => {
    const done = join(machine.folder, "done");
    machine.go({ untilThereIs: done });
    const first = start("nats-server");
    await until(halfWritten);
    const second = start("nats-server");
    await until(() => second.told() !== "");
    writeFileSync(done, "");
    const results = await Promise.all([first.ended, second.ended]);
    const binary = join(machine.cache, "nats-server@2.14.2", "nats-server");
    expect(results.map(({ code, stdout }) => [code, stdout])).to.deep.equal([
      [0, `${binary}\n`],
      [0, `${binary}\n`],
    ]);
    expect(results[1]?.stderr).to.equal(`waiting for process ${first.pid}, which is getting nats-server 2.14.2\n`);
    expect(builds()).to.have.length(1);
  });
});
