/** Whether a domain that answers nothing is cut off: its JetStream tells nothing while it elects a leader, its servers always do. */
import { RequestStrategy } from "nats";
import type { AccountName } from "../../components/stack-outputs";
import { connectionTo, type Connection } from "./connection";

/** What a server tells of itself and of its leafnodes. */
interface Answer {
  readonly server: { readonly domain?: string };
  readonly data?: { readonly leafs?: readonly Leafnode[] | null };
}

interface Leafnode {
  /** Server at its other end. */
  readonly name: string;
  readonly account: string;
  /** It was dialled from here. */
  readonly is_spoke: boolean;
}

/** Servers over a line answer within its round trip, whoever leads. */
const patienceMs = 1_500;
/** Where the hub's own servers take longer, or this process to hear them, all may be so busy that others take longer still (up to 3.4 s, on two cores). */
const promptMs = 500;

/**
 * Asks all servers that the hub's account SYS reaches, until one of the domain answers: that is a round trip, or 1.5 s where none does.
 *
 * @returns false also where their silence tells nothing: its leafnodes, or those for SYS, are missing at the moment, or the hub itself is slow.
 * @throws ConnectionError where the hub does not answer; NatsError
 */
export async function isCutOff(system: Connection, domain: string): Promise<boolean> {
  const nc = await connectionTo(system);
  // A subscription of its own is drained in the end: what came while this process was busy counts.
  const options = { strategy: RequestStrategy.Timer, maxWait: patienceMs, noMux: true };
  const begun = performance.now();
  const leafnodes: Leafnode[] = [];
  for await (const message of await nc.requestMany("$SYS.REQ.SERVER.PING.LEAFZ", undefined, options)) {
    const { server, data } = message.json<Answer>();
    if (server.domain === domain) return false;
    const accepted = (data?.leafs ?? []).filter((each) => !each.is_spoke);
    if (accepted.length > 0 && performance.now() - begun > promptMs) return false;
    leafnodes.push(...accepted);
  }
  return wouldAnswer(leafnodes.filter(({ name }) => domainOf(name) === domain));
}

/** Whether the hub takes the domain for connected: each of its servers that is joined for the streams is joined for SYS as well. */
function wouldAnswer(leafnodes: readonly Leafnode[]): boolean {
  const joined = (account: AccountName) => leafnodes.filter((each) => each.account === account).map(({ name }) => name);
  const [streams, system] = [joined("ACC"), joined("SYS")];
  return streams.length > 0 && streams.every((name) => system.includes(name));
}

/** `cinema-a` of `cinema-a-nats-0`. */
function domainOf(server: string): string {
  return server.replace(/-nats-\d+$/, "");
}
