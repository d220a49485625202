/** How far a follower has come in its origin. */
import { createHash } from "node:crypto";
import { externalApiPrefix } from "../origin";
import { wireLink } from "./last-wanted";
import type { Link } from "./link-status";
import type { Ask } from "./request";
import type { StoredMessage, StreamInfo, WireLinkStatus } from "./stream-api";
import { findMessage } from "./stream-api";

/** Both ends of a link, the origin seen before the follower, and what the follower's server tells of the link. */
export interface Ends {
  readonly before: StreamInfo;
  readonly after: StreamInfo;
  readonly told: WireLinkStatus;
}

/** An aggregate's newest messages that are looked through for one of an origin's, at the price of a request each. */
const newestMessages = 100;

/**
 * Last sequence of the origin that the follower has taken; undefined where nothing tells. Servers before 2.15 tell nothing of a source:
 * there it is looked up in the follower's messages, and may be too low where the follower lacks some of the origin's.
 *
 * @param target No more is looked for where the follower is known to hold that.
 */
export async function heldSequence(ask: Ask, link: Link, ends: Ends, target: number): Promise<number | undefined> {
  const { messages, last_seq: lastSeq } = ends.after.state;
  if (link.kind === "mirror") return lastSeq;
  // 2.15 tells the sequence of each source and leaves out a 0; where a sibling has one, the server is one that tells.
  if ((ends.after.sources ?? []).some(({ seq }) => seq !== undefined)) return ends.told.seq ?? 0;

  const bySubject = highest(await lastBySubjects(ask, link, ends), link);
  const held = (bySubject ?? 0) >= target ? bySubject : highest(await newest(ask, link, ends.after), link, bySubject);
  // Nothing was ever removed from the follower, so what it does not hold it never took.
  return held ?? (messages === lastSeq ? 0 : undefined);
}

/** The follower's last message on each subject under which the link brings messages, and on that of the origin's newest: an aggregate has no other. */
async function lastBySubjects(
  ask: Ask,
  link: Link,
  { before, after }: Pick<Ends, "before" | "after">,
): Promise<StoredMessage[]> {
  const { domain, stream, origin } = link;
  const last = await findMessage(ask, origin.location, origin.stream, { last_by_subj: ">" });
  const { filter_subject: filter, subject_transforms: transforms = [] } = wireLink(after.config, link) ?? {};
  const subjects = new Set([
    ...(filter ? [filter] : (before.config.subjects ?? [])),
    ...transforms.map(({ dest }) => pattern(dest)),
    ...(last ? [last.subject] : []),
  ]);
  const found = [...subjects].map((subject) => findMessage(ask, domain, stream, { last_by_subj: subject }));
  return (await Promise.all(found)).filter((message) => message !== undefined);
}

/** All subjects that a transform may make: from its first mapping function on, anything. */
function pattern(destination: string): string {
  const tokens = destination.split(".");
  const varying = tokens.findIndex((token) => /\{\{|\$\d/.test(token));
  return varying < 0 ? destination : [...tokens.slice(0, varying), ">"].join(".");
}

async function newest(ask: Ask, { domain, stream }: Link, { state }: StreamInfo): Promise<StoredMessage[]> {
  const count = state.messages && Math.min(newestMessages, state.last_seq - state.first_seq + 1);
  const found = Array.from({ length: count }, (_, i) => findMessage(ask, domain, stream, { seq: state.last_seq - i }));
  return (await Promise.all(found)).filter((message) => message !== undefined);
}

/** The highest sequence that any of the messages was given by the link's origin. */
function highest(messages: readonly StoredMessage[], link: Link, known?: number): number | undefined {
  const sequences = messages.flatMap(({ headers }) => sequenceIn(headers, link) ?? []);
  return sequences.reduce((max: number | undefined, sequence) => Math.max(max ?? 0, sequence), known);
}

/**
 * What an aggregate's message says of its origin's sequence: `tickets-1:WFqLFPOZ 5` on 2.9.19, and
 * `tickets-1:WFqLFPOZ 5 > > tickets-1.a ACTJFL3I` on 2.15.2.
 */
export function sequenceIn(headers: string, link: Link): number | undefined {
  const [, source, sequence] = /^Nats-Stream-Source: (\S+) (\d+)/m.exec(headers) ?? [];
  return source === sourceName(link) ? Number(sequence) : undefined;
}

/** Origins of one name in two domains are told apart by a hash, as the servers make it (`getHash`; 2.9.19 to 2.15.2). */
function sourceName({ domain, origin }: Link): string {
  if (origin.location === domain) return origin.stream;
  const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  const hash = createHash("sha256").update(externalApiPrefix(origin.location)).digest().subarray(0, 8);
  return `${origin.stream}:${Array.from(hash, (byte) => digits[byte % digits.length]).join("")}`;
}
