import { expect } from "chai";
import { reportOf } from "../../../../cli/report/report";
import { findingsOf } from "../../../../cli/topology/status/findings";
import type { LocationStatus, Seen } from "../../../../cli/topology/status/status";
import { declared, link, well } from "../../report/a-status";
import { down, fill, seen, server, spoke } from "./a-seen";

const located = (change: Partial<LocationStatus>): Partial<Seen> => ({ locations: [{ ...spoke, ...change }] });
const [first, , last] = spoke.servers;
const certificate = "leafnode listener" as const;
const { wanted: _wanted, ...neverUp } = spoke;

const cases: readonly [string, Partial<Seen>, readonly string[]][] = [
  ["nothing where all is well", {}, []],
  [
    "a location that was never brought up",
    { locations: [neverUp] },
    ["critical: location cinema-a: not up; bring it up: npm run lab"],
  ],
  [
    "a server that is away while the others keep a quorum, as a warning",
    located({ servers: [first ?? down, down, last ?? down] }),
    ["warning: server cinema-a-nats-1: does not answer on port 1: refused"],
  ],
  [
    "two servers that are away, as critical",
    located({ servers: [first ?? down, down, { ...down, server: "cinema-a-nats-2" }] }),
    [
      "critical: server cinema-a-nats-1: does not answer on port 1: refused",
      "critical: server cinema-a-nats-2: does not answer on port 1: refused",
      "critical: location cinema-a: 1 of 3 servers serve as they should, which may be too few for JetStream",
    ],
  ],
  [
    "a server with another configuration",
    located({
      servers: spoke.servers.map((each, i) =>
        i === 0 ? { ...each, lacks: [{ kind: "config", what: "runs with version '2.9.19'" }] } : each,
      ),
    }),
    ["warning: server cinema-a-nats-0: runs with version '2.9.19'"],
  ],
  [
    "leafnodes that are missing, as critical where an account has none",
    located({
      leafnodes: [
        { account: "ACC", wanted: 3, there: 0 },
        { account: "SYS", wanted: 3, there: 2 },
      ],
    }),
    [
      "critical: leafnodes of cinema-a for account ACC: 0 of 3",
      "warning: leafnodes of cinema-a for account SYS: 2 of 3",
    ],
  ],
  [
    "a line that is cut",
    located({ line: { cut: true, delayMs: 0, connections: 0 } }),
    ["critical: line of cinema-a: cut; mend it: npm run lab -- heal cinema-a"],
  ],
  [
    "a server whose disk is nearly full",
    located({ servers: [{ ...server("cinema-a-nats-0"), storedBytes: 960 }, ...spoke.servers.slice(1)] }),
    ["critical: server cinema-a-nats-0: stores 960 B of 1000 B"],
  ],
  [
    "a stream that is full soon",
    { fills: [{ ...fill, bytes: 500, bytesPerDay: 50, verdict: "fills", daysUntilFull: 10 }] },
    [
      "warning: stream tickets-1 in cinema-a: stores 500 B of 1000 B, full in 10 days at the present rate, and refuses messages once it is full",
    ],
  ],
  ["nothing of a full stream that rolls over", { fills: [{ ...fill, bytes: 1_000, verdict: "rolls over" }] }, []],
  [
    "certificates that end soon, or have ended",
    located({
      certificates: [
        { certificate, expires: "2026-12-14T12:00:00Z" },
        { certificate, expires: "2026-11-20T12:00:00Z" },
      ],
    }),
    [
      "critical: certificate of cinema-a's leafnode listener: has ended, on 2026-11-20",
      "warning: certificate of cinema-a's leafnode listener: ends in 20 days, on 2026-12-14",
    ],
  ],
  [
    "a link that is only behind, as a warning",
    { report: reportOf({ ...well, links: [{ ...link, gap: 5 }] }, new Set(), declared) },
    ["warning: sales <- tickets-1 in cinema-a: behind: 5 message(s) of the origin are missing"],
  ],
  [
    "a link that is silent, as critical",
    { report: reportOf({ ...well, links: [{ ...link, activeMs: 20_000 }] }, new Set(), declared) },
    ["critical: sales <- tickets-1 in cinema-a: silent: the follower has not heard of its origin for 20 s"],
  ],
];

describe("the status's findings", () => {
  for (const [what, change, expected] of cases) {
    it(`tell of ${what}`, () => {
      const found = findingsOf({ ...seen, ...change }, "npm run lab");
      expect(found.map(({ severity, what }) => `${severity}: ${what}`)).to.deep.equal(expected);
    });
  }

  it("name the location of a domain that does not answer", () => {
    const report = reportOf(well, new Set(["cinema-a"]), declared);
    expect(findingsOf({ ...seen, report }, "").map(({ location }) => location)).to.deep.equal(["cinema-a"]);
  });
});
