/** Which servers of each location answer, and the leafnodes of each: asked of all servers at once through the hub. */
import { RequestStrategy } from "nats";
import { connectionTo, type Connection } from "../../../streams/jetstream/connection";

/** A server, and the accounts that its leafnodes are for: one entry a leafnode. */
export interface ServerLeafnodes {
  readonly server: string;
  readonly version: string;
  readonly accounts: readonly string[];
}

/** A location whose servers are expected to answer. */
export interface ServedLocation {
  readonly location: string;
  /** Servers of its cluster. */
  readonly replicas: number;
}

/** What came back of a location's servers; none where its line is cut. */
export interface LocationLeafnodes extends ServedLocation {
  readonly servers: readonly ServerLeafnodes[];
}

interface Answer {
  readonly server: { readonly name: string; readonly domain?: string; readonly ver: string };
  readonly data?: { readonly leafs?: readonly { readonly account: string }[] | null };
}

/** Servers over a line answer within its round trip; one that does not by then is taken for away. */
const patienceMs = 1_500;

/**
 * Asks every server that the hub's system account reaches. Takes a round trip where all answer, 1.5 s where some are away.
 *
 * @param system Login of the hub's administrator of account SYS.
 * @throws ConnectionError where the hub does not answer.
 */
export async function readLeafnodes(
  system: Connection,
  locations: readonly ServedLocation[],
): Promise<LocationLeafnodes[]> {
  const nc = await connectionTo(system);
  const answers = await nc.requestMany("$SYS.REQ.SERVER.PING.LEAFZ", undefined, {
    strategy: RequestStrategy.Count,
    maxMessages: locations.reduce((sum, { replicas }) => sum + replicas, 0),
    maxWait: patienceMs,
  });
  const servers: Answer[] = [];
  for await (const answer of answers) servers.push(answer.json<Answer>());
  return locations.map((each) => ({
    ...each,
    servers: servers.filter(({ server }) => server.domain === each.location).map(serverLeafnodes),
  }));
}

function serverLeafnodes({ server, data }: Answer): ServerLeafnodes {
  return {
    server: server.name,
    version: server.ver,
    accounts: (data?.leafs ?? []).map(({ account }) => account).sort(),
  };
}
