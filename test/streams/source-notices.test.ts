import { expect } from "chai";
import { sourceNotices } from "../../streams/guards/sources";
import type { StreamLink } from "../../streams/origin";
import { streamConfig } from "../../streams/stream-config";

const sales = (...sources: StreamLink[]) =>
  streamConfig({ location: "hub", name: "sales", sources, maxAgeSeconds: 60, maxBytes: 1024 });
const tickets: StreamLink = { location: "cinema-a", stream: "tickets" };
const told = "'sources' of stream hub/sales: that of 'tickets' in 'cinema-a' is changed, so that ";
const again = `${told}all that it takes is stored once more, beside what is there`;

describe("a change of sources", () => {
  for (const [title, before, after, notices] of [
    ["is told where it has another filter", tickets, { ...tickets, filterSubject: "tickets.vip" }, [again]],
    [
      "is told where it has another transform",
      tickets,
      { ...tickets, subjectTransforms: [{ source: "tickets.*", destination: "sold.{{wildcard(1)}}" }] },
      [again],
    ],
    [
      "is told where another start would do nothing",
      tickets,
      { ...tickets, startSequence: 7 },
      [`${told}nothing happens: another start has no effect on a source that is followed already`],
    ],
    [
      "is not told where nothing is taken otherwise",
      { ...tickets, startSequence: 7 },
      { ...tickets, startSequence: 7 },
      [],
    ],
    ["is not told where another origin takes its place", tickets, { ...tickets, stream: "seats" }, []],
  ] as const) {
    it(title, () => expect(sourceNotices(sales(before), sales(after))).to.deep.equal(notices));
  }
});
