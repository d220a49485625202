import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { DelayLine } from "../../../../components/local/runtime/delay-line";

/** Writes the texts, and returns what came out when. */
async function through(line: DelayLine, texts: readonly string[], written: () => unknown) {
  const out: { text: string; at: number }[] = [];
  line.on("data", (chunk: Buffer) => out.push({ text: chunk.toString(), at: performance.now() }));
  for (const text of texts) {
    line.write(text, written);
  }
  line.end();
  await new Promise((resolve) => line.once("end", resolve));
  return out;
}

describe("DelayLine", () => {
  it("passes each chunk on late, in order, and takes the next meanwhile", async () => {
    const start = performance.now();
    let taken = 0;
    const line = new DelayLine(() => 40);
    line.once("data", () => expect(taken).to.equal(3));
    const out = await through(line, ["a", "b", "c"], () => taken++);
    expect(out.map(({ text }) => text)).to.deep.equal(["a", "b", "c"]);
    expect(out.filter(({ at }) => at - start < 40)).to.deep.equal([]);
  });

  it("keeps the order when the delay drops", async () => {
    let delay = 60;
    const out = await through(
      new DelayLine(() => delay),
      ["slow", "fast"],
      () => (delay = 0), // once the first is taken
    );
    expect(out.map(({ text }) => text)).to.deep.equal(["slow", "fast"]);
  });

  it("stops reading when it holds four megabytes back, and reads on when they are gone", async () => {
    const line = new DelayLine(() => 40);
    const read: boolean[] = [];
    for (let i = 0; i < 5; i++) line.write(Buffer.alloc(2 ** 20), () => (read[i] = true));
    await sleep(0);
    expect(read.filter(Boolean)).to.have.length(3);
    line.resume();
    line.end();
    await new Promise((resolve) => line.once("end", resolve));
    expect(read).to.deep.equal([true, true, true, true, true]);
  });
});
