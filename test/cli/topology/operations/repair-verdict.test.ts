import { expect } from "chai";
import {
  lineLack,
  RepairWatch,
  type RepairLook,
  type WatchedLink,
} from "../../../../cli/topology/operations/repair-verdict";
import { aCutLink, allBack, aLink, aLook, aStall, servers } from "./a-look";

const cut = [servers("hub", []), servers("cinema-a", [], 3)];
const half = [servers("hub", []), servers("cinema-a", ["SYS"])];

/** The last verdict of some looks, with a leader stepped down wherever that is the verdict. */
function verdictAfter(...looks: readonly RepairLook[]) {
  const watch = new RepairWatch("hub");
  const verdicts = looks.map((look) => {
    const [{ kind, reason } = { kind: "none", reason: "" }] = watch.note(look);
    if (kind === "repair") watch.noteRepair(aLink, look.now);
    return { kind, reason };
  });
  return verdicts.at(-1);
}
const kindAfter = (...looks: readonly RepairLook[]) => verdictAfter(...looks)?.kind;

describe("the verdict on a link", () => {
  it("a link that is heard of moves, though a server has no leafnode", () => {
    expect(kindAfter(aLook(0, aLink, half))).to.equal("moves");
  });

  it("a silent one is to be repaired once all leafnodes have been back for a second, and no sooner", () => {
    const looks = [aLook(0, aCutLink, cut), aLook(500, aStall, half), aLook(1_000), aLook(1_900)];
    expect(kindAfter(...looks)).to.equal("settles");
    expect(verdictAfter(...looks, aLook(2_000))).to.deep.equal({
      kind: "repair",
      reason: "it stands still although every server at both ends has its leafnode",
    });
  });

  it("a leafnode that goes again begins the second anew", () => {
    expect(kindAfter(aLook(0), aLook(900, aStall, half), aLook(1_000), aLook(1_900))).to.equal("settles");
  });

  for (const [what, locations, reason] of [
    ["whose line is cut", cut, "none of the 3 servers of 'cinema-a' answers: its line is cut, or it is down"],
    ["with a server away", [servers("hub", [], 1), servers("cinema-a")], "2 of the 3 servers of 'hub' answer"],
    [
      "with a leafnode of another account alone",
      half,
      "without a leafnode for account ACC: cinema-a-nats-0, cinema-a-nats-1, cinema-a-nats-2",
    ],
  ] as const) {
    it(`a silent one ${what} waits, however long`, () => {
      expect(verdictAfter(aLook(0, aStall, locations), aLook(60_000, aStall, locations))).to.deep.equal({
        kind: "waits",
        reason,
      });
    });
  }

  it("one outage is repaired once", () => {
    const looks = [aLook(0), aLook(1_000)];
    expect(kindAfter(...looks)).to.equal("repair");
    expect(kindAfter(...looks, aLook(5_000))).to.equal("repaired");
    const later = [...looks, ...[20_000, 60_000, 600_000].map((now) => aLook(now))];
    expect(verdictAfter(...later)).to.deep.include({ kind: "stands" });
    expect(verdictAfter(...later)?.reason).to.contain("it stands still with a new leader too");
  });

  it("a line that goes again after a repair is another outage, also where no message had arrived in between", () => {
    const looks = [aLook(0), aLook(1_000), aLook(3_000, aCutLink, cut), aLook(20_000), aLook(20_900)];
    expect(kindAfter(...looks)).to.equal("settles");
    expect(kindAfter(...looks, aLook(21_000))).to.equal("repair");
  });

  it("is another one too where the link was heard of, and the line went right after", () => {
    const moving: WatchedLink = { ...aLink, activeMs: 50 };
    const looks = [aLook(0), aLook(1_000), aLook(1_500, moving), aLook(3_000, aCutLink, cut), aLook(20_000)];
    expect(kindAfter(...looks, aLook(21_000))).to.equal("repair");
  });

  it("a leader that was stepped down is left alone for 10 s, whatever its lines do", () => {
    const looks = [aLook(0), aLook(1_000), aLook(2_000, aCutLink, cut), aLook(3_000), aLook(10_900)];
    expect(kindAfter(...looks)).to.equal("repaired");
    expect(kindAfter(...looks, aLook(11_000))).to.equal("repair");
  });

  it("another link of the follower, silent because of the new leader, is given the same moment", () => {
    const other: WatchedLink = { ...aLink, origin: { location: "cinema-a", stream: "other" }, activeMs: 50 };
    const silent: WatchedLink = { ...other, activeMs: undefined };
    const watch = new RepairWatch("hub");
    const kinds = (now: number, each: WatchedLink) =>
      watch.note({ now, links: [aStall, each], locations: allBack }).map(({ kind }) => kind);
    kinds(0, other);
    expect(kinds(1_000, other)).to.deep.equal(["repair", "moves"]);
    watch.noteRepair(aStall, 1_000);
    expect(kinds(1_250, silent)).to.deep.equal(["repaired", "repaired"]);
    expect(kinds(12_000, silent)).to.deep.equal(["stands", "stands"]);
  });

  it("the next outage is repaired again, as soon as messages had arrived in between", () => {
    const moving: WatchedLink = { ...aLink, activeMs: 50 };
    const looks = [aLook(0), aLook(1_000), aLook(1_500, moving)];
    expect(kindAfter(...looks)).to.equal("moves");
    expect(kindAfter(...looks, aLook(60_000))).to.equal("repair");
  });

  it("a consumer made anew, of which nothing arrives, does not end an outage", () => {
    const anew: WatchedLink = { ...aStall, activeMs: 0 };
    expect(kindAfter(aLook(0), aLook(1_000), aLook(10_000, anew), aLook(20_000))).to.equal("stands");
  });

  it("one that was out of reach for a moment, but is heard of, is not repaired", () => {
    expect(kindAfter(aLook(0, { ...aCutLink, activeMs: 200 }), aLook(5_000, { ...aStall, activeMs: 1_600 }))).to.equal(
      "settles",
    );
  });

  it("one that was never heard of is given three seconds", () => {
    const { activeMs: _, ...never } = aStall;
    expect(kindAfter(aLook(0, never), aLook(2_900, never))).to.equal("settles");
    expect(kindAfter(aLook(0, never), aLook(3_000, never))).to.equal("repair");
  });

  it("one whose follower was not reached at first stands still since it was last heard of, not since it was first looked at", () => {
    const { activeMs: _, ...unknown } = aCutLink;
    expect(kindAfter(aLook(0, unknown, cut), aLook(500), aLook(1_500))).to.equal("repair");
  });

  for (const [what, link, reason] of [
    [
      "an origin that is missing",
      { ...aStall, unreachable: "origin missing: there is none" },
      "origin missing: there is none",
    ],
    ["an origin made anew", { ...aStall, gap: -3 }, "its origin 'tickets-1' was made anew; make the follower anew"],
    [
      "a follower of one replica",
      { ...aStall, followerReplicas: 1 },
      "'sales' in 'hub' has one replica, so no other server can lead it; it moves by itself within some 40 s",
    ],
  ] as const) {
    it(`a new leader does not help ${what}`, () => {
      expect(verdictAfter(aLook(0, link), aLook(5_000, link))).to.deep.equal({ kind: "stands", reason });
    });
  }

  it("a spoke's servers lack nothing with a leafnode each, the hub's without one", () => {
    expect(allBack.map((each) => lineLack(each, "hub"))).to.deep.equal([undefined, undefined]);
  });
});
