import { expect } from "chai";
import type { AccountName } from "../../../../components/account-names";
import { ofAllAccounts, type Generations, type Rotation, type Rotations } from "../../../../components/rotation";
import { droppedBy, rotationPlan, type LocationRotation } from "../../../../cli/topology/rotate/rotation-plan";
import { planText } from "../../../../cli/topology/rotate/rotation-text";

type Given = Rotation | Rotations;
const ofAll = (given: Given): Rotations => ("ACC" in given ? given : ofAllAccounts(given));

const hub = (declared: Given, accepted = declared): LocationRotation => ({
  location: "hub",
  role: "hub",
  declared: ofAll(declared),
  accepted: ofAll(accepted),
  dialled: null,
});
const spoke = (
  dialled: number | Generations,
  declared: Given,
  accepted = declared,
  location = "cinema-a",
): LocationRotation => ({
  location,
  role: "spoke",
  declared: ofAll(declared),
  accepted: ofAll(accepted),
  dialled: typeof dialled === "number" ? { ACC: dialled, SYS: dialled } : dialled,
});

/** A line a phase: what is brought up, and from which generations to which, accounts apart where they differ. */
function phases(locations: readonly LocationRotation[], account?: AccountName): string[] {
  const change = (from: Rotations, to: Rotations) => {
    const [acc, sys] = [`${from.ACC}->${to.ACC}`, `${from.SYS}->${to.SYS}`];
    return acc === sys ? acc : `ACC ${acc} SYS ${sys}`;
  };
  return rotationPlan(locations, { account, flag: "--lab" }).phases.map(({ phase, locations: steps, streams }) =>
    [
      `${phase}:`,
      ...steps.map(({ location, from, to }) => `${location} ${change(from, to)}`),
      ...(streams ? ["streams"] : []),
    ].join(" "),
  );
}

describe("the phases of a rotation", () => {
  const cases: readonly [when: string, locations: readonly LocationRotation[], expected: readonly string[]][] = [
    [
      "from the start",
      [hub([1]), spoke(1, [1])],
      ["accept: hub 1->1,2", "change over: cinema-a 1->1,2 streams", "drop: hub 1,2->2 cinema-a 1,2->2"],
    ],
    [
      "a second time",
      [hub([2]), spoke(2, [2])],
      ["accept: hub 2->2,3", "change over: cinema-a 2->2,3 streams", "drop: hub 2,3->3 cinema-a 2,3->3"],
    ],
    [
      "with a spoke that came later than the last one",
      [hub([2]), spoke(2, [1])],
      ["accept: hub 2->2,3", "change over: cinema-a 1->1,2 streams", "drop: hub 2,3->3 cinema-a 1,2->2"],
    ],
    [
      "where only the hub's file was written",
      [hub([1, 2], [1]), spoke(1, [1])],
      ["accept: hub 1->1,2", "change over: cinema-a 1->1,2 streams", "drop: hub 1,2->2 cinema-a 1,2->2"],
    ],
    [
      "where the hub has both",
      [hub([1, 2]), spoke(1, [1])],
      ["change over: cinema-a 1->1,2 streams", "drop: hub 1,2->2 cinema-a 1,2->2"],
    ],
    [
      "where a spoke's file was written, and its up failed",
      [hub([1, 2]), spoke(1, [1, 2], [1])],
      ["change over: cinema-a 1->1,2 streams", "drop: hub 1,2->2 cinema-a 1,2->2"],
    ],
    [
      "where one of two spokes has changed over",
      [hub([1, 2]), spoke(2, [1, 2]), spoke(1, [1], [1], "cinema-b")],
      ["change over: cinema-b 1->1,2 streams", "drop: hub 1,2->2 cinema-a 1,2->2 cinema-b 1,2->2"],
    ],
    [
      "where all have changed over, and perhaps not the streams",
      [hub([1, 2]), spoke(2, [1, 2])],
      ["change over: streams", "drop: hub 1,2->2 cinema-a 1,2->2"],
    ],
    [
      "where the last file of the hub was written, and its up failed",
      [hub([2], [1, 2]), spoke(2, [1, 2])],
      ["drop: hub 1,2->2 cinema-a 1,2->2"],
    ],
    ["where the hub has dropped the old ones", [hub([2]), spoke(2, [1, 2])], ["drop: cinema-a 1,2->2"]],
    ["where a spoke's last up failed", [hub([2]), spoke(2, [2], [1, 2])], ["drop: cinema-a 1,2->2"]],
    [
      "where a hub's hand-made end came before a spoke's change",
      [hub([2], [1, 2]), spoke(1, [1])],
      ["change over: cinema-a 1->1 streams", "drop: hub 1,2->2"],
    ],
  ];
  for (const [when, locations, expected] of cases)
    it(`${when} are ${expected.join("; ")}`, () => {
      expect(phases(locations)).to.deep.equal(expected);
    });

  it("of two locations can be counted apart: what is dropped is each one's own", () => {
    expect([...droppedBy(rotationPlan([hub([2]), spoke(2, [7])]))]).to.deep.equal([
      ["hub", { ACC: [2], SYS: [2] }],
      ["cinema-a", { ACC: [7], SYS: [7] }],
    ]);
  });

  it("are refused where a file jumps over a generation that is logged in", () => {
    expect(() => phases([hub([2], [1]), spoke(1, [1])])).to.throw(
      "Pulumi.hub.yaml: 'rotation' cannot change from [1] to [2]",
    );
  });

  it("are told to people with what is brought up in each", () => {
    expect(planText(rotationPlan([hub([1, 2]), spoke(1, [1])]))).to.equal(
      [
        "a rotation is under way; what is left of it:",
        "  1. the spokes dial as the new users, and accept new ones of their own beside the old ones; the streams log in as the new ones",
        "     cinema-a: [1] -> [1, 2]",
        "     streams",
        "  2. the old users go, once every location is well and nobody is logged in as one",
        "     hub: [1, 2] -> [2]",
        "     cinema-a: [1, 2] -> [2]",
      ].join("\n"),
    );
  });
});

