/** What our streams are measured against: natscli, one process a stream, and a bare client. Neither looks at what is there, nor keeps state. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type NatsConnection } from "nats";
import type { StreamDeclaration } from "../streams/declarations";
import { runCommand } from "../toolchain/command.mjs";
import { ensureTool } from "../toolchain/ensure.mjs";
import type { HubLogin } from "./streams-lab";

/** Requests of the bare client that wait for an answer at once. */
export const inFlight = 32;

const requestTimeoutMs = 10_000;

/** The stream as JetStream's API and natscli's `--config` take it. */
function apiConfig({ name, subjects, maxAgeSeconds, maxBytes, replicas }: StreamDeclaration) {
  return {
    name,
    subjects,
    retention: "limits",
    discard: "new",
    storage: "file",
    num_replicas: replicas,
    max_age: maxAgeSeconds * 1e9,
    max_bytes: maxBytes,
    max_msgs: -1,
    max_msgs_per_subject: -1,
    max_msg_size: -1,
    max_consumers: -1,
    duplicate_window: 120e9,
  };
}

/** Requests to one domain's stream API over one connection to the hub. */
export class BareClient {
  private constructor(
    private readonly connection: NatsConnection,
    private readonly domain: string,
  ) {}

  static async open({ servers, user, password }: HubLogin, domain: string): Promise<BareClient> {
    return new BareClient(await connect({ servers: [...servers], user, pass: password }), domain);
  }

  /** Creates each stream, then reads it back. */
  create = (streams: readonly StreamDeclaration[]) =>
    sideBySide(streams, async (stream) => {
      await this.ask(`STREAM.CREATE.${stream.name}`, apiConfig(stream));
      await this.ask(`STREAM.INFO.${stream.name}`);
    });

  /** Deletes the streams with what they hold. */
  delete = (streams: readonly StreamDeclaration[]) =>
    sideBySide(streams, ({ name }) => this.ask(`STREAM.DELETE.${name}`));

  close = () => this.connection.close();

  private async ask(api: string, payload?: object): Promise<void> {
    const data = payload ? JSON.stringify(payload) : "";
    const answer = await this.connection.request(`$JS.${this.domain}.API.${api}`, data, { timeout: requestTimeoutMs });
    const { error } = answer.json<{ error?: { description: string } }>();
    if (error) throw new Error(`${api} was refused: ${error.description}`);
  }
}

async function sideBySide<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  const worker = async () => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
}

/** natscli in a loop, as a shell script would have it. */
export class NatsCli {
  private readonly folder = mkdtempSync(join(tmpdir(), "cinema-bench-nats-"));

  private constructor(
    private readonly binary: string,
    private readonly login: HubLogin,
    private readonly domain: string,
    private readonly signal: AbortSignal,
  ) {}

  /** Gets natscli, which takes minutes where it has to be built. */
  static async open(login: HubLogin, domain: string, signal: AbortSignal): Promise<NatsCli> {
    const { binary } = await ensureTool("nats", undefined, { signal });
    return new NatsCli(binary, login, domain, signal);
  }

  /**
   * Creates the streams one after the other.
   *
   * @param said told how many are made
   */
  async create(streams: readonly StreamDeclaration[], said: (text: string) => void): Promise<void> {
    for (const [i, stream] of streams.entries()) {
      const file = join(this.folder, `${stream.name}.json`);
      writeFileSync(file, JSON.stringify(apiConfig(stream)));
      await this.run("stream", "add", stream.name, "--config", file);
      said(`${i + 1} of ${streams.length}`);
    }
  }

  /** Reads each stream back, one after the other. */
  async check(streams: readonly StreamDeclaration[], said: (text: string) => void): Promise<void> {
    for (const [i, { name }] of streams.entries()) {
      await this.run("stream", "info", name, "--json");
      said(`${i + 1} of ${streams.length}`);
    }
  }

  remove = () => rmSync(this.folder, { recursive: true, force: true });

  private async run(...args: string[]): Promise<void> {
    const { servers, user, password } = this.login;
    const env = {
      ...process.env,
      NATS_URL: servers.join(","),
      NATS_USER: user,
      NATS_PASSWORD: password,
      XDG_CONFIG_HOME: this.folder, // no context that the user selected
    };
    await runCommand(this.binary, ["--js-domain", this.domain, ...args], { env, signal: this.signal });
  }
}
