import { expect } from "chai";
import { reportOf } from "../../../cli/report/report";
import type { Status } from "../../../streams/jetstream/status";
import { declared, link, sales, tickets, well } from "./a-status";

const nobody: ReadonlySet<string> = new Set();
const { leader: _leader, ...leaderless } = sales;
const cure = "bring the streams up again: npm run lab, or pulumi up in their stack";

const cases: readonly [string, Partial<Status>, readonly string[]][] = [
  ["nothing where all is as declared", {}, []],
  [
    "a declared stream that is not there",
    { streams: [sales] },
    [`stream tickets-1 in cinema-a: declared, but not there; ${cure}`],
  ],
  ["a stream without a leader", { streams: [leaderless, tickets] }, ["stream sales in hub: no leader"]],
  [
    "a silent domain once, not each of its streams as well",
    { streams: [sales], silences: [{ domain: "cinema-a", reason: "nothing came back within 5 s" }] },
    ["domain cinema-a: nothing came back within 5 s"],
  ],
  [
    "a declared link that its follower does not list",
    { links: [] },
    [`sales <- tickets-1 in cinema-a: declared, but the follower does not list it; ${cure}`],
  ],
  [
    "a follower that is not there, and not its links as well",
    { streams: [tickets], links: [] },
    [`stream sales in hub: declared, but not there; ${cure}`],
  ],
  [
    "a link that leads elsewhere",
    { links: [{ ...link, origin: { location: "cinema-b", stream: "tickets-1" } }] },
    [`sales <- tickets-1 in cinema-a: declared, but the follower does not list it; ${cure}`],
  ],
  [
    "a link that is behind",
    { links: [{ ...link, gap: 20 }] },
    ["sales <- tickets-1 in cinema-a: behind: 20 message(s) of the origin are missing"],
  ],
];

describe("the report", () => {
  for (const [what, change, faults] of cases) {
    it(`tells of ${what}`, () => {
      const status = { ...well, ...change };
      expect(reportOf(status, nobody, declared)).to.deep.equal({ ...status, faults });
    });
  }

  it("tells of a domain that had to be asked directly", () => {
    const { faults } = reportOf(well, new Set(["cinema-a"]), declared);
    expect(faults).to.deep.equal(["domain cinema-a: not reachable from the hub, so it was asked directly"]);
  });
});
