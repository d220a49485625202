import { once } from "node:events";
import { existsSync } from "node:fs";
import { appendFile, mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { localCluster } from "../../components/local/runtime/cluster-hooks";
import { converge, UnfinishedError } from "../../components/local/runtime/converge";
import { locationFolder } from "../../components/local/runtime/folder";
import { leafnodeRelay } from "../../components/local/runtime/relay-hooks";
import { serversOf } from "../../components/local/runtime/server";
import type { Rig } from "../rig/locations";
import { locationOf, pidsOf, planRig, stopRig } from "../rig/locations";
import { rejection } from "../rig/rejection";

const portBase = 21_400;

describe("a location that cannot start", function () {
  this.timeout(600_000);
  let rig: Rig;

  before(async () => (rig = await planRig(portBase, ["cinema-a"])));
  after(() => stopRig(rig));

  it("leaves nothing when a port is taken", async () => {
    const { inputs } = locationOf(rig, "hub");
    const server = createServer().listen(portBase + 6, "127.0.0.1");
    try {
      await once(server, "listening");
      const error = await rejection(localCluster.create(inputs));
      expect(error.message).to.contain(`  ${portBase + 6}: held by process ${process.pid} (`);
      expect(error).not.to.have.property("id");
      expect(existsSync(inputs.folder)).to.equal(false);
    } finally {
      server.close();
    }
  });

  it("leaves nothing when the disk is too small", async () => {
    const { inputs } = locationOf(rig, "hub");
    const settings = { ...inputs.settings, maxFileStoreBytes: 2 ** 50 };
    expect((await rejection(localCluster.create({ ...inputs, settings }))).message).to.match(
      /^the disk of '.*hub' cannot hold the location's file stores: 3 servers of 1073741824 MiB need 3221225472 MiB, there are \d+ MiB; free some/,
    );
    expect(existsSync(inputs.folder)).to.equal(false);
  });

  it("names the version of nats-server that is wanted, and how to get it", async () => {
    const { inputs } = locationOf(rig, "hub");
    const reasons = async (serverVersion: string) =>
      (await localCluster.check({}, { ...inputs, serverVersion })).failures.map(({ reason }) => reason);
    expect(await reasons("2.9.18")).to.deep.equal([
      "'serverVersion' must be a release of nats-server, 2.9.19 or newer, got '2.9.18'",
    ]);
    expect(await reasons("2.99.0")).to.deep.equal([
      "nats-server 2.99.0 is not installed; run: node toolchain/ensure.mjs nats-server@2.99.0",
    ]);
    expect(await reasons("04da6b54-80e4-46f7-96ec-b56ff0331ba9")).to.deep.equal([], "not known yet in a preview");
  });

  it("is known to the engine, and so can be destroyed, once anything of it was started", async () => {
    const { inputs } = locationOf(rig, "hub");
    const bad = {
      ...inputs,
      settings: { ...inputs.settings, leafnodeAdvertise: "nowhere:at-all" },
      __provider: "code",
    };
    for (const { folder, process } of serversOf(inputs)) {
      await mkdir(folder, { recursive: true });
      await appendFile(process.logFile, "[1] [ERR] what an earlier run said\n");
    }
    await writeFile(locationFolder(inputs.folder).marker, "");
    const error = await rejection(localCluster.create(bad));
    expect(error.message).to.contain("[FTL]").and.not.to.contain("earlier run");
    expect(error.message).to.match(/hub-nats-\d: its process has ended/);
    const generation = await readFile(join(inputs.folder, "servers", "generation"), "utf8");
    const { properties, ...known } = error as unknown as {
      properties: Parameters<typeof localCluster.delete>[1];
      id: string;
    };
    const { servers, ...kept } = properties;
    expect(known).to.deep.include({ id: "hub", reasons: [error.message] });
    expect(kept).to.deep.equal({ ...bad, generation });
    // How each was found is a matter of the moment: the first that ends ends the wait, and the others end just after it.
    expect(Object.keys(servers)).to.deep.equal(["hub-nats-0", "hub-nats-1", "hub-nats-2"]);
    await localCluster.delete("hub", properties);
    expect(existsSync(inputs.folder)).to.equal(false);
  });

  for (const name of ["thesis.tex", "servers", "relay", "trash"]) {
    it(`neither takes nor empties a folder that holds somebody's '${name}'`, async () => {
      const { inputs, relay } = locationOf(rig, "cinema-a");
      const folder = join(rig.folder, `with-${name}`);
      await mkdir(join(folder, name, "precious"), { recursive: true });
      const servers = { ...inputs, folder };
      const line = { port: 0, targets: [], ...relay, folder };
      const reason = `folder '${folder}' holds other things, such as '${name}'; a location takes an empty folder or a new one`;
      for (const hooks of [localCluster.check({}, servers), leafnodeRelay.check({}, line)])
        expect((await hooks).failures).to.deep.equal([{ property: "", reason }]);
      for (const work of [localCluster.create(servers), leafnodeRelay.create(line)])
        expect((await rejection(work)).message).to.equal(reason);
      await localCluster.delete("", { ...servers, generation: "mine", servers: {} });
      await leafnodeRelay.delete("", { ...line, generation: "mine", condition: "running" });
      expect(await readdir(folder, { recursive: true })).to.deep.equal([name, join(name, "precious")]);
    });
  }

  it("names the file that says whose servers they are, and the cure, where it is damaged", async () => {
    const inputs = { ...locationOf(rig, "hub").inputs, folder: join(rig.folder, "damaged") };
    const { marker, servers, owner } = locationFolder(inputs.folder);
    await mkdir(servers, { recursive: true });
    await writeFile(marker, "");
    await writeFile(owner, '{"domain":"hu');
    const reason = `'${owner}' is damaged: it says '{"domain":"hu' instead of whose servers they are; remove that file, then run again`;
    expect((await localCluster.check({}, inputs)).failures).to.deep.equal([{ property: "", reason }]);
    expect((await rejection(converge(inputs))).message).to.equal(reason);
  });

  it("says of a spoke without a hub which leafnodes each server lacks, and no password", async () => {
    const { inputs } = locationOf(rig, "cinema-a");
    const error = await rejection(converge(inputs, { timeoutMs: 12_000 })); // a busy machine takes some seconds to start three servers
    expect(error).to.be.instanceOf(UnfinishedError);
    for (const { name } of serversOf(inputs)) {
      expect(error.message).to.contain(
        `  ${name}: no leafnode for account ACC, SYS (is the hub up, and the line to it not cut?)\n`,
      );
    }
    expect(error.message)
      .to.match(/leafnode.*connection refused/i)
      .and.not.to.contain("earlier run");
    for (const { password } of inputs.remotes) {
      expect(error.message).not.to.contain(password).and.not.to.contain(encodeURIComponent(password));
    }
    expect(await pidsOf(inputs)).not.to.include(undefined);
  });
});
