import { once } from "node:events";
import type { Socket } from "node:net";
import { connect, createServer } from "node:net";
import { pipeline } from "node:stream/promises";
import { DelayLine } from "./delay-line";

/** What is done to a link. */
export interface LinkState {
  /** No connection stays, and none comes about. */
  readonly cut: boolean;
  /** Each way, in milliseconds. */
  readonly delayMs: number;
}

/** A link as made: whole, and as fast as it can be. */
export const wholeLink: LinkState = { cut: false, delayMs: 0 };

/** Forwards each connection to one of its targets, in turn; the next one where a target refuses. */
export class RelayServer {
  readonly #server = createServer((client) => void this.#forward(client));
  readonly #sockets = new Set<Socket>();
  #turn = 0;
  #state = wholeLink;

  constructor(private readonly targets: readonly URL[]) {}

  /** Listens on a port of 127.0.0.1. */
  async listen(port: number): Promise<void> {
    this.#server.listen(port, "127.0.0.1");
    await once(this.#server, "listening");
  }

  /** Connections that are forwarded now. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** Cuts, slows or heals the link; connections of a link that is not cut stay. */
  set state(state: LinkState) {
    this.#state = state;
    // The listener stays: its port is this relay's for as long as it lives.
    if (!state.cut) return;
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  get state(): LinkState {
    return this.#state;
  }

  async #forward(client: Socket): Promise<void> {
    client.on("error", () => client.destroy());
    const target = this.#state.cut ? undefined : await this.#dial();
    if (!target || client.destroyed || this.#state.cut) {
      target?.destroy();
      client.destroy();
      return;
    }
    this.#sockets.add(client);
    const delayMs = () => this.#state.delayMs;
    await Promise.allSettled([
      pipeline(client.setNoDelay(), new DelayLine(delayMs), target.setNoDelay()),
      pipeline(target, new DelayLine(delayMs), client),
    ]);
    this.#sockets.delete(client);
  }

  async #dial(): Promise<Socket | undefined> {
    const first = this.#turn++;
    for (let i = 0; i < this.targets.length; i++) {
      const target = this.targets[(first + i) % this.targets.length];
      const socket = target && (await dial(target));
      if (socket) return socket;
    }
    return undefined;
  }
}

async function dial({ hostname, port }: URL): Promise<Socket | undefined> {
  const socket = connect(Number(port), hostname);
  try {
    await once(socket, "connect", { signal: AbortSignal.timeout(2_000) });
    return socket.on("error", () => socket.destroy());
  } catch {
    socket.destroy();
    return undefined;
  }
}
