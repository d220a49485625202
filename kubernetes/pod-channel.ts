/** One TCP connection into a pod, over a web socket of the Kubernetes API. */
import type { KubeConfig } from "@kubernetes/client-node";
import { once } from "node:events";
import type { Socket } from "node:net";
import { PassThrough, Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { ask, clusterText, ClusterRefusalError } from "./cluster";

/** A port of a pod. */
export interface PodPort {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}

/** How a connection went. */
export interface PodConnection {
  /** Something went through it, one way or the other. */
  readonly passed: boolean;
  /** Why it ended, where that was not an end of its own: nothing listens there, or the pod is gone. */
  readonly fault: PodForwardError | undefined;
}

/** The API does not forward to a pod, or lost it. The message names pod and port, and the reason that the API gave. */
export class PodForwardError extends Error {
  override readonly name = "PodForwardError";
}

/** The part of the package `ws` that is used here; client-node leaves its type open. */
interface WebSocket {
  /** `done` is called when the data has left for the network: what holds back a fast writer. */
  send(data: Uint8Array, done: (error?: Error) => void): void;
  pause(): void;
  resume(): void;
  close(): void;
  terminate(): void;
  on(event: "close", listener: () => void): this;
}

// In the protocol v4.channel.k8s.io channel 0 holds the data of the first port, channel 1 the text of its error.
const dataChannel = Buffer.of(0);

/**
 * Joins a socket to a port of a pod until either side ends, then closes the other: the protocol knows no half-closed connection. A
 * socket that nothing went through stays as it is, so that it can be joined to another pod.
 *
 * @param signal Ends it at once.
 * @throws PodForwardError, ClusterUnreachableError where no connection is made.
 */
export async function joinToPod(
  config: KubeConfig,
  target: PodPort,
  socket: Socket,
  signal: AbortSignal,
): Promise<PodConnection> {
  let [passed, reason] = [false, ""];
  let channel: WebSocket | undefined = undefined;
  // PortForward of client-node 1.4 writes to a stream however full that is, and sends from one however slow the network is; so the
  // socket is not given to it, but these two that never fill, and an input that never speaks.
  const toSocket = sink((chunk) => {
    passed ||= chunk.length > 0;
    if (!socket.write(chunk)) channel?.pause();
  });
  const toReason = sink((chunk) => {
    reason += chunk.toString("utf8");
    if (reason !== "") channel?.terminate();
  });
  channel = await open(config, target, toSocket, toReason, signal);
  if (reason !== "" || signal.aborted || socket.destroyed) channel.terminate();
  passed = (await relay(socket, channel, signal)) || passed;
  if (passed) socket.destroySoon(); // when what is left has been written
  return { passed, fault: reason === "" ? undefined : lost(target, reason) };
}

function sink(take: (chunk: Buffer) => void): Writable {
  return new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      take(chunk);
      done();
    },
  });
}

/** Sends what the socket says, one piece after the other; resolves when the channel is closed. Returns whether it said anything. */
async function relay(socket: Socket, channel: WebSocket, signal: AbortSignal): Promise<boolean> {
  let spoke = false;
  const toPod = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      spoke = true;
      channel.send(Buffer.concat([dataChannel, chunk]), done);
    },
  });
  const closed = new Promise<void>((resolve) => channel.on("close", resolve));
  const end = (): void => channel.terminate();
  const resume = (): void => channel.resume();
  const endIfBroken = (): void => (socket.readableEnded ? undefined : channel.terminate());
  socket.on("drain", resume).on("close", endIfBroken).pipe(toPod);
  signal.addEventListener("abort", end);
  // A piece that the closed channel did not take: the close itself is what tells.
  finished(toPod).then(() => channel.close(), end);
  await closed;
  signal.removeEventListener("abort", end);
  socket.off("drain", resume).off("close", endIfBroken).unpipe(toPod).pause();
  return spoke;
}

const openTimeoutMs = 5_000;

async function open(
  config: KubeConfig,
  target: PodPort,
  output: Writable,
  error: Writable,
  signal: AbortSignal,
): Promise<WebSocket> {
  const { PortForward } = await import("@kubernetes/client-node");
  const { namespace, pod, port } = target;
  const forward = new PortForward(config).portForward(namespace, pod, [port], output, error, new PassThrough());
  const limit = once(AbortSignal.any([signal, AbortSignal.timeout(openTimeoutMs)]), "abort");
  try {
    const opened = (await Promise.race([forward, limit.then(() => undefined)])) as WebSocket | undefined;
    if (opened) return opened;
  } catch (failure) {
    throw await refusal(config, target, failure);
  }
  forward.then(
    (late) => (late as WebSocket).terminate(),
    () => {}, // nobody waits for it any more
  );
  throw lost(target, `${clusterText(config)} opened no web socket within ${openTimeoutMs / 1000} s`);
}

/**
 * Why there is no web socket. The failed handshake only tells the status; the same request without an upgrade is answered in words,
 * and by 400 where nothing else is wrong with it.
 */
async function refusal(config: KubeConfig, target: PodPort, handshake: unknown): Promise<Error> {
  const { CoreV1Api } = await import("@kubernetes/client-node");
  const { namespace, pod: name, port: ports } = target;
  // Servers before 1.35 want the first for a web socket, later ones the second: read in their sources.
  const rights = `a port-forward takes the verbs 'get' and 'create' of 'pods/portforward' in namespace '${namespace}'`;
  try {
    await ask(config, () =>
      config.makeApiClient(CoreV1Api).connectGetNamespacedPodPortforward({ namespace, name, ports }),
    );
  } catch (error) {
    if (!(error instanceof ClusterRefusalError)) return error as Error;
    if (error.code !== 400) return lost(target, error.code === 403 ? `${error.message}; ${rights}` : error.message);
  }
  const status = handshake instanceof Object && "message" in handshake ? String(handshake.message) : "no web socket";
  return lost(target, `${clusterText(config)}: ${status}; ${rights}`);
}

function lost({ namespace, pod, port }: PodPort, reason: string): PodForwardError {
  return new PodForwardError(
    `port ${port} of pod '${pod}' in namespace '${namespace}' is not reached: ${reason.trim()}`,
  );
}
