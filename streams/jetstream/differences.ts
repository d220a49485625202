/** What differs between a stream as found and as declared, in words. Pure. */
import type { StreamConfig } from "../stream-config";
import type { StreamField } from "../wire-config";

/** `maxBytes: 1024 there, 2048 declared`, for each field; `none` where one of the two says nothing. */
export function differencesText(fields: readonly StreamField[], found: StreamConfig, declared: StreamConfig): string {
  return fields
    .map((field) => `${field}: ${valueText(found[field])} there, ${valueText(declared[field])} declared`)
    .join("; ");
}

/** A value as a declaration would spell it. */
export function valueText(value: unknown): string {
  return value === undefined ? "none" : JSON.stringify(value);
}
