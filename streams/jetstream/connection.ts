/** Connections to NATS: one for each login in a process, made when it is first needed and kept. */
import type { ConnectionOptions, NatsConnection } from "nats";
import { connect, ErrorCode, NatsError } from "nats";
import type { KubernetesFacts } from "../../kubernetes/access";
import { openForward, type Forward } from "../../kubernetes/port-forward";
import { forwardKey, loginKey, type Connection } from "./login";

export type { Connection } from "./login";

/** No connection could be made. The message names servers and user, never the password. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
}

const connectTimeoutMs = 5_000;
/** A pod that does not answer is given up after 5 s, and another one tried. */
const forwardedTimeoutMs = 15_000;
const reconnectWaitMs = 250;
/** Two unanswered pings close a connection. A web socket may be lost without a sign, and by default NATS asks every 2 min. */
const forwardedPingMs = 5_000;
/** The servers' client port in a pod: the chart's default. */
const clientPort = 4222;

const pool = new Map<string, Promise<NatsConnection>>();
const forwards = new Map<string, Promise<Forward>>();

/**
 * The process's connection for a login. It reconnects by itself; once it is closed for good the next call makes another.
 *
 * @throws ConnectionError where no server answers, or the login is refused.
 */
export function connectionTo(connection: Connection): Promise<NatsConnection> {
  const key = loginKey(connection);
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

/** Closes every connection of the process, then its port-forwards; a process that is done ends only then. */
export async function closeConnections(): Promise<void> {
  const open = await Promise.allSettled(pool.values());
  await Promise.all(open.map((each) => each.status === "fulfilled" && each.value.close()));
  const forwarded = await Promise.allSettled(forwards.values());
  forwards.clear();
  await Promise.all(forwarded.map((each) => each.status === "fulfilled" && each.value.close()));
}

async function open(connection: Connection): Promise<NatsConnection> {
  const { servers, user, forward } = connection;
  if (forward) return openForwarded(connection, forward);
  if (servers.length === 0) {
    throw new ConnectionError("no NATS server to connect to: the list of URLs is empty; bring the hub up first");
  }
  try {
    return await dial(connection, { servers: [...servers], timeout: connectTimeoutMs });
  } catch (error) {
    const where = `at ${servers.join(", ")}`;
    const cure = "start the hub's servers, or correct the URLs in its outputs";
    throw new ConnectionError(
      loginFault(error, where, user) ?? `no NATS server answers ${where} (${reasonOf(error)}); ${cure}`,
      {
        cause: error,
      },
    );
  }
}

async function openForwarded(connection: Connection, facts: KubernetesFacts): Promise<NatsConnection> {
  const forward = await forwardTo(facts);
  const servers = `127.0.0.1:${forward.port}`;
  try {
    return await dial(connection, { servers, timeout: forwardedTimeoutMs, pingInterval: forwardedPingMs });
  } catch (error) {
    const where = `in namespace '${facts.namespace}', reached by a port-forward through the Kubernetes API,`;
    const cause = forward.lastError ?? error;
    throw new ConnectionError(
      loginFault(error, where, connection.user) ?? `no NATS server ${where} answers: ${reasonOf(cause)}`,
      { cause },
    );
  }
}

/** The process's port-forward to a location's client port. One that could not be opened is opened anew by the next call. */
async function forwardTo(facts: KubernetesFacts): Promise<Forward> {
  const key = forwardKey(facts);
  const opened = forwards.get(key) ?? openForward({ facts, port: clientPort });
  forwards.set(key, opened);
  try {
    return await opened;
  } catch (error) {
    if (forwards.get(key) === opened) forwards.delete(key);
    throw new ConnectionError(reasonOf(error), { cause: error });
  }
}

function dial({ user, password }: Connection, place: ConnectionOptions): Promise<NatsConnection> {
  return connect({
    ...place,
    user,
    pass: password,
    name: "cinema-jetstream streams",
    reconnectTimeWait: reconnectWaitMs,
    maxReconnectAttempts: -1,
    // Servers announce addresses of their own network, which need not be reachable from here.
    ignoreClusterUpdates: true,
  });
}

/** Undefined where it is not the login that was refused. */
function loginFault(error: unknown, where: string, user: string): string | undefined {
  if (!(error instanceof NatsError) || error.code !== ErrorCode.AuthorizationViolation) return undefined;
  return (
    `the NATS servers ${where} refuse user '${user}' with the password given; ` +
    "allowed: the ACC login of the hub's stack; run 'pulumi up' for the hub, then again here"
  );
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
