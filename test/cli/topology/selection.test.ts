import { expect } from "chai";
import type { LabLocation } from "../../../cli/lab/home";
import { runSteps } from "../../../cli/topology/selection";

const spoke = (name: string): LabLocation => ({ name, role: "spoke", spokes: [], replicas: 3 });
const locations: LabLocation[] = [
  { name: "hub", role: "hub", spokes: ["cinema-a", "cinema-b"], replicas: 3 },
  spoke("cinema-a"),
  spoke("cinema-b"),
];
const steps = (...args: [operation: "up" | "refresh" | "destroy", only?: string]) =>
  runSteps(locations, ...args).map(({ stack, after }) => [stack.name, ...after].join(" < "));

describe("the stacks of a run", () => {
  it("are brought up hub first, then the spokes, then the streams, which wait for all", () => {
    expect(steps("up")).to.deep.equal([
      "hub",
      "cinema-a < hub",
      "cinema-b < hub",
      "streams < hub < cinema-a < cinema-b",
    ]);
  });

  it("are destroyed backwards", () => {
    expect(steps("destroy")).to.deep.equal([
      "streams",
      "cinema-b < streams",
      "cinema-a < streams",
      "hub < cinema-a < cinema-b < streams",
    ]);
  });

  for (const [operation, only, expected] of [
    ["up", "hub", ["hub"]],
    ["up", "cinema-a", ["hub", "cinema-a < hub"]],
    ["refresh", "streams", steps("refresh")],
    ["destroy", "cinema-a", ["streams", "cinema-a < streams"]],
    ["destroy", "streams", ["streams"]],
    ["destroy", "hub", steps("destroy")],
  ] as const)
    it(`of '${operation} --only ${only}' are ${expected.join(", ")}`, () => {
      expect(steps(operation, only)).to.deep.equal(expected);
    });

  it("refuse a name that nobody has, with all that there are and the nearest", () => {
    expect(() => steps("up", "cinema-aa")).to.throw(
      "there is no location 'cinema-aa'; allowed: hub, cinema-a, cinema-b, streams; did you mean 'cinema-a'?",
    );
  });
});
