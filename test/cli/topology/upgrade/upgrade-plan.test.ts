import { expect } from "chai";
import {
  requireRelease,
  UpgradeRefusedError,
  upgradePlan,
  type LocationVersions,
} from "../../../../cli/topology/upgrade/upgrade-plan";
import type { LocationLimits } from "../../../../streams/checks/declared";
import type { StreamDeclaration, Topology } from "../../../../streams/declarations";

const topology: Topology = { hub: "hub", spokes: ["cinema-a", "cinema-b"], streams: [] };

const limits = (location: string, serverVersion: string): LocationLimits => ({
  location,
  clusterName: `${location}-cluster`,
  replicas: 3,
  maxFileStoreBytes: 2 ** 30,
  serverVersion,
});

/** A location whose three servers all have one version, as declared. */
const at = (location: string, version: string): LocationVersions => ({
  location,
  role: location === "hub" ? "hub" : "spoke",
  declared: version,
  limits: limits(location, version),
  running: [version, version, version],
});

const all = (version: string) => ["hub", "cinema-a", "cinema-b"].map((name) => at(name, version));

function faultsOf(plan: () => unknown): readonly string[] {
  try {
    plan();
    return [];
  } catch (error) {
    if (error instanceof UpgradeRefusedError) return error.faults;
    throw error;
  }
}

describe("the plan of an upgrade", () => {
  it("moves the spokes, then the hub", () => {
    expect(upgradePlan(topology, all("2.14.7"), "2.15.2")).to.deep.equal({
      version: "2.15.2",
      steps: [
        { location: "cinema-a", role: "spoke", from: ["2.14.7"], to: "2.15.2", isBegun: false },
        { location: "cinema-b", role: "spoke", from: ["2.14.7"], to: "2.15.2", isBegun: false },
        { location: "hub", role: "hub", from: ["2.14.7"], to: "2.15.2", isBegun: false },
      ],
      there: [],
      notes: [],
    });
  });

  const moved = at("cinema-a", "2.15.2");
  for (const [what, first, isLeft] of [
    ["a location that has it already is left out", moved, true],
    ["one whose stack file does not have it is not", { ...moved, declared: "2.14.7" }, false],
    ["one whose last up did not give it is not", { ...moved, limits: limits("cinema-a", "2.14.7") }, false],
    ["one of whose servers runs another is not", { ...moved, running: ["2.15.2", "2.14.7", "2.15.2"] }, false],
    ["one of whose servers does not answer is not", { ...moved, running: ["2.15.2", "2.15.2"] }, false],
  ] as const)
    it(what, () => {
      const plan = upgradePlan(topology, [at("hub", "2.14.7"), first], "2.15.2");
      expect(plan.there).to.deep.equal(isLeft ? [{ location: "cinema-a", role: "spoke" }] : []);
      const begun = plan.steps.filter(({ isBegun }) => isBegun).map(({ location }) => location);
      expect(begun).to.deep.equal(isLeft || first.declared !== "2.15.2" ? [] : ["cinema-a"]);
      expect(plan.steps.map(({ location }) => location)).to.deep.equal(isLeft ? ["hub"] : ["cinema-a", "hub"]);
    });

  it("tells every version that runs where an upgrade was interrupted, oldest first", () => {
    const half = { ...at("hub", "2.14.7"), running: ["2.15.2", "2.14.7", "2.14.7"] };
    expect(upgradePlan(topology, [half], "2.15.2").steps[0]?.from).to.deep.equal(["2.14.7", "2.15.2"]);
  });

  it("moves one location alone", () => {
    const { steps } = upgradePlan(topology, all("2.14.7"), "2.15.2", { only: "hub" });
    expect(steps.map(({ location }) => location)).to.deep.equal(["hub"]);
  });

  it("knows no other location, and tells the nearest", () => {
    expect(faultsOf(() => upgradePlan(topology, all("2.14.7"), "2.15.2", { only: "cinema-c" }))).to.deep.equal([
      "there is no location 'cinema-c'; allowed: hub, cinema-a, cinema-b; did you mean 'cinema-a'?",
    ]);
  });

  it("refuses a location that is not up, with what brings it up", () => {
    const gone: LocationVersions = { ...at("cinema-b", "2.14.7"), limits: undefined, running: [] };
    expect(
      faultsOf(() => upgradePlan(topology, [at("hub", "2.14.7"), gone], "2.15.2", { flag: "--lab" })),
    ).to.deep.equal([
      "location cinema-b is not up, so it has no servers to upgrade; bring it up: npm run topology -- up --lab",
    ]);
  });

  it("goes back within a minor release", () => {
    expect(upgradePlan(topology, all("2.14.7"), "2.14.2").steps).to.have.length(3);
  });

  it("refuses an older minor release, with what it would cost", () => {
    const half = { ...at("cinema-b", "2.15.2"), running: ["2.15.2", "2.15.2", "2.14.7"] };
    const faults = faultsOf(() =>
      upgradePlan(topology, [at("hub", "2.14.7"), at("cinema-a", "2.15.2"), half], "2.14.7"),
    );
    expect(faults).to.have.length(1);
    expect(faults[0]).to.match(
      /^nats-server 2\.15\.2 runs in cinema-a, cinema-b, and 2\.14\.7 is of an older minor release; /,
    );
    expect(faults[0]).to.contain("allowed: 2.15.2 or newer, or another 2.15; the messages there would be at risk");
  });

  it("names what is declared and the older servers would lack", () => {
    const stream: StreamDeclaration = {
      location: "cinema-a",
      name: "tickets-1",
      subjects: ["tickets-1.>"],
      maxAgeSeconds: 3_600,
      maxBytes: 1_000_000,
      compression: "s2",
    };
    const faults = faultsOf(() => upgradePlan({ ...topology, streams: [stream] }, all("2.10.0"), "2.9.19"));
    expect(faults.at(-1)).to.contain(
      "'compression' of stream cinema-a/tickets-1 is declared, and 'cinema-a' runs 2.9.19",
    );
  });

  for (const [from, to, notes] of [
    ["2.14.7", "2.15.2", []],
    ["2.14.2", "2.15.2", ["upstream recommends 2.14.7 or newer before 2.15"]],
    [
      "2.12.0",
      "2.15.2",
      ["upstream recommends 2.14.7 or newer before 2.15", "upstream knows of problems with mirrors"],
    ],
    ["2.15.2", "2.16.0", ["nats-server 2.16.0 is newer than 2.15.2"]],
    ["2.9.19", "2.14.2", []],
  ] as const)
    it(`${from} -> ${to}: ${notes.length} note(s)`, () => {
      const told = upgradePlan(topology, all(from), to).notes;
      expect(told.map((note, i) => note.slice(0, notes[i]?.length))).to.deep.equal(notes);
    });

  for (const version of ["2.15", "v2.15.2", "2.9.18", "latest", "2.15.2-RC.1"])
    it(`'${version}' is ${version === "2.15.2-RC.1" ? "taken, as a release candidate is a release" : "refused"}`, () => {
      const faults = faultsOf(() => requireRelease(version));
      if (version === "2.15.2-RC.1") return expect(faults).to.deep.equal([]);
      expect(faults[0]).to.contain(`--nats is '${version}'; allowed: a release of nats-server, 2.9.19 or newer`);
    });
});
