/**
 * A port of this machine that leads into pods of a Kubernetes cluster, through its API: no port of the cluster need be open for it, and
 * no `kubectl` installed.
 */
import type { KubeConfig } from "@kubernetes/client-node";
import { once, setMaxListeners } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import type { KubernetesFacts } from "./access";
import { clusterText, loadCluster, readClusterUid } from "./cluster";
import { joinToPod } from "./pod-channel";
import { readyPods } from "./ready-pods";

/** Where a port-forward leads. */
export interface ForwardTarget {
  readonly facts: KubernetesFacts;
  /** Port in the pod. */
  readonly port: number;
  /**
   * Name of the pod.
   *
   * @default - a ready one, chosen anew for each connection: a client that reconnects reaches another one when its own is gone
   */
  readonly pod?: string;
}

/** An open port-forward. It keeps no process alive by itself; its connections do. */
export interface Forward {
  /** On 127.0.0.1. */
  readonly port: number;
  /** Why the last connection was closed that did not end by itself. A client sees nothing but the close. */
  readonly lastError: Error | undefined;
  /** Ends all connections. Takes as long as a request that is under way, 5 s at most. */
  close(): Promise<void>;
}

/** The context leads to another cluster than the location lives in. */
export class OtherClusterError extends Error {
  override readonly name = "OtherClusterError";
}

/**
 * Opens a port-forward, once the cluster is known to be the right one. Each connection to it becomes one into a pod; where that
 * fails before anything went through it, another ready pod is tried.
 *
 * @throws KubeconfigError, ClusterUnreachableError, ClusterRefusalError, OtherClusterError
 */
export async function openForward(target: ForwardTarget): Promise<Forward> {
  const config = await loadCluster(target.facts.access);
  await requireCluster(config, target.facts);
  const forward = new PodForward(config, target);
  await forward.listen();
  return forward;
}

async function requireCluster(config: KubeConfig, { clusterUid }: KubernetesFacts): Promise<void> {
  const found = await readClusterUid(config);
  if (found === clusterUid) return;
  throw new OtherClusterError(
    `${clusterText(config)} is another one than the location lives in: its UID is ${found}; allowed: ${clusterUid}; ` +
      "choose the context that leads there: pulumi config set kubeContext <context>, in the location's stack, then bring it up",
  );
}

class PodForward implements Forward {
  port = 0;
  lastError: Error | undefined;
  private readonly server: Server;
  private readonly stop = new AbortController();
  private readonly sockets = new Set<Socket>();
  private readonly running = new Set<Promise<void>>();

  constructor(
    private readonly config: KubeConfig,
    private readonly target: ForwardTarget,
  ) {
    setMaxListeners(0, this.stop.signal); // one a connection
    this.server = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => this.accept(socket));
  }

  async listen(): Promise<void> {
    this.server.listen(0, "127.0.0.1").unref();
    await once(this.server, "listening");
    this.port = (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, "close");
    this.server.close();
    this.stop.abort();
    for (const socket of this.sockets) socket.destroy();
    await Promise.all([closed, ...this.running]);
  }

  private accept(socket: Socket): void {
    this.sockets.add(socket);
    socket.on("close", () => this.sockets.delete(socket));
    socket.on("error", () => socket.destroy()); // the client is gone; 'close' ends the rest
    const served = this.serve(socket).finally(() => this.running.delete(served));
    this.running.add(served);
  }

  private async serve(socket: Socket): Promise<void> {
    try {
      await this.joinToSomePod(socket);
    } catch (error) {
      this.lastError = error as Error;
      socket.destroy();
    }
  }

  /** @throws the last pod's error, where nothing went through to any. */
  private async joinToSomePod(socket: Socket): Promise<void> {
    const { facts, port, pod } = this.target;
    let fault: unknown = new Error("no pod");
    for (const each of pod === undefined ? await readyPods(this.config, facts) : [pod]) {
      if (socket.destroyed) return;
      try {
        const target = { namespace: facts.namespace, pod: each, port };
        const connection = await joinToPod(this.config, target, socket, this.stop.signal);
        if (connection.passed) this.lastError = connection.fault;
        if (connection.passed || !connection.fault) return void socket.destroySoon();
        fault = connection.fault;
      } catch (error) {
        fault = error;
      }
    }
    throw fault;
  }
}
