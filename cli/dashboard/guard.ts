/** Whom the dashboard answers: pages of its own alone, opened on this machine. Pure. */
import { createHash, timingSafeEqual } from "node:crypto";

/** What counts of a request. */
export interface Asked {
  readonly method: string;
  readonly host?: string;
  readonly origin?: string;
  /** Header `Sec-Fetch-Site`: which browsers send, and no page can choose. */
  readonly fetchSite?: string;
  /** Header of `tokenHeader`. */
  readonly token?: string;
}

/** What is expected of it. */
export interface Expected {
  /** Of this run; told to nobody but the terminal. */
  readonly token: string;
  /** Whether there is anything that POST may do. */
  readonly writable: boolean;
}

/** A request that is not answered, with the reason. */
export interface Refusal {
  readonly status: 403 | 405;
  readonly reason: string;
}

/** Carries the run's token. A page of another origin cannot send it without asking first, and is told no. */
export const tokenHeader = "x-dashboard-token";

/** By these names no other machine can be meant, whatever a name server says. */
const ownHosts = ["127.0.0.1", "localhost"];

/**
 * Why a request is refused; undefined where it is answered. A foreign `Host` is a name that somebody points at this machine (DNS
 * rebinding); a foreign `Origin` or `Sec-Fetch-Site` is another page in the same browser.
 */
export function refusal(asked: Asked, expected: Expected): Refusal | undefined {
  const { method, host = "", origin, fetchSite = "none" } = asked;
  const forbidden = (reason: string): Refusal => ({ status: 403, reason });
  if (!ownHosts.includes(host.replace(/:\d+$/, "")))
    return forbidden(`host '${host}' is not this dashboard's; allowed: ${ownHosts.join(", ")}`);
  if (origin !== undefined && origin !== `http://${host}`)
    return forbidden(`origin '${origin}' is not this dashboard's; allowed: http://${host}`);
  if (!["same-origin", "none"].includes(fetchSite))
    return forbidden(`asked from another site (${fetchSite}); allowed: the dashboard's own page`);
  if (["GET", "HEAD"].includes(method)) return undefined;
  if (method !== "POST") return { status: 405, reason: `method ${method}; allowed: GET, and POST for buttons` };
  if (!expected.writable) return forbidden("read-only: buttons are for the lab alone; run without --stacks");
  if (!isEqual(asked.token ?? "", expected.token))
    return forbidden("without this run's token; open the page by the whole URL that the command printed");
  return undefined;
}

function isEqual(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
