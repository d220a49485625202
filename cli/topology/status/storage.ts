/** How full streams are, and until when they have room at the present rate. Pure. */
import type { StreamInfo } from "../../../streams/jetstream/stream-api";

/** How a stream fills. */
export interface Fill {
  readonly domain: string;
  readonly stream: string;
  readonly bytes: number;
  /** Left out where the stream has no limit of its own. */
  readonly maxBytes?: number;
  /** What is stored in a day: what the stream holds by the time since its first message. Left out where `verdict` is `unknown`. */
  readonly bytesPerDay?: number;
  /**
   * `fills`: it is full in `daysUntilFull`. `stays below`: at this rate its messages are old enough to go before it is full. `rolls over`: the
   * oldest messages go when it is full, as declared. `unlimited`: it has no limit. `unknown`: it is empty, or its first message too young to tell.
   */
  readonly verdict: "fills" | "stays below" | "rolls over" | "unlimited" | "unknown";
  readonly daysUntilFull?: number;
}

const dayMs = 24 * 60 * 60 * 1_000;

/** A rate over less than this is that of a moment, and says nothing of days. */
export const shortestWindowMs = 10 * 60 * 1_000;

/** @param now milliseconds since 1970 by the clock of this machine; the stream's own clock, where its server tells it, wins. */
export function fillOf(domain: string, { config, state, ts }: StreamInfo, now: number): Fill {
  const maxBytes = config.max_bytes > 0 ? config.max_bytes : undefined;
  const known = { domain, stream: config.name, bytes: state.bytes, ...(maxBytes !== undefined && { maxBytes }) };
  if (maxBytes === undefined) return { ...known, verdict: "unlimited" };
  const ageMs = (ts === undefined ? now : Date.parse(ts)) - Date.parse(state.first_ts ?? "");
  if (state.messages === 0 || !(ageMs >= shortestWindowMs)) return { ...known, verdict: "unknown" };
  const bytesPerDay = (state.bytes / ageMs) * dayMs;
  const daysKept = config.max_age > 0 ? config.max_age / 1e6 / dayMs : Infinity;
  if (config["discard"] === "old") return { ...known, bytesPerDay, verdict: "rolls over" };
  if (bytesPerDay * daysKept <= maxBytes) return { ...known, bytesPerDay, verdict: "stays below" };
  return { ...known, bytesPerDay, verdict: "fills", daysUntilFull: Math.max(0, maxBytes - state.bytes) / bytesPerDay };
}
