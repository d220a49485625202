import { expect } from "chai";
import type { RepairStep } from "../../../../cli/topology/operations/repair-step";
import { RepairWatch, type RepairLook } from "../../../../cli/topology/operations/repair-verdict";
import { WatchEvents } from "../../../../cli/topology/operations/watch-events";
import { aCutLink, aLink, aLook, aStall, servers } from "./a-look";

/** What is told of some looks, with each leader stepped down that is to be. */
function told(looks: readonly RepairLook[], fault?: string): string[] {
  const watch = new RepairWatch("hub");
  const events = new WatchEvents("hub");
  return looks.flatMap((look) => {
    const verdicts = watch.note(look);
    const { domain, stream } = aLink;
    const stepDowns: RepairStep["stepDowns"] = verdicts.some(({ kind }) => kind === "repair")
      ? [{ domain, stream, ...(fault !== undefined && { fault }) }]
      : [];
    if (stepDowns.length > 0) watch.noteRepair(aLink, look.now);
    return events
      .note({ verdicts, locations: look.locations, stepDowns }, look.now)
      .map(({ of, text }) => `${of}: ${text}`);
  });
}

const cut = [servers("hub", []), servers("cinema-a", [], 3)];
const cutFor = (seconds: number) => Array.from({ length: seconds }, (_, i) => aLook(1_000 * i, aCutLink, cut));

describe("the lines of a watch", () => {
  it("tell a cut, a repair and what came of it in five lines, however long the cut was", () => {
    const back = [aLook(600_000), aLook(601_000), aLook(602_000, { ...aLink, activeMs: 50 })];
    expect(told([...cutFor(600), ...back])).to.deep.equal([
      "cinema-a: none of the 3 servers of 'cinema-a' answers: its line is cut, or it is down",
      "sales <- tickets-1 in cinema-a: stands still (silent for 20 s, 6 message(s) behind): none of the 3 servers of 'cinema-a' answers: " +
        "its line is cut, or it is down",
      "cinema-a: every server has its leafnode",
      "sales: the leader of 'sales' in 'hub' was stepped down",
      "sales <- tickets-1 in cinema-a: moves again, after 622 s",
    ]);
  });

  it("tell once that a new leader did not help", () => {
    const still = [0, 1_000, ...Array.from({ length: 50 }, (_, i) => 12_000 + 1_000 * i)].map((now) => aLook(now));
    const lines = told(still);
    expect(lines).to.have.length(3);
    expect(lines[2]).to.contain(
      "stands still (silent for 20 s, 6 message(s) behind): it stands still with a new leader too",
    );
  });

  it("tell why a leader did not step down", () => {
    expect(told([aLook(0), aLook(1_000, aStall)], "refused")).to.include(
      "sales: the leader of 'sales' in 'hub' did not step down: refused",
    );
  });

  it("tell nothing where all moves", () => {
    expect(told([0, 1_000, 2_000].map((now) => aLook(now, aLink)))).to.deep.equal([]);
  });
});
