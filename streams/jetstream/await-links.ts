/** The wait at the end of a create or an update, until each link of the stream has done its work. */
import { setTimeout as sleep } from "node:timers/promises";
import type { StreamConfig } from "../stream-config";
import type { Link, LinkStatus } from "./link-status";
import { linkFaults, readLink } from "./link-status";
import type { Ask } from "./request";

/** How long a new or changed stream may take until its links are well, in milliseconds. */
export const linkTimeoutMs = 60_000;

const lookEveryMs = 200;

/** A stream was made, but its links did not come up in time. The message names each link and the reason. */
export class LinkError extends Error {
  override readonly name = "LinkError";
  constructor(timeoutMs: number, faults: readonly string[]) {
    super(
      `not linked after ${timeoutMs / 1000} s: ${faults.join("; ")}; ` +
        "the stream itself is made and stays: mend the cause and run 'pulumi up' again",
    );
  }
}

/**
 * Waits until each link of a stream is active and the stream holds what its origins held when the wait began.
 *
 * @param ask Asks once: a domain that is out of reach is asked again here.
 * @throws LinkError after `timeoutMs`.
 */
export async function awaitLinks(ask: Ask, config: StreamConfig, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  const faults = await Promise.all(linksOfConfig(config).map((link) => awaitLink(ask, link, deadline)));
  if (faults.flat().length > 0) throw new LinkError(timeoutMs, faults.flat());
}

function linksOfConfig({ location: domain, name: stream, mirror, sources }: StreamConfig): Link[] {
  return [
    ...(mirror ? [{ domain, stream, kind: "mirror" as const, origin: mirror }] : []),
    ...sources.map((origin) => ({ domain, stream, kind: "source" as const, origin })),
  ];
}

/** Faults that are left at the deadline. */
async function awaitLink(ask: Ask, link: Link, deadline: number): Promise<string[]> {
  let target: number | undefined;
  for (;;) {
    const status: LinkStatus = await readLink(ask, link, target);
    target ??= status.originLastSeq;
    const faults = linkFaults(status);
    if (faults.length === 0 || Date.now() >= deadline) return faults;
    await sleep(lookEveryMs);
  }
}
