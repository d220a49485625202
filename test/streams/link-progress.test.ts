import { expect } from "chai";
import { LinkProgress } from "../../streams/jetstream/link-progress";
import type { LinkStatus } from "../../streams/jetstream/link-status";

const link: LinkStatus = {
  domain: "hub",
  stream: "sales",
  kind: "source",
  origin: { location: "cinema-a", stream: "tickets-1" },
  apiPrefix: "$JS.cinema-a.API",
};
const caughtUp = { ...link, activeMs: 100, originLastSeq: 10, targetSeq: 10, heldSeq: 10, gap: 0 };
const behind = { ...caughtUp, heldSeq: 4, gap: 6 };
const away = { ...link, unreachable: "origin out of reach", away: "cinema-a" };

/** The progress after looks at the given moments, in milliseconds. */
function after(...looks: readonly (readonly [number, LinkStatus])[]): LinkProgress {
  const progress = new LinkProgress();
  for (const [now, status] of looks) progress.note(status, now);
  return progress;
}

describe("progress of a link", () => {
  for (const [title, isWell, looks] of [
    ["one look at a link that has everything does not tell that anything arrives", false, [[0, caughtUp]]],
    [
      "a second beat does",
      true,
      [
        [0, caughtUp],
        [1_000, caughtUp],
      ],
    ],
    [
      "the same beat seen again does not",
      false,
      [
        [0, caughtUp],
        [1_000, { ...caughtUp, activeMs: 1_100 }],
      ],
    ],
    [
      "a consumer made anew after a silence is no beat",
      false,
      [
        [0, caughtUp],
        [1_700, { ...caughtUp, activeMs: 1_800 }],
        [2_900, { ...caughtUp, activeMs: 0 }],
      ],
    ],
    [
      "messages that were taken between two looks arrive",
      true,
      [
        [0, behind],
        [50, { ...caughtUp, activeMs: 150 }],
      ],
    ],
    [
      "a link that takes messages and does not have all of them yet is not well",
      false,
      [
        [0, { ...behind, heldSeq: 3, gap: 7 }],
        [50, behind],
      ],
    ],
    [
      "an error is not well, whatever arrives",
      false,
      [
        [0, behind],
        [50, { ...caughtUp, error: "no route" }],
      ],
    ],
  ] as const) {
    it(title, () => {
      expect(after(...looks).isWell).to.equal(isWell);
    });
  }

  it("the target is what the origin had at the first look that told", () => {
    expect(after([0, away], [50, behind], [100, { ...behind, targetSeq: 20 }]).target).to.equal(10);
  });

  it("a follower advances for 10 s after the last message that it took", () => {
    const progress = after([0, { ...behind, heldSeq: 3 }], [1_000, behind], [5_000, behind]);
    expect([10_999, 11_000].map((now) => progress.isAdvancing(now))).to.deep.equal([true, false]);
  });

  it("one look does not tell that a follower advances", () => {
    expect(after([0, behind]).isAdvancing(0)).to.equal(false);
  });

  it("a location is away when no server of it was within reach for 2 s, without a break", () => {
    expect(after([0, away], [1_999, away]).isAway(1_999)).to.equal(false);
    expect(after([0, away], [2_000, away]).isAway(2_000)).to.equal(true);
    expect(after([0, away], [1_000, caughtUp], [2_000, away]).isAway(2_000)).to.equal(false);
  });
});
