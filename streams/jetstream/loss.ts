/**
 * How many messages a change of a stream deletes at once. Which changes do so was measured on 2.9.19 to 2.15.2: a lower limit with
 * `discard: "new"` deletes nothing from 2.10 on, but does on 2.9.19, and does once `discard` becomes `old`.
 */
import semver from "semver";
import type { StreamConfig } from "../stream-config";
import type { StreamField } from "../wire-config";
import type { Ask } from "./request";
import type { StreamInfo } from "./stream-api";
import { findMessage, subjectCounts } from "./stream-api";
import { valueText } from "./differences";

/** What one changed field deletes. */
export interface Loss {
  readonly field: LosingField;
  readonly before: unknown;
  readonly after: unknown;
  readonly messages: number;
  /** The messages' share of what the stream holds. */
  readonly bytes: number;
}

/** A change of a stream. */
export interface Change {
  readonly before: StreamConfig;
  readonly after: StreamConfig;
  readonly serverVersion: string;
}

interface Losing {
  /** Whether the change may delete messages. */
  readonly may: (change: Change) => boolean;
  /** Messages that go. */
  readonly count: (ask: Ask, info: StreamInfo, after: StreamConfig) => Promise<number> | number;
}

const overMessages = ({ state }: StreamInfo, { maxMessages = Infinity }: StreamConfig) => state.messages - maxMessages;

/** As many as hold the bytes that are too many, if all are of one size. */
const overBytes = ({ state }: StreamInfo, { maxBytes }: StreamConfig) =>
  ((state.bytes - maxBytes) * state.messages) / state.bytes;

const trims = ({ after, serverVersion }: Change) => after.discard === "old" || semver.lt(serverVersion, "2.10.0");

const losing = {
  maxAgeSeconds: {
    may: ({ before, after }) => isLower(before.maxAgeSeconds, after.maxAgeSeconds),
    count: (ask, info, { location, maxAgeSeconds }) => olderThan(ask, location, info, maxAgeSeconds),
  },
  maxBytes: {
    may: (change) => isLower(change.before.maxBytes, change.after.maxBytes) && trims(change),
    count: (_ask, info, after) => overBytes(info, after),
  },
  maxMessages: {
    may: (change) => isLower(change.before.maxMessages, change.after.maxMessages) && trims(change),
    count: (_ask, info, after) => overMessages(info, after),
  },
  // Before 2.12 a first limit deletes at the next restart, later ones at once.
  maxMessagesPerSubject: {
    may: ({ before, after }) => isLower(before.maxMessagesPerSubject, after.maxMessagesPerSubject),
    count: async (ask, info, { location, maxMessagesPerSubject = Infinity }) => {
      const counts = await subjectCounts(ask, location, info.config.name);
      return counts.reduce((sum, count) => sum + Math.max(0, count - maxMessagesPerSubject), 0);
    },
  },
  // What a limit lowered under `new` left in place goes under `old`.
  discard: {
    may: ({ before, after }) => before.discard === "new" && after.discard === "old",
    count: (_ask, info, after) => Math.max(overMessages(info, after), overBytes(info, after)),
  },
  // What no consumer waits for goes, at once from 2.14.7 on; none is counted as waiting, as each may have had it.
  retention: {
    may: ({ before, after }) => before.retention !== after.retention && after.retention !== "limits",
    count: (_ask, { state }) => state.messages,
  },
} satisfies Partial<Record<StreamField, Losing>>;

type LosingField = keyof typeof losing;

/** Changed fields that may delete messages, told from the two configs alone. */
export function losingFields(change: Change): LosingField[] {
  return (Object.keys(losing) as LosingField[]).filter((field) => losing[field].may(change));
}

/** What the change deletes of a stream as it is now, field by field; none where nothing goes. Costs no request where no field may. */
export async function lossesOf(ask: Ask, info: StreamInfo, change: Change): Promise<Loss[]> {
  const { state } = info;
  if (state.messages === 0) return [];
  const losses = losingFields(change).map(async (field): Promise<Loss> => {
    const { count }: Losing = losing[field];
    const messages = Math.min(state.messages, Math.ceil(await count(ask, info, change.after)));
    const bytes = Math.ceil((state.bytes * messages) / state.messages);
    return { field, before: change.before[field], after: change.after[field], messages, bytes };
  });
  return (await Promise.all(losses)).filter(({ messages }) => messages > 0);
}

/** Messages would be deleted by a change, and nobody allowed it. The message says how many by which field; nothing was touched. */
export class DataLossError extends Error {
  override readonly name = "DataLossError";
  constructor(stream: string, losses: readonly Loss[]) {
    super(losses.map((loss) => `${lossText(stream, loss)}; ${keepOrAllow(loss.before)}`).join("\n"));
  }
}

/** The loss in words, such as for `stream hub/films`. */
export function lossText(stream: string, { field, before, after, messages, bytes }: Loss): string {
  return `'${field}' of stream ${stream} from ${valueText(before)} to ${valueText(after)} deletes ${messages} message(s), about ${bytes} bytes`;
}

/** The second half of each text about a loss. */
export function keepOrAllow(before: unknown): string {
  return (
    `allowed: ${valueText(before)}, or what deletes nothing; keep it, or let the messages go: 'allowDataLoss: true' on the ` +
    "declaration"
  );
}

/** No limit, spelled as undefined, 0 or -1, is higher than any. */
function isLower(before: number | undefined, after: number | undefined): boolean {
  const limit = (value = 0) => (value > 0 ? value : Infinity);
  return limit(after) < limit(before);
}

/** Messages that are older: found by halving the sequences, so by some 20 requests for a million. */
async function olderThan(ask: Ask, location: string, info: StreamInfo, seconds: number): Promise<number> {
  const { config, state, ts } = info;
  const youngestToGo = (ts === undefined ? Date.now() : Date.parse(ts)) - seconds * 1000;
  let [low, high] = [state.first_seq, state.last_seq + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const message = await findMessage(ask, location, config.name, { seq: middle, next_by_subj: ">" });
    if (!message || message.time >= youngestToGo) high = middle;
    else low = message.seq + 1;
  }
  return Math.min(state.messages, Math.max(0, low - state.first_seq));
}
