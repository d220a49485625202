/** Where a link is broken, and whose permission its messages lack. Pure; what it tells apart was tried on 2.9.19, 2.14.2 and 2.15.2. */
import { deliverPrefix, externalApiPrefix } from "../origin";
import type { Link, LinkStatus } from "./link-status";
import { isForeign } from "./link-status";

/**
 * What keeps a link from work though both its ends answer; undefined where its streams or its own status tell it already. The
 * servers hide a link's consumer from each list, so its absence is seen at the follower alone:
 *
 * - never active: the request for a consumer, or the answer, is held back;
 * - active, and nothing arrives: the consumer is there, and what it sends is held back.
 *
 * @param isHeard What the origin sends was seen to arrive.
 * @param hub The location that all lines lead to; absent: both ends are taken for spokes.
 */
export function brokenHop(status: LinkStatus, isHeard: boolean, hub?: string): string | undefined {
  const { domain, origin, unreachable, error, activeMs } = status;
  if (unreachable !== undefined || error !== undefined || isHeard) return undefined;
  if (origin.location === domain || isForeign(origin)) return undefined;
  const consumer = `consumer of '${origin.stream}' in '${origin.location}'`;
  return activeMs === undefined
    ? `no ${consumer} was made for it, as the request or its answer is held back; ${cure(requestRights(status), hub)}; ` +
        "servers from 2.14 on also wait up to 2 min after a cut before they ask again"
    : `a ${consumer} was made for it, but nothing of what that sends arrives; ${cure(deliveryRights(status), hub)}`;
}

/** What the leafnode users of a link's ends, where they are spokes, must be allowed to do at the hub. */
interface Rights {
  readonly follower: string;
  readonly origin: string;
  readonly link: Link;
}

/** A request to a spoke is never held back: its other requests are answered. */
function requestRights(link: Link): Rights {
  const request = `${externalApiPrefix(link.origin.location)}.CONSUMER.CREATE.${link.origin.stream}`;
  const answer = "'$JSC.R.*'";
  return { link, follower: `publish '${request}' and subscribe to ${answer}`, origin: `publish ${answer}` };
}

function deliveryRights(link: Link): Rights {
  const deliver = `'${deliverPrefix(link.origin.location, link.domain)}.>'`;
  return { link, follower: `subscribe to ${deliver}`, origin: `publish ${deliver}` };
}

function cure({ link, follower, origin }: Rights, hub: string | undefined): string {
  const ends = [
    { location: link.domain, right: follower },
    { location: link.origin.location, right: origin },
  ].filter(({ location }) => location !== hub);
  const needs = ends.map(({ location, right }) => `the leafnode user of '${location}' must be allowed to ${right}`);
  return `account ACC at the hub: ${needs.join(", ")}; 'pulumi up' of the hub's stack grants what the declared links need`;
}
