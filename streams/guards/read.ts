/** The hook behind `pulumi refresh`. */
import type { Connection } from "../jetstream/login";
import { linkFaults, linksOf, readLink } from "../jetstream/link-status";
import type { Ask } from "../jetstream/request";
import type { StreamInfo } from "../jetstream/stream-api";
import { findStream } from "../jetstream/stream-api";
import { tokenOf, withoutToken } from "../owner-token";
import { say } from "../say";
import type { StreamConfig } from "../stream-config";
import type { StreamInputs, StreamState } from "../stream-state";
import { changedFields, configOfWire } from "../wire-config";

/** What a refresh found; an empty id where there is no such stream of ours. */
export interface Refreshed {
  readonly id: string;
  readonly props?: StreamState;
  readonly inputs?: StreamInputs;
}

/** The requests of a refresh: those of a link are made once, as it shows what is so now. */
export interface ReadAsking {
  readonly patiently: (connection: Connection) => Ask;
  readonly once: (connection: Connection) => Ask;
}

/**
 * Finds what was changed by hand. A stream that is gone, or by now somebody else's or nobody's, is dropped from state. An origin made anew is told,
 * as no server says a word of it; the cost is that of a look at each link.
 */
export async function read(asking: ReadAsking, id: string, props: StreamState): Promise<Refreshed> {
  const info = await findStream(asking.patiently(props.connection), props.location, props.name);
  if (!info || tokenOf(info.config)?.owner !== props.owner) return { id: "" };
  await tellAnew(asking.once(props.connection), props.location, info);
  const now = drift(props, configOfWire(withoutToken(info.config), props.location));
  const { generation: _generation, ...inputs } = now;
  return { id, props: now, inputs };
}

/** The stream as kept, with the fields that differ as found; a field that is gone is gone. */
function drift(kept: StreamState, found: StreamConfig): StreamState {
  const now: Record<string, unknown> = { ...kept };
  for (const field of changedFields(kept, found)) {
    if (found[field] === undefined) delete now[field];
    else now[field] = found[field];
  }
  return now as unknown as StreamState;
}

async function tellAnew(ask: Ask, location: string, info: StreamInfo): Promise<void> {
  const statuses = await Promise.all(linksOf(location, info).map((link) => readLink(ask, link)));
  for (const status of statuses) if ((status.gap ?? 0) < 0) linkFaults(status).forEach(say);
}
