import { expect } from "chai";
import { mostReviewBytes, planOf, readReview } from "../../../../cli/topology/comment/review";
import { aPlan, aReview } from "./a-review";

describe("a review that is handed over", () => {
  it("is read as it was written", () => {
    expect(readReview(JSON.stringify(aReview()))).to.deep.equal(aReview());
  });

  it("comes without what nobody shows", () => {
    expect(readReview(JSON.stringify({ ...aReview(), more: "x" }))).to.deep.equal(aReview());
  });

  for (const [fault, json] of [
    ["is no JSON", "nonsense"],
    ["is another version", JSON.stringify({ ...aReview(), version: 2 })],
    ["names no commit", JSON.stringify({ ...aReview(), head: "main; rm -rf" })],
    ["names no pull request", JSON.stringify({ ...aReview(), pullRequest: "7/../8" })],
    ["has a plan of another shape", JSON.stringify({ ...aReview(), plan: { ...aPlan(), stacks: [{}] } })],
  ] as const) {
    it(`is refused where it ${fault}`, () => {
      expect(() => readReview(json)).to.throw(
        /is not what 'npm run comment -- prepare' writes; run the preview's workflow again/,
      );
    });
  }

  it("is refused where it is larger than any topology's", () => {
    expect(() => readReview(" ".repeat(mostReviewBytes + 1))).to.throw(/larger than allowed/);
  });

  it("holds a plan only if a preview printed one", () => {
    expect(planOf(JSON.stringify(aPlan()))).to.deep.equal(aPlan());
    expect(planOf("error: no")).to.equal(undefined);
  });
});
