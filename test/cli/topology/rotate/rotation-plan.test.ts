import { expect } from "chai";
import type { Rotation } from "../../../../components/rotation";
import { droppedBy, rotationPlan, type LocationRotation } from "../../../../cli/topology/rotate/rotation-plan";
import { planText } from "../../../../cli/topology/rotate/rotation-text";

const hub = (declared: Rotation, accepted = declared): LocationRotation => ({
  location: "hub",
  role: "hub",
  declared,
  accepted,
  dialled: null,
});
const spoke = (dialled: number, declared: Rotation, accepted = declared, location = "cinema-a"): LocationRotation => ({
  location,
  role: "spoke",
  declared,
  accepted,
  dialled,
});
/** A line a phase: what is brought up, and from which generations to which. */
const phases = (...locations: readonly LocationRotation[]): string[] =>
  rotationPlan(locations).phases.map(({ phase, locations: steps, streams }) =>
    [
      `${phase}:`,
      ...steps.map(({ location, from, to }) => `${location} ${from}->${to}`),
      ...(streams ? ["streams"] : []),
    ].join(" "),
  );

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
      expect(phases(...locations)).to.deep.equal(expected);
    });

  it("of two locations can be counted apart: what is dropped is each one's own", () => {
    expect([...droppedBy(rotationPlan([hub([2]), spoke(2, [7])]))]).to.deep.equal([
      ["hub", [2]],
      ["cinema-a", [7]],
    ]);
  });

  it("are refused where a file jumps over a generation that is logged in", () => {
    expect(() => phases(hub([2], [1]), spoke(1, [1]))).to.throw(
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
