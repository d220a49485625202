/** Requests to JetStream's API in any domain, over the one connection to the hub. */
import { ErrorCode, NatsError } from "nats";
import pRetry from "p-retry";
import { externalApiPrefix } from "../stream-config";
import type { Connection } from "./connection";
import { connectionTo } from "./connection";

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

// While leaders are elected the API answers 503 or nothing for 3-8 s.
const electionMs = 10_000;

/**
 * Asks once. What it throws is what is so now.
 *
 * @throws ConnectionError, JetStreamRequestError
 */
export function askOnce(connection: Connection): Ask {
  return async <T>(domain: string, api: string, payload?: object): Promise<T> => {
    const nc = await connectionTo(connection);
    const subject = `${externalApiPrefix(domain)}.${api}`;
    try {
      const data = payload ? JSON.stringify(payload) : "";
      const answer = (await nc.request(subject, data, { timeout: answerTimeoutMs })).json<T & ApiAnswer>();
      if (answer.error) throw new ApiError(answer.error.err_code, answer.error.description);
      return answer;
    } catch (error) {
      if (error instanceof ApiError)
        throw new JetStreamRequestError(api, domain, error.errCode, error.message, { cause: error });
      throw new JetStreamRequestError(api, domain, undefined, silence(error), { cause: error });
    }
  };
}

/**
 * Asks, and again for some 10 s where a leader is being elected. Each request here may be sent twice: a second create
 * with an equal config succeeds.
 *
 * @throws ConnectionError, JetStreamRequestError
 */
export function askPatiently(connection: Connection): Ask {
  const once = askOnce(connection);
  return <T>(domain: string, api: string, payload?: object) =>
    pRetry(() => once<T>(domain, api, payload), {
      retries: Infinity,
      maxRetryTime: electionMs,
      minTimeout: 250,
      maxTimeout: 1_000,
      shouldRetry: ({ error }) => isPassing(error),
    });
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
  // Told also where there is too little storage, which stays so. 2.14.2 counts a server as offline for some seconds after its start.
  if (error.errCode === errCodes.noSuitablePeers) return error.reason.includes("peer offline");
  return error.errCode === errCodes.clusterUnavailable;
}

function isForbidden(error: unknown): boolean {
  return error instanceof NatsError && error.code === ErrorCode.PermissionsViolation;
}

function silence(error: unknown): string {
  if (isForbidden(error)) return "the connection's user may not publish to it; grant the permission";
  if (!(error instanceof NatsError)) return error instanceof Error ? error.message : String(error);
  if (error.code === ErrorCode.NoResponders) return "no JetStream server of that domain is reachable from the hub";
  if (error.code === ErrorCode.Timeout) return `nothing came back within ${answerTimeoutMs / 1000} s`;
  return error.message;
}
