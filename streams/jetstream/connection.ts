/** Connections to NATS: one for each login in a process, made when it is first needed and kept. */
import type { NatsConnection } from "nats";
import { connect, ErrorCode, NatsError } from "nats";

/** Where to connect, and as whom. Holds a clear password: only ever secret. */
export interface Connection {
  /** `nats://host:port` each. */
  readonly servers: readonly string[];
  readonly user: string;
  readonly password: string;
}

/** No connection could be made. The message names servers and user, never the password. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
}

const connectTimeoutMs = 5_000;
const reconnectWaitMs = 250;

const pool = new Map<string, Promise<NatsConnection>>();

/**
 * The process's connection for a login. It reconnects by itself; once it is closed for good the next call makes another.
 *
 * @throws ConnectionError where no server answers, or the login is refused.
 */
export function connectionTo(connection: Connection): Promise<NatsConnection> {
  const { servers, user, password } = connection;
  const key = JSON.stringify([servers, user, password]);
  const pooled = pool.get(key);
  if (pooled) return pooled;
  const made = open(connection);
  pool.set(key, made);
  const forget = (): void => {
    if (pool.get(key) === made) pool.delete(key);
  };
  made.then((nc) => nc.closed()).then(forget, forget);
  return made;
}

/** Closes every connection of the process; a process that is done ends only then. */
export async function closeConnections(): Promise<void> {
  const open = await Promise.allSettled(pool.values());
  await Promise.all(open.map((each) => each.status === "fulfilled" && each.value.close()));
}

async function open({ servers, user, password }: Connection): Promise<NatsConnection> {
  const where = servers.join(", ");
  if (servers.length === 0) {
    throw new ConnectionError("no NATS server to connect to: the list of URLs is empty; bring the hub up first");
  }
  try {
    return await connect({
      servers: [...servers],
      user,
      pass: password,
      name: "cinema-jetstream streams",
      timeout: connectTimeoutMs,
      reconnectTimeWait: reconnectWaitMs,
      maxReconnectAttempts: -1,
      // Servers announce addresses of their own network, which need not be reachable from here.
      ignoreClusterUpdates: true,
    });
  } catch (error) {
    throw new ConnectionError(connectFault(error, where, user), { cause: error });
  }
}

function connectFault(error: unknown, where: string, user: string): string {
  if (error instanceof NatsError && error.code === ErrorCode.AuthorizationViolation) {
    return (
      `the NATS servers at ${where} refuse user '${user}' with the password given; ` +
      "allowed: the ACC login of the hub's stack; run 'pulumi up' for the hub, then again here"
    );
  }
  const reason = error instanceof Error ? error.message : String(error);
  return `no NATS server answers at ${where} (${reason}); start the hub's servers, or correct the URLs in its outputs`;
}
