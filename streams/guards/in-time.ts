/** A look at the servers that a preview takes, and does not need. */
import { setTimeout as sleep } from "node:timers/promises";
import { reasonOf } from "../say";

/** How long a preview waits for what it would like to show, in milliseconds. */
export const previewLookMs = 2_000;

/**
 * What a look found, or why it found nothing. Never throws and never takes longer: a preview works without servers, and what is asked here
 * is asked again, and insisted on, before anything is changed.
 */
export async function inTime<T>(look: Promise<T>): Promise<{ readonly found: T } | { readonly reason: string }> {
  const timer = new AbortController();
  const late = sleep(previewLookMs, { reason: `no answer within ${previewLookMs / 1000} s` }, { signal: timer.signal });
  const found = look.then(
    (found) => ({ found }),
    (error: unknown) => ({ reason: reasonOf(error) }),
  );
  return Promise.race([found, late]).finally(() => {
    late.catch(() => undefined);
    timer.abort();
  });
}
