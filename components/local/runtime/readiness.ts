/** When a location's servers count as started. */
import type { AccountName } from "../../stack-outputs";
import pRetry from "p-retry";
import { AbortError } from "p-retry";
import { logTail } from "./log";
import type { Jsz } from "./monitor";
import { ailment, jsz, leafz } from "./monitor";
import { runningPid } from "./own-process";
import type { Server } from "./server";

/** One thing that a server still lacks. */
interface Lack {
  readonly server: Server;
  readonly what: string;
}

/** What is waited for. */
export interface Readiness {
  /** All servers of the location: the meta group has each as a current peer. */
  readonly servers: readonly Server[];
  /** Servers that need their leafnodes up by now. */
  readonly dialling: readonly Server[];
  /** Accounts that dial a hub; none in a hub. */
  readonly accounts: readonly AccountName[];
  /**
   * A server that is about to be changed: it may be ailing, as the change may be its cure.
   *
   * @default - none
   */
  readonly spared?: Server;
  /** Length of each server's log before anything was done: what it said earlier explains nothing. */
  readonly logLengths: ReadonlyMap<Server, number>;
  readonly timeoutMs: number;
}

/**
 * Waits until every server that is not spared is healthy, the meta group has a leader and all peers, and the leafnodes are up.
 *
 * @throws when that takes longer than `timeoutMs`, or at once when a server's process has ended: names each server, what it
 * lacks, and what its log said last.
 */
export async function awaitReady(wanted: Readiness): Promise<void> {
  const look = async () => {
    const needed = wanted.servers.filter((server) => server !== wanted.spared);
    const lacks = (await Promise.all(needed.map((server) => lacksOf(server, wanted)))).flat();
    if (lacks.length === 0) return;
    const error = new Error(await describe(lacks, wanted.logLengths));
    throw lacks.some(({ what }) => what === notRunning) ? new AbortError(error) : error;
  };
  await pRetry(look, { retries: Infinity, factor: 1, minTimeout: 100, maxRetryTime: wanted.timeoutMs });
}

const notRunning = "its process has ended";

async function lacksOf(server: Server, wanted: Readiness): Promise<Lack[]> {
  if ((await runningPid(server.process)) === undefined) return [{ server, what: notRunning }];
  const { monitor } = server.ports;
  try {
    const accounts = wanted.dialling.includes(server) ? wanted.accounts : [];
    const [health, peers, leafnodes] = await Promise.all([
      ailment(monitor),
      jsz(monitor).then((answer) => peersLack(answer, server, wanted)),
      accounts.length > 0 ? leafz(monitor) : undefined,
    ]);
    const down = accounts.filter((account) => !leafnodes?.leafs?.some((leaf) => leaf.account === account));
    const lacks = [
      health,
      peers,
      down.length > 0
        ? `no leafnode for account ${down.join(", ")} (is the hub up, and the line to it not cut?)`
        : undefined,
    ];
    return lacks.filter((what) => what !== undefined).map((what) => ({ server, what }));
  } catch (error) {
    return [{ server, what: `its monitor on port ${monitor} does not answer: ${(error as Error).message}` }];
  }
}

function peersLack({ meta_cluster: meta }: Jsz, server: Server, { servers, spared }: Readiness): string | undefined {
  if (servers.length === 1 && !meta) return undefined; // a single server has no peers to agree with
  if (!meta?.leader) return "no meta leader";
  if (meta.cluster_size !== servers.length) return `${meta.cluster_size} meta peers instead of ${servers.length}`;
  // Followers say nothing of each other; on 2.15.2 they do, and call each other not current.
  if (meta.leader !== server.name) return undefined;
  const current = (meta.replicas ?? []).filter((peer) => peer.current && !peer.offline).map(({ name }) => name);
  const isCurrent = (peer: Server) => peer === server || peer === spared || current.includes(peer.name);
  return servers.every(isCurrent) ? undefined : "not all meta peers are current";
}

async function describe(lacks: readonly Lack[], logLengths: Readiness["logLengths"]): Promise<string> {
  const servers = [...new Set(lacks.map(({ server }) => server))];
  const parts = servers.map(async (server) => {
    const what = lacks.filter((lack) => lack.server === server).map((lack) => lack.what);
    const log = await logTail(server.process, logLengths.get(server));
    return `  ${server.name}: ${what.join("; ")}\n${log.map((line) => `    ${line}\n`).join("")}`;
  });
  return `not all servers are ready:\n${(await Promise.all(parts)).join("")}`.trimEnd();
}
