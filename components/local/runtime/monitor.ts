/** What a server's monitoring endpoint says. Field names are the server's. */
import { get, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";

/** `/varz`, what is read of it. */
export interface Varz {
  readonly version: string;
  readonly server_name: string;
  readonly cluster?: { readonly name?: string };
  /** When the server last took its configuration, at start or by a reload. */
  readonly config_load_time: string;
  /** Left out while JetStream is off. */
  readonly jetstream?: { readonly config?: { readonly max_storage: number; readonly domain?: string } };
  readonly tags?: readonly string[];
  /** From server 2.12 on. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** `/jsz`, what is read of it. */
export interface Jsz {
  /** What JetStream stores on disk in this server, in bytes. Left out while JetStream is off. */
  readonly storage?: number;
  readonly meta_cluster?: {
    readonly leader?: string;
    readonly cluster_size: number;
    /** The other peers, as the leader sees them. */
    readonly replicas?: readonly { readonly name: string; readonly current: boolean; readonly offline?: boolean }[];
  };
}

/** `/leafz`, what is read of it. */
export interface Leafz {
  readonly leafs?: readonly { readonly account: string }[] | null;
}

const patienceSeconds = 5;

/**
 * Asks one endpoint; waits 5 s for a word. Its answer counts whatever the HTTP status: an ailing `/healthz` says why. Not by `fetch`: to load it takes
 * a process longer than all that a status asks.
 */
async function ask<T>(port: number, path: string): Promise<T> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = get({ host: "127.0.0.1", port, path }, resolve).on("error", reject);
    request.setTimeout(patienceSeconds * 1_000, () =>
      request.destroy(new Error(`nothing within ${patienceSeconds} s`)),
    );
  });
  return JSON.parse(await text(answer)) as T;
}

/** Server, version and configuration. */
export const varz = (port: number): Promise<Varz> => ask(port, "/varz");
/** JetStream and its meta group. */
export const jsz = (port: number): Promise<Jsz> => ask(port, "/jsz");
/** Leafnodes, one entry an account and direction. */
export const leafz = (port: number): Promise<Leafz> => ask(port, "/leafz");

/** What ails a server by its own account; nothing when it is well. */
export async function ailment(port: number): Promise<string | undefined> {
  const { status, error } = await ask<{ status: string; error?: string }>(port, "/healthz");
  return status === "ok" ? undefined : (error ?? status);
}
