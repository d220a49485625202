import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { localCluster } from "../../components/local/runtime/cluster-hooks";
import { converge, UnfinishedError } from "../../components/local/runtime/converge";
import { deleteServers } from "../../components/local/runtime/delete";
import { serversOf } from "../../components/local/runtime/server";
import type { Rig } from "../rig/locations";
import { locationOf, pidsOf, planRig, stopRig } from "../rig/locations";
import { rejection } from "../rig/rejection";

const portBase = 21_400;

describe("a location that cannot start", function () {
  this.timeout(30_000);
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
    const error = await rejection(localCluster.create(bad));
    expect(error.message).to.contain("hub-nats-0: its process has ended");
    const servers = { "hub-nats-0": "stopped", "hub-nats-1": "stopped", "hub-nats-2": "stopped" };
    expect(error).to.deep.include({ id: "hub", properties: { ...bad, servers }, reasons: [error.message] });
    await deleteServers(inputs.folder);
    expect(existsSync(inputs.folder)).to.equal(false);
  });

  it("does not take a folder that holds other things", async () => {
    const inputs = { ...locationOf(rig, "hub").inputs, folder: join(rig.folder, "taken") };
    await mkdir(inputs.folder);
    await writeFile(join(inputs.folder, "thesis.tex"), "");
    expect((await rejection(converge(inputs))).message).to.equal(
      `folder '${inputs.folder}' holds other things, such as 'thesis.tex'; a location takes an empty folder or a new one`,
    );
    expect(await readdir(inputs.folder)).to.deep.equal(["thesis.tex"]);
  });

  it("says of a spoke without a hub which leafnodes each server lacks, and no password", async () => {
    const { inputs } = locationOf(rig, "cinema-a");
    const error = await rejection(converge(inputs, undefined, 4_000));
    expect(error).to.be.instanceOf(UnfinishedError);
    for (const { name } of serversOf(inputs)) {
      expect(error.message).to.contain(
        `  ${name}: no leafnode for account ACC, SYS (is the hub up, and the line to it not cut?)\n`,
      );
    }
    expect(error.message).to.match(/leafnode.*connection refused/i);
    for (const { password } of inputs.remotes) {
      expect(error.message).not.to.contain(password).and.not.to.contain(encodeURIComponent(password));
    }
    expect(await pidsOf(inputs)).not.to.include(undefined);
  });
});
