/** The wait at the end of a create or an update, until each link of the stream has done its work. */
import { setTimeout as sleep } from "node:timers/promises";
import type { StreamLink } from "../origin";
import { originOfWire, wireOrigin } from "../origin";
import { say } from "../say";
import type { StreamConfig } from "../stream-config";
import { brokenHop } from "./broken-hop";
import { LinkProgress } from "./link-progress";
import type { Link, LinkStatus } from "./link-status";
import { linkFaults, linkName, readLink } from "./link-status";
import type { Ask } from "./request";

/** How long a new or changed stream may take until its links are well, in milliseconds. */
export const linkTimeoutMs = 60_000;

/** Looks are dense at first, as most links are well at once, and become rarer, so that many links of slow origins flood no server. */
const firstWaitMs = 50;
const longestWaitMs = 1_000;

/** A stream was made, but its links did not come up in time. The message names each link and the reason. */
export class LinkError extends Error {
  override readonly name = "LinkError";
  constructor(waitedMs: number, faults: readonly string[]) {
    super(
      `not linked after ${Math.round(waitedMs / 1000)} s: ${faults.join("; ")}; ` +
        "the stream itself is made and stays: mend the cause and run 'pulumi up' again",
    );
  }
}

/**
 * Waits until each link of a stream is active, without error, and the stream holds what its origins held when the wait began. A link
 * that is active and still takes messages when the time is up is well, too: what it lacks is told on standard error.
 *
 * @param ask Asks once: a domain that is out of reach is asked again here.
 * @param hub The location that all lines lead to, for the text of an error; absent: any end may be a spoke.
 * @throws LinkError after `timeoutMs`; after some 2 s where the location of an origin is away.
 */
export async function awaitLinks(ask: Ask, config: StreamConfig, timeoutMs: number, hub?: string): Promise<void> {
  const begun = Date.now();
  const faults = await settledLinkFaults(ask, config, timeoutMs, hub);
  if (faults.length > 0) throw new LinkError(Date.now() - begun, faults);
}

/** The same wait; what still ails its links then. */
export async function settledLinkFaults(
  ask: Ask,
  config: StreamConfig,
  timeoutMs: number,
  hub?: string,
): Promise<string[]> {
  const deadline = Date.now() + timeoutMs;
  const results = await Promise.all(linksOfConfig(config).map((link) => awaitLink(ask, link, deadline, hub)));
  results.forEach(({ remaining }) => remaining && say(remaining));
  return results.flatMap((result) => result.faults);
}

interface Outcome {
  readonly faults: readonly string[];
  /** What a link that still takes messages lacks. */
  readonly remaining?: string;
}

function linksOfConfig({ location: domain, name: stream, mirror, sources }: StreamConfig): Link[] {
  const origin = (link: StreamLink) => originOfWire(wireOrigin(link, domain), domain);
  return [
    ...(mirror ? [{ domain, stream, kind: "mirror" as const, origin: origin(mirror) }] : []),
    ...sources.map((source) => ({ domain, stream, kind: "source" as const, origin: origin(source) })),
  ];
}

async function awaitLink(ask: Ask, link: Link, deadline: number, hub: string | undefined): Promise<Outcome> {
  const progress = new LinkProgress();
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(1.5 * waitMs, longestWaitMs)) {
    const status = await readLink(ask, link, progress.target);
    const now = Date.now();
    progress.note(status, now);
    if (progress.isWell) return { faults: [] };
    if (now >= deadline || progress.isAway(now)) return outcome(status, progress, hub);
    await sleep(Math.min(waitMs, deadline - now));
  }
}

/** What is so at the end of the wait for a link that is not wholly well. */
function outcome(status: LinkStatus, progress: LinkProgress, hub: string | undefined): Outcome {
  const { gap = 0 } = status;
  const isOnlyBehind = gap > 0 && linkFaults({ ...status, gap: 0 }).length === 0;
  if (isOnlyBehind && progress.isAdvancing(Date.now())) {
    return {
      faults: [],
      remaining: `${linkName(status)}: still taking messages, ${gap} to go; 'npm run report' shows the rest`,
    };
  }
  const hop = brokenHop(status, progress.isHeard, hub);
  const stalled = isOnlyBehind && !hop ? ["stalled: none of them was taken of late, though the link is active"] : [];
  return {
    faults: [
      ...linkFaults(status),
      ...[...stalled, ...(hop ? [hop] : [])].map((fault) => `${linkName(status)}: ${fault}`),
    ],
  };
}
