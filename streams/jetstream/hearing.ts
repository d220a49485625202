/** Whether anything of a domain hears what is sent to it, which its JetStream does not tell: it is silent while it elects a leader. */
import { setTimeout as sleep } from "node:timers/promises";
import { createInbox, headers, type Msg, type NatsConnection } from "nats";
import { externalApiPrefix } from "../origin";

/** What a server tells of a traced message (ADR-41), as far as it is read here. */
interface Trace {
  readonly events?: readonly { readonly type: string; readonly kind?: number; readonly error?: string }[];
}

/** A leafnode, among the kinds of connections in a trace. */
const leafnode = 4;

/**
 * Looks whether a domain is cut off without a sign: the near ends of its leafnodes take a message, and no server at their far ends hears of it. Asked by
 * message tracing, which servers from 2.11 on answer at once, whatever they are at; the message itself is delivered to nobody.
 *
 * @param waitMs How long the answer of a far end may take.
 * @returns false also where nothing can tell: older servers, or no leafnode on the way.
 */
export async function isCutOff(nc: NatsConnection, domain: string, waitMs: number): Promise<boolean> {
  let passed = false;
  let heard = false;
  const note = (_: Error | null, message: Msg): void => {
    for (const { type, kind, error } of message.json<Trace>().events ?? []) {
      if (kind !== leafnode) continue;
      if (type === "in" || error !== undefined)
        heard = true; // a far end that cannot trace may hear well
      else if (type === "eg") passed = true;
    }
  };
  const inbox = createInbox();
  const told = nc.subscribe(inbox, { callback: note });
  const traced = headers();
  traced.set("Nats-Trace-Dest", inbox);
  traced.set("Nats-Trace-Only", "true");
  nc.publish(`${externalApiPrefix(domain)}.INFO`, "", { headers: traced });
  await sleep(waitMs);
  told.unsubscribe();
  return passed && !heard;
}
