import { expect } from "chai";
import { destinationSubject, passing } from "../../streams/checks/subject-flow";
import { commonSubject, subjectIsSubset } from "../../streams/subject";

/** Two subjects, what both catch, and whether the first lies in the second, and the second in the first. */
const pairs = [
  ["a.b", "a.b", "a.b", true, true],
  ["a.b", "a.c", undefined, false, false],
  ["a.*", "a.b", "a.b", false, true],
  ["a.*", "*.b", "a.b", false, false],
  ["a.*", "a.b.c", undefined, false, false],
  ["a.>", "a.b.c", "a.b.c", false, true],
  ["a.>", "a", undefined, false, false],
  ["a.*.c", "a.b.>", "a.b.c", false, false],
  [">", "a", "a", false, true],
  [">", ">", ">", true, true],
  ["*", ">", "*", true, false],
  ["a.>", "*.*", "a.*", false, false],
] as const;

describe("commonSubject and subjectIsSubset", () => {
  for (const [one, other, common, within, around] of pairs) {
    it(`'${one}' and '${other}' have ${common === undefined ? "nothing" : `'${common}'`} in common`, () => {
      expect([commonSubject(one, other), commonSubject(other, one)]).to.deep.equal([common, common]);
      expect([subjectIsSubset(one, other), subjectIsSubset(other, one)]).to.deep.equal([within, around]);
    });
  }
});

const destinations = [
  ["x.y", "x.y"],
  ["x.>", "x.>"],
  ["x.{{wildcard(1)}}.y", "x.*.y"],
  ["x.$1", "x.*"],
  ["x.p{{partition(3,1,2)}}", "x.*"],
  ["x.{{ Wildcard(2) }}.{{splitfromleft(1,2)}}.y", "x.*.>"],
  ["{{split(1,.)}}.x", ">"],
] as const;

describe("destinationSubject", () => {
  for (const [destination, subject] of destinations)
    it(`'${destination}' may become '${subject}'`, () => expect(destinationSubject(destination)).to.equal(subject));
});

describe("passing", () => {
  const link = { location: "hub", stream: "x" };
  it("everything where nothing filters", () => expect(passing(link, ["b", "a.>"])).to.deep.equal(["a.>", "b"]));
  it("what a filter and a subject have in common", () => {
    expect(passing({ ...link, filterSubject: "*.x" }, ["a.>", "b.*", "c"])).to.deep.equal(["a.x", "b.x"]);
  });
  it("what transforms make of what they catch, and nothing else", () => {
    const subjectTransforms = [
      { source: "a.*", destination: "x.{{wildcard(1)}}" },
      { source: "z.>", destination: "y" },
    ];
    expect(passing({ ...link, subjectTransforms }, ["a.b", "a.c", "b.>"])).to.deep.equal(["x.*"]);
  });
});
