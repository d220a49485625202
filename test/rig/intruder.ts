/** What somebody in a spoke could do to the hub: as the administrator of the spoke's servers, or with the leafnode login itself. */
import { once } from "node:events";
import { connect as connectSocket, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "nats";
import type { AccountName, Login } from "../../components/stack-outputs";
import { locationOf, type Rig } from "./locations";

/** A message as the intruder received it. */
export interface Caught {
  readonly subject: string;
  readonly data: string;
}

export interface Intruder {
  /** Everything that came for {@link listen}ed subjects so far. */
  readonly caught: readonly Caught[];
  listen(subject: string): Promise<void>;
  send(subject: string, data?: string, reply?: string): Promise<void>;
  close(): Promise<void>;
}

/** The administrator of an account in a spoke, as a client of the spoke's servers: what he sends crosses their leafnodes. */
export async function spokeAdministrator(rig: Rig, spoke: string, account: AccountName): Promise<Intruder> {
  const { clientUrls, logins } = locationOf(rig, spoke).outputs;
  const { user, password: pass } = logins[account];
  const connection = await connect({ servers: [...clientUrls], user, pass });
  const caught: Caught[] = [];
  return {
    caught,
    listen: async (subject) => {
      const take = (message: { subject: string; string(): string }) =>
        caught.push({ subject: message.subject, data: message.string() });
      connection.subscribe(subject, { callback: (_error, message) => take(message) });
      await connection.flush();
      await sleep(propagationMs);
    },
    send: async (subject, data = "", reply) => {
      connection.publish(subject, data, { reply });
      await connection.flush();
    },
    close: () => connection.close(),
  };
}

/** Until interest is known at all servers of all locations. */
const propagationMs = 500;

/** A leafnode of the intruder's own make, with the spoke's login: it keeps to no permission. */
export async function leafnodeIntruder(rig: Rig, spoke: string, account: AccountName): Promise<RawLeafnode> {
  const { leafnodeUrls, leafnodeLogins } = locationOf(rig, "hub").outputs;
  const login = leafnodeLogins[spoke]?.[account];
  if (!login) throw new RangeError(`the hub has no leafnode login for '${spoke}'`);
  return new RawLeafnode(new URL(leafnodeUrls[0] ?? ""), login).open();
}

/** Whether the hub turns a spoke's leafnode login away. */
export async function isRefused(rig: Rig, spoke: string, account: AccountName): Promise<boolean> {
  const leafnode = await leafnodeIntruder(rig, spoke, account);
  await leafnode.close();
  return leafnode.refused;
}

/** Speaks the leafnode protocol, and opens a new connection where the hub has ended the last one over a violation. */
class RawLeafnode implements Intruder {
  readonly caught: Caught[] = [];
  refused = false;
  private readonly subjects: string[] = [];
  private socket: Socket | undefined;

  constructor(
    private readonly url: URL,
    private readonly login: Login,
  ) {}

  async open(): Promise<this> {
    const socket = connectSocket(Number(this.url.port), this.url.hostname);
    socket.on("error", () => socket.destroy());
    const greeting = once(socket, "data"); // the hub speaks first
    await greeting;
    this.read(socket);
    const { user, password: pass } = this.login;
    const hello = {
      user,
      pass,
      name: "intruder",
      cluster: "intruder",
      version: "2.15.2",
      server_id: "I",
      headers: true,
    };
    socket.write(`CONNECT ${JSON.stringify(hello)}\r\nPING\r\n`);
    this.socket = socket;
    await sleep(propagationMs);
    for (const subject of this.subjects) socket.write(`LS+ ${subject}\r\n`);
    return this;
  }

  async listen(subject: string): Promise<void> {
    this.subjects.push(subject);
    await this.write(`LS+ ${subject}\r\n`);
  }

  send(subject: string, data = "", reply = ""): Promise<void> {
    return this.write(`LMSG ${subject}${reply && ` ${reply}`} ${Buffer.byteLength(data)}\r\n${data}\r\n`);
  }

  async close(): Promise<void> {
    this.socket?.destroy();
  }

  private async write(text: string): Promise<void> {
    if (!this.socket?.writable) await this.open();
    this.socket?.write(text);
    await sleep(propagationMs);
  }

  private read(socket: Socket): void {
    let rest = Buffer.alloc(0);
    socket.on("data", (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      for (let end = rest.indexOf("\r\n"); end >= 0; end = rest.indexOf("\r\n")) {
        const [verb, subject = "", ...sizes] = rest.subarray(0, end).toString().split(" ");
        if (verb === "PING") socket.write("PONG\r\n");
        if (verb === "-ERR" && subject.includes("Authorization")) this.refused = true;
        const size = verb === "LMSG" || verb === "HMSG" ? Number(sizes.at(-1)) : undefined;
        if (size === undefined) rest = rest.subarray(end + 2);
        else if (rest.length < end + 2 + size + 2) return;
        else {
          const headers = verb === "HMSG" ? Number(sizes.at(-2)) : 0;
          this.caught.push({ subject, data: rest.subarray(end + 2 + headers, end + 2 + size).toString() });
          rest = rest.subarray(end + 2 + size + 2);
        }
      }
    });
  }
}
