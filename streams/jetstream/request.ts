/** Requests to JetStream's API in any domain, over the one connection to the hub. */
import { setTimeout as sleep } from "node:timers/promises";
import { ErrorCode, NatsError } from "nats";
import pRetry from "p-retry";
import { externalApiPrefix } from "../origin";
import type { Connection } from "./connection";
import { connectionTo } from "./connection";
import { isCutOff } from "./cut-off";
import { connectionKey } from "./login";

/** The server's own error codes that are told apart here; stable across versions. */
export const errCodes = {
  streamNotFound: 10059,
  noMessageFound: 10037,
  clusterUnavailable: 10008,
  noSuitablePeers: 10005,
} as const;

/** Sends one request to the API of a domain and returns its answer. */
export type Ask = <T>(domain: string, api: string, payload?: object) => Promise<T>;

/** JetStream refused a request, or did not answer it. */
export class JetStreamRequestError extends Error {
  override readonly name = "JetStreamRequestError";
  /**
   * @param errCode The server's `err_code`; undefined where nobody answered.
   * @param reason The server's text, or why there is no answer.
   */
  constructor(
    readonly request: string,
    readonly domain: string,
    readonly errCode: number | undefined,
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    const outcome = errCode === undefined ? "got no answer" : "was refused";
    const number = errCode === undefined ? "" : ` (JetStream error ${errCode})`;
    super(`${request} in domain '${domain}' ${outcome}: ${reason}${number}`, options);
  }
}

interface ApiAnswer {
  readonly error?: { readonly code: number; readonly err_code: number; readonly description: string };
}

// STREAM.LIST waits up to 4 s for the leaders of all streams, an R3 create on 2.9.19 up to 1 s.
const answerTimeoutMs = 5_000;

// While a domain elects its leader its API answers nothing at all for 3-8 s; a request of that time is never answered, so each try is short.
const electionMs = 10_000;
const tryMs = 2_500;

/** A domain that has not answered for so long is asked whether it is cut off, which takes the rest of 2 s. */
const doubtMs = 500;

/**
 * A domain whose servers are all away, or out of reach, answers 503 within 10 ms, and never does so in an election (2.9.19, 2.14.2, 2.15.2):
 * only a leafnode that is being connected anew is worth waiting for.
 */
const awayMs = 1_500;

/** When a domain last answered anything, by domain and connection. */
const heardAt = new Map<string, number>();

/** Looks under way whether a domain is cut off: one serves all requests that wait for it. */
const looks = new Map<string, Promise<boolean>>();

/**
 * Asks once. What it throws is what is so now.
 *
 * @param timeoutMs How long a domain may take that answers nothing; 5 s by default.
 * @throws ConnectionError, JetStreamRequestError
 */
export function askOnce(connection: Connection, timeoutMs = answerTimeoutMs): Ask {
  return async <T>(domain: string, api: string, payload?: object): Promise<T> => {
    const nc = await connectionTo(connection);
    const subject = `${externalApiPrefix(domain)}.${api}`;
    try {
      const data = payload ? JSON.stringify(payload) : "";
      const message = await nc.request(subject, data, { timeout: timeoutMs });
      heardAt.set(keyOf(connection, domain), performance.now());
      const answer = message.json<T & ApiAnswer>();
      if (answer.error) throw new ApiError(answer.error.err_code, answer.error.description);
      return answer;
    } catch (error) {
      if (error instanceof ApiError)
        throw new JetStreamRequestError(api, domain, error.errCode, error.message, { cause: error });
      throw new JetStreamRequestError(api, domain, undefined, silence(error, domain, timeoutMs), { cause: error });
    }
  };
}

/**
 * Asks, and again for some 10 s where a leader is being elected, for 2 s where the whole domain is away, or its line swallows what is sent: that
 * is told by the connection's login to SYS; without one it is waited for like an election. Each request here may be sent twice: a second
 * create with an equal config succeeds, or is looked after (`converge`).
 *
 * @throws ConnectionError, JetStreamRequestError
 */
