import { existsSync, readFileSync, readdirSync } from "node:fs";
import type { RequestListener } from "node:http";
import { join } from "node:path";
import { expect } from "chai";
import { findChecksum } from "../../toolchain/download.mjs";
import { ensureTool } from "../../toolchain/ensure.mjs";
import { tools } from "../../toolchain/tools.mjs";
import { Machine, archive, files, hex, serve, zipArchive } from "./machine.js";

const os = process.platform;
const cpu = process.arch as "x64" | "arm64";
const release = "/nats-io/nats-server/releases/download/v2.14.2";
const name = tools["nats-server"].release?.archive("2.14.2", os, cpu) ?? "";
const folder = tools["nats-server"].release?.folder("2.14.2", os, cpu);

describe("official download", () => {
  let machine: Machine;
  let close = () => {};
  beforeEach(() => (machine = new Machine()));
  afterEach(() => {
    close();
    machine.remove();
  });

  async function site(listener: RequestListener): Promise<string> {
    const served = await serve(listener);
    close = served.close;
    return (machine.env.CINEMA_JETSTREAM_DOWNLOADS = served.url);
  }
  const ensure = (tool: keyof typeof tools, idleMs = 5000) =>
    ensureTool(tool, undefined, { env: machine.env, output: machine.output, idleMs });
  const failure = (idleMs?: number) => ensure("nats-server", idleMs).then(String, (error: Error) => error.message);

  it("brings a tool into the cache, and nothing besides", async () => {
    const tar = archive(machine, { [`${folder}/nats-server`]: "echo downloaded" });
    await site(files({ [`${release}/SHA256SUMS`]: `${hex("sha256", tar)}  ${name}\n`, [`${release}/${name}`]: tar }));
    const cached = join(machine.cache, "nats-server@2.14.2");
    expect(await ensure("nats-server")).to.deep.equal({
      name: "nats-server",
      version: "2.14.2",
      folder: cached,
      binary: join(cached, "nats-server"),
      origin: "downloaded",
    });
    expect(readdirSync(machine.cache)).to.deep.equal(["nats-server@2.14.2"]);
    expect(readdirSync(cached)).to.have.members(["nats-server", "origin"]);
    expect(readFileSync(join(cached, "nats-server"), "utf8")).to.contain("echo downloaded");
  });

  it("takes the engine and its language host from one archive", async () => {
    const tar = archive(machine, {
      "pulumi/pulumi": "",
      "pulumi/pulumi-language-nodejs": "",
      "pulumi/pulumi-watch": "",
    });
    const at = "/pulumi/pulumi/releases/download/v3.259.0";
    const file = `pulumi-v3.259.0-${os}-${cpu}.tar.gz`;
    await site(
      files({ [`${at}/pulumi-3.259.0-checksums.txt`]: `${hex("sha256", tar)}  ${file}`, [`${at}/${file}`]: tar }),
    );
    const found = await ensure("pulumi");
    expect(readdirSync(found.folder)).to.have.members(["pulumi", "pulumi-language-nodejs", "origin"]);
  });

  it("takes the random provider, whose release lists SHA-1 under ./ names", async () => {
    const tar = archive(machine, { "pulumi-resource-random": "" });
    const at = "/pulumi/pulumi-random/releases/download/v4.21.0";
    const file = tools.random.release?.archive("4.21.0", os, cpu);
    const list = `${hex("sha1", tar)}  ./${file}`;
    await site(files({ [`${at}/pulumi-random_4.21.0_checksums.txt`]: list, [`${at}/${file}`]: tar }));
    expect((await ensure("random")).origin).to.equal("downloaded");
  });

  describe("of natscli, which is a zip", () => {
    beforeEach(async () => {
      const file = tools.nats.release?.archive("0.5.1", os, cpu) ?? "";
      const zip = zipArchive(machine, { [file.replace(/\.zip$/, "/nats")]: "echo downloaded" });
      const at = "/nats-io/natscli/releases/download/v0.5.1";
      await site(files({ [`${at}/SHA256SUMS`]: `${hex("sha256", zip)}  ${file}`, [`${at}/${file}`]: zip }));
    });

    it("brings it into the cache", async () => {
      machine.give("unzip");
      const { origin, binary } = await ensure("nats");
      expect([origin, readFileSync(binary, "utf8")]).to.deep.equal(["downloaded", "#!/bin/sh\necho downloaded\n"]);
    });

    it("says what is missing where nothing unpacks it, and builds instead", async () => {
      machine.go();
      expect((await ensure("nats")).origin).to.equal("built");
      expect(machine.said).to.contain("nats 0.5.1 not downloaded: its release is a zip, and unzip is not on PATH\n");
    });
  });

  it("refuses an archive of the wrong checksum, and leaves nothing of it", async () => {
    const tar = archive(machine, { [`${folder}/nats-server`]: "echo forged" });
    const wrong = "0".repeat(64);
    const url = await site(files({ [`${release}/SHA256SUMS`]: `${wrong}  ${name}`, [`${release}/${name}`]: tar }));
    expect(await failure()).to.contain(
      `not downloaded: ${url}${release}/${name} has sha256 ${hex("sha256", tar)}, its release says ${wrong}: refused`,
    );
    expect(readdirSync(machine.cache)).to.deep.equal([]);
  });

  it("builds instead where the archive was refused", async () => {
    machine.go();
    const tar = archive(machine, { [`${folder}/nats-server`]: "echo forged" });
    await site(files({ [`${release}/SHA256SUMS`]: `${"0".repeat(64)}  ${name}`, [`${release}/${name}`]: tar }));
    const { origin, binary } = await ensure("nats-server");
    expect([origin, readFileSync(binary, "utf8")]).to.deep.equal(["built", "#!/bin/sh\necho built"]);
    expect(machine.said).to.contain("nats-server 2.14.2 not downloaded: ");
  });

  it("refuses an archive that its release does not list", async () => {
    const url = await site(
      files({ [`${release}/SHA256SUMS`]: `${"0".repeat(64)}  other.tar.gz`, [`${release}/${name}`]: "" }),
    );
    expect(await failure()).to.contain(`not downloaded: ${url}${release}/SHA256SUMS has no checksum of ${name}`);
  });

  it("says that there is no such release", async () => {
    const url = await site(files({}));
    expect(await failure()).to.contain(`not downloaded: ${url}${release}/SHA256SUMS answered 404 Not Found`);
  });

  it("gives up a site that never answers, once for all tools", async () => {
    let asked = 0;
    const url = await site(() => (asked += 1));
    expect(await failure(100)).to.contain(`not downloaded: ${url}: no answer for 0.1 s`);
    expect(await failure(100)).to.contain(`not downloaded: ${url}: no answer for 0.1 s`);
    expect(asked).to.equal(1);
  });

  it("gives up a site that falls silent within the archive, not one that is slow", async () => {
    const tar = archive(machine, { [`${folder}/nats-server`]: "echo slow" });
    let silent = true;
    const listener: RequestListener = (request, response) => {
      if (request.url !== `${release}/${name}`) return response.end(`${hex("sha256", tar)}  ${name}`);
      response.write(tar.subarray(0, 20));
      if (silent) return;
      let sent = 20;
      const drip = setInterval(() => {
        response.write(tar.subarray(sent, (sent += 20)));
        if (sent < tar.length) return;
        clearInterval(drip);
        response.end();
      }, 20);
    };
    const url = await site(listener);
    expect(await failure(150)).to.contain(`not downloaded: ${url}: no answer for 0.15 s`);
    expect(readdirSync(machine.cache)).to.deep.equal([]);

    close();
    silent = false;
    await site(listener);
    expect(existsSync((await ensure("nats-server", 150)).binary)).to.equal(true);
  });

  for (const [line, found] of [
    [`${"a".repeat(64)}  tool.tar.gz`, { algorithm: "sha256", hex: "a".repeat(64) }],
    [`${"A".repeat(64)} *tool.tar.gz`, { algorithm: "sha256", hex: "a".repeat(64) }],
    [`${"b".repeat(40)}  ./tool.tar.gz`, { algorithm: "sha1", hex: "b".repeat(40) }],
    [`${"c".repeat(32)}  tool.tar.gz`, undefined],
    [`${"d".repeat(64)}  tool.tar.gz.sig`, undefined],
  ] as const) {
    it(`of '${line.replace(/^(.{4})\S+/, "$1…")}' takes ${found?.algorithm ?? "nothing"}`, () => {
      expect(findChecksum(`0 other\n${line}\r\n`, "tool.tar.gz")).to.deep.equal(found);
    });
  }
});
