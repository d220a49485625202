import { setTimeout as delay } from "node:timers/promises";
import { expect } from "chai";
import { elapsed, startProgress } from "../../toolchain/progress.mjs";

describe("progress", () => {
  function recorder(isTTY: boolean) {
    const written: string[] = [];
    // However slow the machine: the time itself is not of interest, nor how often the same is drawn.
    const write = (text: string) => {
      const line = text.replace(/\d+ s/, "N s");
      if (line !== written.at(-1)) written.push(line);
    };
    return { written, output: { isTTY, columns: 40, write } };
  }

  it("is a plain line now and then where there is no terminal", async () => {
    const { written, output } = recorder(false);
    const progress = startProgress(output, "building", 30);
    progress.at("7 packages");
    await delay(45);
    progress.end("done");
    await delay(45);
    expect(written).to.deep.equal(["building: N s\n", "building: N s, 7 packages\n", "building: done after N s\n"]);
  });

  it("is one living line on a terminal, cut to its width", async () => {
    const { written, output } = recorder(true);
    const progress = startProgress(output, "building");
    progress.at("a package of a very very very long name");
    await delay(300);
    progress.end("done");
    expect(written).to.deep.equal([
      "\r\u001b[2Kbuilding: N s",
      "\r\u001b[2Kbuilding: N s, a package of a very very",
      "\r\u001b[2Kbuilding: done after N s\n",
    ]);
  });

  it("tells minutes from one minute on", () => {
    expect([400, 59_400, 60_000, 232_000].map(elapsed)).to.deep.equal(["0 s", "59 s", "1 min 0 s", "3 min 52 s"]);
  });
});
