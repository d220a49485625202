import { expect } from "chai";
import { reportText } from "../../../cli/report/tables";
import { link, sales, tickets, well } from "./a-status";

describe("the report's tables", () => {
  it("show every stream and link, and that all is well", () => {
    expect(reportText({ ...well, faults: [] })).to.equal(`
Stream Report

┌───────────┬──────────┬──────────┬─────────┬──────────┬───────────┬──────────┬─────────────────┐
│ Stream    │ Domain   │ Messages │   Bytes │ Replicas │ First Seq │ Last Seq │ Cluster Leader  │
├───────────┼──────────┼──────────┼─────────┼──────────┼───────────┼──────────┼─────────────────┤
│ sales     │ hub      │   12,345 │   900 B │        3 │         1 │   12,345 │ hub-nats-2      │
│ tickets-1 │ cinema-a │   12,345 │ 2.0 MiB │        3 │         1 │   12,345 │ cinema-a-nats-0 │
└───────────┴──────────┴──────────┴─────────┴──────────┴───────────┴──────────┴─────────────────┘

Replication Report

┌────────┬────────┬──────────────────┬───────────────┬────────┬─────┬─────┬───────┐
│ Stream │ Kind   │ API Prefix       │ Source Stream │ Active │ Lag │ Gap │ Error │
├────────┼────────┼──────────────────┼───────────────┼────────┼─────┼─────┼───────┤
│ sales  │ Source │ $JS.cinema-a.API │ tickets-1     │  0.56s │   0 │   0 │       │
└────────┴────────┴──────────────────┴───────────────┴────────┴─────┴─────┴───────┘

2 streams, 1 links, all active, gap 0`);
  });

  it("show during a cut the true gap beside the server's lag, what is out of reach, and every fault", () => {
    const { leader: _leader, ...leaderless } = tickets;
    const { activeMs: _active, gap: _gap, ...unheard } = link;
    const report = {
      streams: [sales, { ...leaderless, messages: 0, bytes: 0 }],
      links: [
        { ...link, activeMs: 17_400, gap: 1_020 },
        { ...unheard, kind: "mirror" as const, lag: undefined, unreachable: "origin out of reach: no answer: 503" },
        { ...link, error: "stream not found" },
        { ...link, lost: 1_200 },
      ],
      silences: [],
      faults: ["domain cinema-a: not reachable from the hub", "sales <- tickets-1 in cinema-a: behind"],
    };
    expect(reportText(report)).to.equal(`
Stream Report

┌───────────┬──────────┬──────────┬───────┬──────────┬───────────┬──────────┬────────────────┐
│ Stream    │ Domain   │ Messages │ Bytes │ Replicas │ First Seq │ Last Seq │ Cluster Leader │
├───────────┼──────────┼──────────┼───────┼──────────┼───────────┼──────────┼────────────────┤
│ sales     │ hub      │   12,345 │ 900 B │        3 │         1 │   12,345 │ hub-nats-2     │
│ tickets-1 │ cinema-a │        0 │   0 B │        3 │         1 │   12,345 │ none           │
└───────────┴──────────┴──────────┴───────┴──────────┴───────────┴──────────┴────────────────┘

Replication Report

┌────────┬────────┬──────────────────┬───────────────┬────────┬─────────┬─────────┬─────────────────────┐
│ Stream │ Kind   │ API Prefix       │ Source Stream │ Active │     Lag │     Gap │ Error               │
├────────┼────────┼──────────────────┼───────────────┼────────┼─────────┼─────────┼─────────────────────┤
│ sales  │ Source │ $JS.cinema-a.API │ tickets-1     │    17s │       0 │   1,020 │                     │
│ sales  │ Mirror │ $JS.cinema-a.API │ tickets-1     │  never │ unknown │ unknown │ origin out of reach │
│ sales  │ Source │ $JS.cinema-a.API │ tickets-1     │  0.56s │       0 │       0 │ stream not found    │
│ sales  │ Source │ $JS.cinema-a.API │ tickets-1     │  0.56s │       0 │       0 │ 1,200 lost          │
└────────┴────────┴──────────────────┴───────────────┴────────┴─────────┴─────────┴─────────────────────┘

2 streams, 4 links, not well:
  - domain cinema-a: not reachable from the hub
  - sales <- tickets-1 in cinema-a: behind`);
  });
});
