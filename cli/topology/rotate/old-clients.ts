/** Clients that are still logged in as users that are to go: asked of all servers at once through the hub. */
import { RequestStrategy } from "nats";
import { accountNames } from "../../../components/account-names";
import { ofGeneration, type Rotations } from "../../../components/rotation";
import { connectionTo, type Connection } from "../../../streams/jetstream/connection";

/** A connection of an old user. */
export interface OldClient {
  readonly location: string;
  readonly server: string;
  readonly user: string;
  /** As the client calls itself; empty where it does not. */
  readonly name: string;
  readonly address: string;
}

interface Answer {
  readonly server: { readonly name: string; readonly domain?: string };
  readonly data?: {
    readonly connections?: readonly { readonly name?: string; readonly ip: string; readonly port: number }[] | null;
  };
}

/** Of each server and user so many are told: the cure is the same for all. */
const toldPerServer = 20;
/** Servers over a line answer within its round trip. */
const patienceMs = 1_500;

/**
 * Asks every server that the hub's system account reaches. Takes a round trip a user where all answer.
 *
 * @param system Login of the hub's administrator of account SYS.
 * @param going Generations that are to go, by location and account.
 * @param servers How many servers there are in all locations.
 * @throws ConnectionError where the hub does not answer.
 */
export async function readOldClients(
  system: Connection,
  going: ReadonlyMap<string, Rotations>,
  servers: number,
): Promise<OldClient[]> {
  const asked = accountNames.flatMap((account) => {
    const generations = new Set([...going.values()].flatMap((rotations) => rotations[account]));
    return [...generations].map(async (generation) => {
      const found = await clientsOf(system, ofGeneration(account.toLowerCase(), generation), servers);
      return found.filter(({ location }) => going.get(location)?.[account].includes(generation));
    });
  });
  return (await Promise.all(asked)).flat();
}

async function clientsOf(system: Connection, user: string, servers: number): Promise<OldClient[]> {
  const nc = await connectionTo(system);
  const request = JSON.stringify({ auth: true, user, limit: toldPerServer });
  const answers = await nc.requestMany("$SYS.REQ.SERVER.PING.CONNZ", request, {
    strategy: RequestStrategy.Count,
    maxMessages: servers,
    maxWait: patienceMs,
  });
  const clients: OldClient[] = [];
  for await (const answer of answers) {
    const { server, data } = answer.json<Answer>();
    for (const { name = "", ip, port } of data?.connections ?? [])
      clients.push({ location: server.domain ?? "", server: server.name, user, name, address: `${ip}:${port}` });
  }
  return clients;
}
