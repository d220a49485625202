import { expect } from "chai";
import { isMissed } from "../../bench/figure";
import { growthFigures, type Point } from "../../bench/streams-growth";

const points = (seconds: (count: number) => number): Point[] =>
  [10, 100, 500].map((count) => ({ count, seconds: seconds(count), memory: 130 + count / 50 }));
const growth = (seconds: (count: number) => number) => growthFigures(points(seconds))[0];

describe("growth over counts of streams", () => {
  for (const [title, seconds, isOver] of [
    ["what costs the same for each stream, after a start of any length,", (n: number) => 9 + 0.02 * n, false],
    ["what writes all that is there for each stream", (n: number) => 3 + 0.02 * n + 0.0001 * n * n, true],
  ] as const) {
    it(`${title} is ${isOver ? "over" : "within"} the target`, () => {
      const figure = growth(seconds);
      expect(figure && isMissed(figure)).to.equal(isOver);
    });
  }

  it("linear growth is 1", () => {
    expect(growth((n) => 3 + n / 50)?.value).to.be.closeTo(1, 1e-9);
  });

  it("memory is told for a hundred streams more", () => {
    const [, memory] = growthFigures(points((n) => n));
    expect([memory?.unit, memory?.value]).to.deep.equal(["MB", 2]);
  });

  it("memory is left out where the system does not tell it", () => {
    const told = points((n) => n).map(({ count, seconds }): Point => ({ count, seconds }));
    expect(growthFigures(told).map(({ unit }) => unit)).to.deep.equal(["×"]);
  });

  it("fewer than three counts tell no growth", () => {
    expect(growthFigures(points((n) => n).slice(1))).to.deep.equal([]);
  });
});
