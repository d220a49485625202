import { expect } from "chai";
import {
  firstRotations,
  laterRotation,
  ofAllAccounts,
  ofGeneration,
  passwordsSchema,
  rotationFault,
  rotationKey,
  shortRotations,
  storedGenerations,
  storedRotations,
} from "../../components/rotation";

describe("rotation", () => {
  for (const rotation of [[1], [1, 2], [2], [7, 8], ["1", "2"]]) {
    it(`[${rotation.join(", ")}] is taken, for both accounts`, () => {
      const generations = rotation.map(Number);
      expect(rotationKey.schema.parse(rotation)).to.deep.equal({ ACC: generations, SYS: generations });
    });
  }

  it("one list for each account is taken", () => {
    expect(rotationKey.schema.parse({ SYS: ["3"], ACC: [1, 2] })).to.deep.equal({ ACC: [1, 2], SYS: [3] });
  });

  const wrong = [[], [0], [1.5], [2, 1], [1, 3], [1, 1], [1, 2, 3], [10_000], "1", ["a"]];
  const wrongByAccount = [
    {},
    { ACC: [1] },
    { ACC: [1], SYS: [] },
    { ACC: 1, SYS: 1 },
    { ACC: [2, 1], SYS: [1] },
    { ACC: [1], SYS: [1], GUEST: [1] },
    { acc: [1], sys: [1] },
  ];
  for (const rotation of [...wrong, ...wrongByAccount]) {
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

describe("the generations of each account", () => {
  const one = { ACC: [1, 2], SYS: [1] };

  it("are one list in a stack file where all have the same, and are read from it as they were", () => {
    expect([ofAllAccounts([1, 2]), one].map(shortRotations)).to.deep.equal([[1, 2], one]);
    for (const rotations of [ofAllAccounts([1, 2]), one])
      expect(rotationKey.schema.parse(shortRotations(rotations))).to.deep.equal(rotations);
  });

  it("are read from the states of earlier releases too", () => {
    expect([undefined, [1, 2], one].map((stored) => storedRotations(stored))).to.deep.equal([
      firstRotations,
      { ACC: [1, 2], SYS: [1, 2] },
      one,
    ]);
    expect([null, 2, { ACC: 2, SYS: 1 }].map(storedGenerations)).to.deep.equal([
      null,
      { ACC: 2, SYS: 2 },
      { ACC: 2, SYS: 1 },
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
  const faultOf = (before: readonly number[] = [], after: readonly number[] = []) =>
    rotationFault(ofAllAccounts(before), ofAllAccounts(after));

  for (const [before, after] of [
    [[1], [1]],
    [[1], [1, 2]],
    [[1, 2], [2]],
    [
      [1, 2],
      [2, 3],
    ],
  ]) {
    it(`[${before}] may become [${after}]`, () => expect(faultOf(before, after)).to.equal(undefined));
  }

  for (const [before, after] of [
    [[1], [2]],
    [[2], [1, 2]],
    [[1], [2, 3]],
    [[1, 2], [1]],
    [[1, 2], [3]],
  ]) {
    it(`[${before}] may not become [${after}]`, () => {
      expect(faultOf(before, after)).to.include(`[${before?.join(", ")}] to [${after?.join(", ")}]`);
    });
  }

  it("tells the way there", () => {
    expect(faultOf([1], [2])).to.equal(
      "'rotation' cannot change from [1] to [2]: users of generation 1 were handed out, and each leafnode and client that logs in with " +
        "them would be cut off at its next connection; allowed: one with 1 in it; set it to [1, 2] and bring this location up, then the " +
        "spokes and the streams, then set it to [2]",
    );
  });

  it("lets one account alone go on", () => {
    for (const [before, after] of [
      [
        { ACC: [1], SYS: [1] },
        { ACC: [1, 2], SYS: [1] },
      ],
      [
        { ACC: [1, 2], SYS: [1] },
        { ACC: [2], SYS: [1] },
      ],
      [
        { ACC: [2], SYS: [1] },
        { ACC: [2], SYS: [1, 2] },
      ],
    ] as const)
      expect(rotationFault(before, after)).to.equal(undefined);
  });

  it("names the account whose generations cannot change so, and each where both cannot", () => {
    expect(rotationFault({ ACC: [1], SYS: [1] }, { ACC: [1], SYS: [2] })).to.equal(
      "'rotation' of SYS cannot change from [1] to [2]: users of generation 1 were handed out, and each leafnode and client that logs in " +
        "with them would be cut off at its next connection; allowed: one with 1 in it; set it to [1, 2] and bring this location up, then " +
        "the spokes and the streams, then set it to [2]",
    );
    expect(rotationFault({ ACC: [2], SYS: [1] }, ofAllAccounts([1]))).to.equal(
      "'rotation' of ACC cannot change from [2] to [1]: users of earlier generations are gone, and would come back with other passwords " +
        "that nobody is handed; allowed: 2 and later ones; set it to [2, 3]",
    );
    expect(rotationFault({ ACC: [2], SYS: [1] }, { ACC: [1], SYS: [2] })?.split("\n")).to.have.length(2);
  });
});
