import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { cacheFolder, findTool } from "../../toolchain/find.mjs";
import { Machine } from "./machine.js";

describe("findTool", () => {
  let machine: Machine;
  beforeEach(() => (machine = new Machine()));
  afterEach(() => machine.remove());

  const natsServer = (version: string) => machine.script("nats-server", `echo "nats-server: v${version}"`);

  function cached(tool: string, binaries: readonly string[], origin = "downloaded"): string {
    const folder = join(machine.cache, tool);
    for (const binary of binaries) machine.script(binary, "exit 1", folder);
    writeFileSync(join(folder, "origin"), origin);
    return folder;
  }

  it("finds nothing on an empty machine", () => {
    expect(findTool("nats-server", "2.14.2", machine.env)).to.equal(undefined);
  });

  it("takes a nats-server on PATH if it is the version wanted", () => {
    const binary = natsServer("2.9.19");
    expect(findTool("nats-server", "2.9.19", machine.env)).to.deep.equal({
      name: "nats-server",
      version: "2.9.19",
      folder: machine.bin,
      binary,
      origin: "path",
    });
    expect(findTool("nats-server", "2.14.2", machine.env)).to.equal(undefined);
  });

  it("prefers the version wanted in the cache to another on PATH", () => {
    natsServer("2.9.19");
    const folder = cached("nats-server@2.14.2", ["nats-server"], "built");
    expect(findTool("nats-server", "2.14.2", machine.env)).to.deep.equal({
      name: "nats-server",
      version: "2.14.2",
      folder,
      binary: join(folder, "nats-server"),
      origin: "built",
    });
  });

  it("does not run what it finds in the cache, even where the cache is on PATH", () => {
    const folder = cached("nats-server@2.14.2", ["nats-server"]);
    machine.script("nats-server", `echo > ${machine.folder}/ran; echo v2.14.2`, folder);
    const env = { ...machine.env, PATH: `${folder}:${machine.env.PATH}` };
    expect(findTool("nats-server", "2.14.2", env)?.origin).to.equal("downloaded");
    expect(existsSync(join(machine.folder, "ran"))).to.equal(false);
  });

  it("passes over what is on PATH and cannot say its version", () => {
    machine.script("pulumi", "exit 1");
    machine.script("pulumi-language-nodejs", "");
    expect(findTool("pulumi", undefined, machine.env)).to.equal(undefined);
  });

  it("takes an engine on PATH only with the language host of its own install", () => {
    machine.script("pulumi", "echo v3.260.0");
    mkdirSync(join(machine.folder, "other"));
    machine.script("pulumi-language-nodejs", "", join(machine.folder, "other"));
    const env = { ...machine.env, PATH: `${machine.env.PATH}:${join(machine.folder, "other")}` };
    expect(findTool("pulumi", undefined, env)).to.equal(undefined);

    machine.script("pulumi-language-nodejs", "");
    expect(findTool("pulumi", undefined, env)?.version).to.equal("3.260.0");
  });

  it("follows a link on PATH to the install behind it", () => {
    const install = join(machine.folder, "install");
    machine.script("pulumi", "echo v3.259.0", install);
    machine.script("pulumi-language-nodejs", "", install);
    symlinkSync(join(install, "pulumi"), join(machine.bin, "pulumi"));
    const found = findTool("pulumi", undefined, machine.env);
    expect([found?.binary, found?.folder]).to.deep.equal([join(machine.bin, "pulumi"), install]);
  });

  it("passes over an engine older than the SDK", () => {
    machine.script("pulumi", "echo v3.100.0");
    machine.script("pulumi-language-nodejs", "");
    expect(findTool("pulumi", undefined, machine.env)).to.equal(undefined);
  });

  it("does not run a provider on PATH that cannot tell its version", () => {
    machine.script("pulumi-resource-kubernetes", `echo > ${machine.folder}/ran; echo v4.30.0`);
    expect(findTool("kubernetes", undefined, machine.env)).to.equal(undefined);
    expect(existsSync(join(machine.folder, "ran"))).to.equal(false);
  });

  it("passes over a folder of the cache that somebody thinned out", () => {
    cached("pulumi@3.259.0", ["pulumi"]);
    expect(findTool("pulumi", undefined, machine.env)).to.equal(undefined);
  });

  it("the cache is where the environment says, else in the user's cache folder", () => {
    const perUser = process.platform === "darwin" ? "/home/ann/Library/Caches" : "/home/ann/.cache";
    expect([
      cacheFolder({ HOME: "/home/ann" }),
      cacheFolder({ HOME: "/home/ann", XDG_CACHE_HOME: "/var/ann" }),
      cacheFolder({ HOME: "/home/ann", CINEMA_JETSTREAM_CACHE: "/tools" }),
    ]).to.deep.equal([`${perUser}/cinema-jetstream/tools`, "/var/ann/cinema-jetstream/tools", "/tools"]);
  });
});
