import { expect } from "chai";
import { candidateOf } from "../../../../cli/topology/promote/candidate";
import type { Standing } from "../../../../cli/topology/promote/standing";
import { followingStep, promotionStep } from "../../../../cli/topology/promote/steps";
import { lostText, requirePromotable, type Allowed } from "../../../../cli/topology/promote/verdict";
import { aStanding, aTopology, copy, films, posters } from "./a-promotion";

const candidate = candidateOf(aTopology(films, copy, posters), copy) ?? expect.fail("no candidate");
const gone = aStanding({ origin: { state: "gone" } });
const silent = aStanding({ origin: { state: "silent", reason: "no answer", heardMs: 9_500 } });

describe("whether a mirror can be promoted as things stand", () => {
  const promotable: readonly (readonly [string, Standing, Allowed])[] = [
    ["that has all of an origin that serves", aStanding(), {}],
    ["whose origin is gone, with what is let go of", gone, { loseAfter: 7 }],
    ["whose origin is silent, with what is let go of", silent, { loseAfter: 7 }],
    ["that is an origin already", aStanding({ isMirror: false }), {}],
  ];
  for (const [what, standing, allowed] of promotable)
    it(`one ${what}`, () => {
      expect(() => requirePromotable(candidate, standing, allowed)).not.to.throw();
    });

  const serves = (gap?: number, unreachable?: string) =>
    aStanding({
      origin: {
        state: "serves",
        lastSequence: 9,
        ...(gap !== undefined && { gap }),
        ...(unreachable && { unreachable }),
      },
    });
  const refused: readonly (readonly [string, Standing, Allowed, string])[] = [
    ["that lacks some", serves(2), {}, "hub/films is ahead of it by 2 message(s), at sequence 9; allowed: 0; wait"],
    ["of which nothing is known", serves(undefined, "out of reach"), {}, "is not known (out of reach)"],
    ["whose origin was made anew", serves(-3), {}, "was made anew: it ends 3 message(s) before"],
    [
      "that has all, and something is let go of",
      aStanding(),
      { loseAfter: 7 },
      "'--lose-after 7' is given, and its origin hub/films serves",
    ],
    [
      "whose origin is gone",
      gone,
      {},
      "hub/films is not there any more; the mirror holds it up to sequence 7 (7 message(s)); allowed: an origin that serves (bring its location up), or --lose-after 7",
    ],
    ["with another number", gone, { loseAfter: 6 }, "'--lose-after 6' is given; its origin"],
    [
      "whose origin is silent",
      silent,
      {},
      "does not answer (no answer); the mirror holds it up to sequence 7 (7 message(s)); allowed: an origin that serves (bring its location up), or --lose-after 7, where it is gone for good, with all that it stored after sequence 7 (the mirror last heard of it 10 s ago, some 50 bytes by its declared rate)",
    ],
    [
      "that is an origin, with followers of a silent one",
      { ...silent, isMirror: false },
      {},
      "cinema-b/posters still follow(s) the old one, hub/films, which does not answer",
    ],
  ];
  for (const [what, standing, allowed, said] of refused)
    it(`not one ${what}`, () => {
      expect(() => requirePromotable(candidate, standing, allowed)).to.throw(said);
    });

  it("what is lost is told where the origin is dead, and nowhere else", () => {
    expect(lostText(candidate, aStanding())).to.deep.equal([]);
    expect(lostText(candidate, { ...gone, isMirror: false })).to.deep.equal([]);
    expect(lostText(candidate, gone)).to.deep.equal([
      "what hub/films stored after sequence 7 is lost: it is not there any more, and cinema-a/films-copy holds it up to there",
    ]);
  });
});

describe("the steps of a promotion", () => {
  const takeOver = { stream: copy, drop: ["mirror"], like: { stream: films, fields: ["subjects", "bytesPerSecond"] } };
  const letGo = { stream: films, set: { subjects: ["retired.for.cinema-a.films-copy"] } };
  const from = (startSequence: number) => ({ stream: posters, source: { from: films, to: copy, startSequence } });

  it("with an origin that serves: both change at once, then its followers go on after its last message", () => {
    expect(promotionStep(candidate, aStanding(), [])).to.deep.equal({ edits: [takeOver, letGo], stacks: ["streams"] });
    expect(followingStep(candidate, aStanding(), 9)).to.deep.equal({ edits: [from(10)], stacks: ["hub", "streams"] });
    expect(followingStep({ ...candidate, followers: [] }, aStanding(), 9)).to.deep.equal({
      edits: [],
      stacks: ["hub"],
    });
  });

  it("with one that is gone: its declaration goes, and followers go on where they stand, or where the mirror ends", () => {
    const edits = [takeOver, { stream: films, removed: true }];
    expect(promotionStep(candidate, gone, [5])).to.deep.equal({
      edits: [...edits, from(6)],
      stacks: ["hub", "streams"],
    });
    expect(promotionStep(candidate, gone, [12]).edits.at(-1)).to.deep.equal(from(8));
    expect(followingStep(candidate, gone, 0)).to.deep.equal({ edits: [], stacks: [] });
  });

  it("with one that is silent: the guard is told to let it go, for as long as the promotion takes", () => {
    const allow = { stream: copy, set: { allowDataLoss: true } };
    expect(promotionStep(candidate, silent, [7]).edits).to.deep.equal([takeOver, letGo, allow, from(8)]);
    expect(followingStep(candidate, silent, 0).edits).to.deep.equal([{ stream: copy, drop: ["allowDataLoss"] }]);
    const allowed = { ...candidate, stream: { ...copy, allowDataLoss: true } };
    expect(followingStep(allowed, silent, 0).edits).to.deep.equal([]);
  });

  it("written already: nothing is written again, and it is brought up", () => {
    const written = { ...candidate, isWritten: true };
    expect(promotionStep(written, aStanding(), [])).to.deep.equal({ edits: [], stacks: ["streams"] });
  });
});
