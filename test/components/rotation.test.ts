import { expect } from "chai";
import { laterRotation, ofGeneration, passwordsSchema, rotationFault, rotationKey } from "../../components/rotation";

describe("rotation", () => {
  for (const rotation of [[1], [1, 2], [2], [7, 8], ["1", "2"]]) {
    it(`[${rotation.join(", ")}] is taken`, () => {
      expect(rotationKey.schema.parse(rotation)).to.deep.equal(rotation.map(Number));
    });
  }

  for (const rotation of [[], [0], [1.5], [2, 1], [1, 3], [1, 1], [1, 2, 3], [10_000], "1", ["a"]]) {
    it(`${JSON.stringify(rotation)} is refused`, () => {
      expect(rotationKey.schema.safeParse(rotation).success).to.equal(false);
    });
  }

  it("only users of the first generation go by the bare name", () => {
    expect([1, 2].map((generation) => ofGeneration("acc-cinema-a", generation))).to.deep.equal([
      "acc-cinema-a",
      "acc-cinema-a.2",
    ]);
  });

  for (const key of ["ACC", "SYS", "ACC.2", "SYS.10"]) {
    it(`takes a password for ${key}`, () =>
      expect(passwordsSchema.parse({ [key]: "p" })).to.deep.equal({ [key]: "p" }));
  }

  for (const key of ["acc", "ACC.1", "ACC.02", "ACC.", "ACC.2.3", "GUEST"]) {
    it(`takes no password for ${key}`, () => expect(passwordsSchema.safeParse({ [key]: "p" }).success).to.equal(false));
  }

  it("takes no password that bcrypt would cut short, and none that is empty", () => {
    expect([72, 73, 0].map((length) => passwordsSchema.safeParse({ ACC: "p".repeat(length) }).success)).to.deep.equal([
      true,
      false,
      false,
    ]);
  });
});

describe("laterRotation", () => {
  const row = [[1], [1, 2], [2], [2, 3], [3]];
  for (const [i, rotation] of row.entries())
    for (const later of row.slice(i))
      it(`of [${rotation}] and [${later}] is [${later}]`, () => {
        expect([laterRotation(rotation, later), laterRotation(later, rotation)]).to.deep.equal([later, later]);
      });
});

describe("rotationFault", () => {
  for (const [before, after] of [
    [[1], [1]],
    [[1], [1, 2]],
    [[1, 2], [2]],
    [
      [1, 2],
      [2, 3],
    ],
  ]) {
    it(`[${before}] may become [${after}]`, () => expect(rotationFault(before ?? [], after ?? [])).to.equal(undefined));
  }

  for (const [before, after] of [
    [[1], [2]],
    [[2], [1, 2]],
    [[1], [2, 3]],
    [[1, 2], [1]],
    [[1, 2], [3]],
  ]) {
    it(`[${before}] may not become [${after}]`, () => {
      expect(rotationFault(before ?? [], after ?? [])).to.include(`[${before?.join(", ")}] to [${after?.join(", ")}]`);
    });
  }

  it("tells the way there", () => {
    expect(rotationFault([1], [2])).to.equal(
      "'rotation' cannot change from [1] to [2]: users of generation 1 were handed out, and each leafnode and client that logs in with " +
        "them would be cut off at its next connection; allowed: one with 1 in it; set it to [1, 2] and bring this location up, then the " +
        "spokes and the streams, then set it to [2]",
    );
  });
});
