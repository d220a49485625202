/** How things are called on the page. Pure. */
import type { LinkView, Snapshot, StreamView } from "../wire";

const count = (value: number) => value.toLocaleString("en");

/** A link's state in words, with what is missing. */
export function linkText({ state, gap }: LinkView): string {
  const gapText = gap === undefined ? "" : `gap ${count(gap)}`;
  if (state === "well") return gapText;
  const stateText = state === "broken" ? "not well" : state;
  return state === "behind" || gapText === "" ? gapText || stateText : `${stateText}, ${gapText}`;
}

/** What a stream holds. */
export function messagesText({ messages }: StreamView): string {
  return messages === undefined ? "unknown" : `${count(messages)} messages`;
}

/** A number that may be unknown. */
export function numberText(value: number | undefined): string {
  return value === undefined ? "unknown" : count(value);
}

/** How long ago a sign of life came. */
export function activeText(activeMs: number | undefined): string {
  return activeMs === undefined ? "never" : `${(activeMs / 1000).toFixed(1)} s ago`;
}

/** Says that streams and links were asked some time ago; nothing while that is usual. A location without a leader is slow to answer. */
export function ageText({ at, reportedAt = at }: Snapshot): string {
  const seconds = Math.round((at - reportedAt) / 1000);
  return seconds > 5 ? `, as of ${seconds} s ago` : "";
}

/** One line for the whole. */
export function summaryText(streams: number, links: number, faults: number): string {
  return `${streams} streams, ${links} links, ${faults === 0 ? "all active, gap 0" : `not well: ${faults} fault${faults === 1 ? "" : "s"}`}`;
}
