import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "chai";
import { withLock } from "../../toolchain/lock.mjs";
import { Machine } from "./machine.js";

describe("withLock", () => {
  let machine: Machine;
  let file: string;
  beforeEach(() => {
    machine = new Machine();
    file = join(machine.folder, "some.lock");
  });
  afterEach(() => machine.remove());

  /** Of a process that has ended. */
  const deadPid = () => spawnSync("true").pid;

  it("lets one work at a time, tells the others for whom they wait, and leaves nothing", async () => {
    let inside = 0;
    let most = 0;
    const waitedFor: number[] = [];
    const work = async () => {
      most = Math.max(most, ++inside);
      await delay(20);
      inside -= 1;
    };
    await Promise.all([1, 2, 3].map(() => withLock(file, work, { onWait: (pid) => waitedFor.push(pid) })));
    expect({ most, waitedFor }).to.deep.equal({ most: 1, waitedFor: [process.pid, process.pid] });
    expect(readdirSync(machine.folder)).not.to.include("some.lock");
  });

  it("takes over from a holder that died, one at a time again", async () => {
    writeFileSync(file, `${deadPid()} gone`);
    let inside = 0;
    const seen: number[] = [];
    const work = async () => {
      seen.push(++inside);
      await delay(20);
      inside -= 1;
    };
    await Promise.all([1, 2, 3].map(() => withLock(file, work)));
    expect(seen).to.deep.equal([1, 1, 1]);
  });

  it("takes over a file that its holder stopped touching, as the pid may be another's by now", async () => {
    writeFileSync(file, `${process.pid} from before a reboot`);
    utimesSync(file, new Date(Date.now() - 60_000), new Date(Date.now() - 60_000));
    expect(await withLock(file, async () => "done")).to.equal("done");
  });

  it("stays with a living holder for as long as it works", async () => {
    const order: string[] = [];
    const options = { staleMs: 200 };
    const first = withLock(file, () => delay(600).then(() => order.push("first")), options);
    await delay(50);
    await Promise.all([first, withLock(file, async () => order.push("second"), options)]);
    expect(order).to.deep.equal(["first", "second"]);
  });

  it("lets go when the work fails", async () => {
    const failure = await withLock(file, () => Promise.reject(new Error("no disk"))).catch(
      (error: Error) => error.message,
    );
    expect(failure).to.equal("no disk");
    expect(await withLock(file, async () => "done")).to.equal("done");
  });

  it("ends the wait when told to, and leaves the lock to its holder", async () => {
    writeFileSync(file, `${process.pid} busy`);
    const waiting = withLock(file, async () => "done", { signal: AbortSignal.timeout(30) });
    expect(await waiting.catch((error: Error) => error.name)).to.equal("AbortError");
    expect(readFileSync(file, "utf8")).to.equal(`${process.pid} busy`);
  });
});
