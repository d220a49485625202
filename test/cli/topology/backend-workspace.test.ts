import { expect } from "chai";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, hostname, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { locksIn } from "../../../cli/lab/engine-locks";
import { backendFolder, holderText } from "../../../cli/topology/backend-workspace";

describe("the Pulumi backend that the user is logged in to", () => {
  for (const [url, folder] of [
    ["file:///srv/state", "/srv/state"],
    ["file://~", homedir()],
    ["file://~/cinema/state", join(homedir(), "cinema/state")],
    ["file://./state", resolve("state")],
    ["s3://cinema-state", undefined],
    ["https://api.pulumi.com", undefined],
  ] as const)
    it(`${url} is ${folder === undefined ? "no folder" : `the folder ${folder.replace(homedir(), "~")}`}`, () => {
      expect(backendFolder(url)).to.equal(folder);
    });

  it("is locked by whoever another machine's lock names, and by nobody where the run is gone from this one", async () => {
    const folder = mkdtempSync(join(tmpdir(), "cinema-locks-"));
    try {
      const locks = join(folder, ".pulumi/locks/organization/cinema-jetstream/hub");
      mkdirSync(locks, { recursive: true });
      const pid = 2 ** 22 + 1; // above what the kernel gives
      for (const host of [hostname(), "elsewhere"])
        writeFileSync(join(locks, `${host}.json`), JSON.stringify({ pid, hostname: host, username: "operator" }));
      const holders = await Promise.all(locksIn(folder).map(holderText));
      expect(holders.sort()).to.deep.equal([`pid ${pid} on elsewhere`, undefined]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