describe("the phases of one account's rotation", () => {
  const both = { ACC: [1, 2], SYS: [1] };
  const last = { ACC: [2], SYS: [1] };
  const changed = { ACC: 2, SYS: 1 };
  const change = "ACC 1->1,2 SYS 1->1";
  const drop = "ACC 1,2->2 SYS 1->1";

  const cases: readonly [
    when: string,
    account: AccountName | undefined,
    locations: readonly LocationRotation[],
    expected: readonly string[],
  ][] = [
    [
      "from the start",
      "ACC",
      [hub([1]), spoke(1, [1])],
      [`accept: hub ${change}`, `change over: cinema-a ${change} streams`, `drop: hub ${drop} cinema-a ${drop}`],
    ],
    [
      "after the other one's",
      "SYS",
      [hub(last), spoke(changed, last)],
      [
        "accept: hub ACC 2->2 SYS 1->1,2",
        "change over: cinema-a ACC 2->2 SYS 1->1,2 streams",
        "drop: hub ACC 2->2 SYS 1,2->2 cinema-a ACC 2->2 SYS 1,2->2",
      ],
    ],
    [
      "where only the hub's file was written",
      "ACC",
      [hub(both, [1]), spoke(1, [1])],
      [`accept: hub ${change}`, `change over: cinema-a ${change} streams`, `drop: hub ${drop} cinema-a ${drop}`],
    ],
    [
      "where a spoke has changed over",
      "ACC",
      [hub(both), spoke(changed, both), spoke(1, [1], [1], "cinema-b")],
      [`change over: cinema-b ${change} streams`, `drop: hub ${drop} cinema-a ${drop} cinema-b ${drop}`],
    ],
    ["where the hub has dropped the old ones", "ACC", [hub(last), spoke(changed, both)], [`drop: cinema-a ${drop}`]],
    [
      "under way, where all accounts are asked for: it alone is finished",
      undefined,
      [hub(both), spoke(changed, both)],
      ["change over: streams", `drop: hub ${drop} cinema-a ${drop}`],
    ],
    [
      "where one account's ends and the other's begins, by hand",
      undefined,
      [hub({ ACC: [2], SYS: [1, 2] }, { ACC: [1, 2], SYS: [1] }), spoke(changed, both)],
      [
        "accept: hub ACC 1,2->1,2 SYS 1->1,2",
        "change over: cinema-a ACC 1,2->1,2 SYS 1->1,2 streams",
        "drop: hub 1,2->2 cinema-a 1,2->2",
      ],
    ],
    [
      "for all accounts, which were rotated apart",
      undefined,
      [hub(last), spoke(changed, last)],
      [
        "accept: hub ACC 2->2,3 SYS 1->1,2",
        "change over: cinema-a ACC 2->2,3 SYS 1->1,2 streams",
        "drop: hub ACC 2,3->3 SYS 1,2->2 cinema-a ACC 2,3->3 SYS 1,2->2",
      ],
    ],
  ];
  for (const [when, account, locations, expected] of cases)
    it(`${when}: ${expected.join("; ")}`, () => {
      expect(phases(locations, account)).to.deep.equal(expected);
    });

  it("are refused while another account's is under way, which every up would carry on", () => {
    const text = (begun: string) =>
      `account is SYS, while a rotation of ${begun} is under way, which each 'up' would carry on; allowed: one at a time; finish that one ` +
      "first: npm run topology -- rotate --lab";
    expect(() => phases([hub(both), spoke(1, [1])], "SYS")).to.throw(text("ACC"));
    expect(() => phases([hub([1, 2]), spoke(1, [1])], "SYS")).to.throw(text("ACC, SYS"));
  });

  it("drop nothing of the other account", () => {
    expect([
      ...droppedBy(rotationPlan([hub([1]), spoke(1, [1])], { account: "ACC", flag: "" })).values(),
    ]).to.deep.equal([
      { ACC: [1], SYS: [] },
      { ACC: [1], SYS: [] },
    ]);
  });

  it("are told to people with the account's name, and both where they differ", () => {
    expect(
      planText(rotationPlan([hub([1]), spoke(1, [1])], { account: "ACC", flag: "" }))
        .split("\n")
        .slice(0, 3),
    ).to.deep.equal([
      "all passwords of account ACC in all locations, by new users beside the old ones:",
      "  1. the hub's servers accept the new users beside the old ones",
      "     hub: [1] -> [1, 2]",
    ]);
    expect(planText(rotationPlan([hub(both), spoke(1, [1])]))).to.contain(
      "a rotation of ACC is under way; what is left of it:",
    );
    expect(planText(rotationPlan([hub(last), spoke(changed, last)]))).to.contain(
      "     hub: ACC [2] -> [2, 3], SYS [1] -> [1, 2]",
    );
  });
});