export function askPatiently(connection: Connection): Ask {
  const once = askUnlessCutOff(connection, tryMs);
  return <T>(domain: string, api: string, payload?: object) => {
    let awaySince: number | undefined;
    return pRetry(() => once<T>(domain, api, payload), {
      retries: Infinity,
      maxRetryTime: electionMs,
      minTimeout: 250,
      maxTimeout: 1_000,
      shouldRetry: ({ error }) => {
        if (error instanceof CutOffError) return false;
        awaySince = isAway(error) ? (awaySince ?? Date.now()) : undefined;
        return awaySince === undefined ? isPassing(error) : Date.now() - awaySince < awayMs;
      },
    });
  };
}

/** No server of a domain hears what is sent to it, though its leafnodes look connected. */
class CutOffError extends JetStreamRequestError {}

/**
 * Asks once, and gives a request up that is not answered as soon as its domain is seen to be cut off.
 *
 * @throws ConnectionError, JetStreamRequestError
 */
export function askUnlessCutOff(connection: Connection, timeoutMs = answerTimeoutMs): Ask {
  const once = askOnce(connection, timeoutMs);
  return <T>(domain: string, api: string, payload?: object) => {
    const begun = performance.now();
    const answered = new AbortController();
    const answer = once<T>(domain, api, payload).finally(() => answered.abort());
    const cutOff = sleep(doubtMs, undefined, { signal: answered.signal })
      .then(() => soleLook(connection, domain))
      .catch(() => false) // the answer came, or its own error tells more
      .then((isCut) => {
        // Servers with many requests at a time may be slow for all of them; what answers one is not cut off.
        if (isCut && (heardAt.get(keyOf(connection, domain)) ?? 0) < begun)
          throw new CutOffError(api, domain, undefined, cutOffText(domain));
        return answer;
      });
    return Promise.race([answer, cutOff]);
  };
}

async function soleLook(connection: Connection, domain: string): Promise<boolean> {
  const { system, ...place } = connection;
  if (!system) return false;
  const key = keyOf(connection, domain);
  const look = looks.get(key) ?? isCutOff({ ...place, ...system }, domain).finally(() => looks.delete(key));
  looks.set(key, look);
  return look;
}

function keyOf(connection: Connection, domain: string): string {
  return `${domain} ${connectionKey(connection)}`;
}

function cutOffText(domain: string): string {
  return (
    `none of that domain's servers answers the hub, though their leafnodes look connected; mend the line of location '${domain}' to the hub, ` +
    "or its machines that stand still"
  );
}

class ApiError extends Error {
  constructor(
    readonly errCode: number,
    description: string,
  ) {
    super(description);
  }
}

function isPassing(error: unknown): boolean {
  if (!(error instanceof JetStreamRequestError)) return false;
  if (error.errCode === undefined) return !isForbidden(error.cause);
  // Nothing is updated that was not found just before: a server of 2.9.19 may hear later of a new stream than the one that told of it.
  if (error.errCode === errCodes.streamNotFound) return error.request.startsWith("STREAM.UPDATE.");
  // Told also where there is too little storage, which stays so. 2.14.2 counts a server as offline for some seconds after its start.
  if (error.errCode === errCodes.noSuitablePeers) return error.reason.includes("peer offline");
  return error.errCode === errCodes.clusterUnavailable;
}

/** No server of the domain that was asked is within reach: its location is down, or its line to the hub is cut. */
export function isAway(error: unknown): boolean {
  if (error instanceof CutOffError) return true;
  if (!(error instanceof JetStreamRequestError)) return false;
  return error.cause instanceof NatsError && error.cause.code === ErrorCode.NoResponders;
}

function isForbidden(error: unknown): boolean {
  return error instanceof NatsError && error.code === ErrorCode.PermissionsViolation;
}

function silence(error: unknown, domain: string, timeoutMs: number): string {
  if (isForbidden(error)) return "the connection's user may not publish to it; grant the permission";
  if (!(error instanceof NatsError)) return error instanceof Error ? error.message : String(error);
  if (error.code === ErrorCode.NoResponders) {
    return (
      `no JetStream server of that domain is reachable from the hub; start location '${domain}', or mend its line: ` +
      "the leafnodes of its servers for account ACC"
    );
  }
  if (error.code === ErrorCode.Timeout) {
    return `nothing came back within ${timeoutMs / 1000} s; see that location '${domain}' is up, and its line to the hub`;
  }
  return error.message;
}
