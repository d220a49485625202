import { expect } from "chai";
import type { Verdict } from "../../../../cli/topology/operations/repair-verdict";
import { HealthWatch } from "../../../../cli/topology/upgrade/health-watch";
import type { UpgradeLook } from "../../../../cli/topology/upgrade/upgrade-lacks";
import { aLink } from "../operations/a-look";
import { down, server } from "../status/a-seen";

const link: Verdict = { link: aLink, kind: "moves", reason: "its messages arrive" };
const behind = (heldSeq: number, originLastSeq = 10): Verdict => {
  const gap = originLastSeq - heldSeq;
  return { ...link, link: { ...aLink, originLastSeq, targetSeq: originLastSeq, heldSeq, gap } };
};

/** All is well at that moment, unless said otherwise. */
const look = (now: number, seen: Partial<UpgradeLook> = {}): UpgradeLook => ({
  now,
  servers: [server("cinema-a-nats-0")],
  streams: [{ domain: "cinema-a", stream: "tickets-1", leader: "cinema-a-nats-0", behind: [] }],
  links: [link],
  silences: [],
  ...seen,
});

const patienceMs = 10_000;
const noted = (looks: readonly UpgradeLook[], version: string | undefined = "2.14.2") => {
  const watch = new HealthWatch({ ...(version !== undefined && { version }), patienceMs });
  return looks.map((each) => watch.note(each)).at(-1);
};

describe("whether a location is well after its upgrade", () => {
  it("is well once each link was heard of after the first look", () => {
    expect(noted([look(0)])).to.deep.equal({
      kind: "waits",
      lacks: ["sales <- tickets-1 in cinema-a: not heard of yet"],
    });
    expect(noted([look(0), look(500)])).to.deep.equal({ kind: "well", lacks: [] });
  });

  for (const [what, seen, lack] of [
    ["a server that does not serve", { servers: [down] }, "server cinema-a-nats-1: does not answer on port 1: refused"],
    [
      "a server of another version",
      { servers: [{ ...server("cinema-a-nats-0"), version: "2.9.19" }] },
      "server cinema-a-nats-0: runs 2.9.19, wanted 2.14.2",
    ],
    [
      "a stream without a leader",
      { streams: [{ domain: "cinema-a", stream: "tickets-1", behind: [] }] },
      "stream tickets-1 in cinema-a: no leader",
    ],
    [
      "a replica that is behind",
      {
        streams: [{ domain: "cinema-a", stream: "tickets-1", leader: "cinema-a-nats-0", behind: ["cinema-a-nats-2"] }],
      },
      "stream tickets-1 in cinema-a: not current on cinema-a-nats-2",
    ],
    [
      "a link that stands still",
      { links: [{ ...link, kind: "waits", reason: "its line is cut" }] },
      "sales <- tickets-1 in cinema-a: its line is cut",
    ],
    ["a link that is behind", { links: [behind(4)] }, "sales <- tickets-1 in cinema-a: 6 message(s) behind"],
    ["what cannot be asked", { links: [], silences: ["the hub does not answer"] }, "the hub does not answer"],
  ] as const)
    it(`waits for ${what}`, () => {
      expect(noted([look(0), look(500, seen)])).to.deep.equal({ kind: "waits", lacks: [lack] });
    });

  it("before an upgrade, takes any version and configuration that serves", () => {
    const other = { kind: "config" as const, what: "runs with version '2.9.19', wanted '2.14.2'" };
    const servers = [{ ...server("cinema-a-nats-0"), version: "2.9.19", lacks: [other] }];
    const watch = new HealthWatch({ patienceMs });
    watch.note(look(0, { servers }));
    expect(watch.note(look(500, { servers })).kind).to.equal("well");
  });

  it("asks of a link no more than its origin held at first, however much is published since", () => {
    expect(noted([look(0, { links: [behind(4, 10)] }), look(500, { links: [behind(10, 50)] })])?.kind).to.equal("well");
  });

  it("gives up where nothing got better for its patience", () => {
    const servers = [down];
    const looks = [look(0, { servers }), look(500, { servers })]; // the second one has heard of the link
    expect(noted([...looks, look(10_499, { servers })])?.kind).to.equal("waits");
    expect(noted([...looks, look(10_500, { servers })])?.kind).to.equal("given-up");
  });

  it("does not give up on a follower that catches up, however long that takes", () => {
    const looks = [2, 3, 4, 5, 6, 7, 8, 9].map((held, i) => look(i * 9_000, { links: [behind(held)] }));
    expect(noted(looks)?.kind).to.equal("waits");
  });

  it("gives up on one whose gap to what was held at first does not shrink, though its origin goes on", () => {
    const looks = [0, 1, 2, 3].map((i) => look(i * 5_000, { links: [behind(4, 10 + i)] }));
    expect(noted(looks)?.kind).to.equal("given-up");
  });
});
