import { expect } from "chai";
import { brokenHop } from "../../streams/jetstream/broken-hop";
import type { LinkStatus } from "../../streams/jetstream/link-status";

const link = (domain: string, location: string, change: Partial<LinkStatus> = {}): LinkStatus => ({
  domain,
  stream: "copy",
  kind: "mirror",
  origin: { location, stream: "films" },
  apiPrefix: `$JS.${location}.API`,
  ...change,
});
const active = { activeMs: 500 };
const grant = "; 'pulumi up' of the hub's stack grants what the declared links need";
const wait = "; servers from 2.14 on also wait up to 2 min after a cut before they ask again";
const noConsumer = (location: string) =>
  `no consumer of 'films' in '${location}' was made for it, as the request or its answer is held back; account ACC at the hub: `;
const nothing = (location: string) =>
  `a consumer of 'films' in '${location}' was made for it, but nothing of what that sends arrives; account ACC at the hub: `;
const may = (spoke: string, rights: string) => `the leafnode user of '${spoke}' must be allowed to ${rights}`;

const cases: readonly (readonly [string, LinkStatus, string | undefined])[] = [
  [
    "a follower in a spoke that was never active",
    link("cinema-a", "hub"),
    noConsumer("hub") +
      may("cinema-a", "publish '$JS.hub.API.CONSUMER.CREATE.films' and subscribe to '$JSC.R.*'") +
      grant +
      wait,
  ],
  [
    "a follower in the hub that was never active",
    link("hub", "cinema-a"),
    noConsumer("cinema-a") + may("cinema-a", "publish '$JSC.R.*'") + grant + wait,
  ],
  [
    "a follower in a spoke to which nothing comes",
    link("cinema-a", "hub", active),
    nothing("hub") + may("cinema-a", "subscribe to '$JS.DELIVER.hub.cinema-a.>'") + grant,
  ],
  [
    "a follower in the hub to which nothing comes",
    link("hub", "cinema-a", active),
    nothing("cinema-a") + may("cinema-a", "publish '$JS.DELIVER.cinema-a.hub.>'") + grant,
  ],
  [
    "a link of two spokes, which crosses two lines",
    link("cinema-b", "cinema-a", active),
    nothing("cinema-a") +
      `${may("cinema-b", "subscribe to '$JS.DELIVER.cinema-a.cinema-b.>'")}, ` +
      may("cinema-a", "publish '$JS.DELIVER.cinema-a.cinema-b.>'") +
      grant,
  ],
  ["a link within one location, which crosses no line", link("hub", "hub"), undefined],
  ["a link whose end is out of reach", link("hub", "cinema-a", { unreachable: "origin missing" }), undefined],
  ["a link with an error that its server tells", link("hub", "cinema-a", { error: "no route" }), undefined],
  ["an origin in another account", link("hub", "JS.partner.API"), undefined],
];

describe("the broken hop of", () => {
  for (const [title, status, hop] of cases) {
    it(title, () => {
      expect(brokenHop(status, false, "hub")).to.equal(hop);
    });
  }

  it("a link over which something comes is none", () => {
    expect(brokenHop(link("hub", "cinema-a", active), true, "hub")).to.equal(undefined);
  });
});
