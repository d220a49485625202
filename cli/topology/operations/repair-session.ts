/** Looks at the links of a running topology, and steps leaders of followers down. */
import { isDeepStrictEqual } from "node:util";
import type { LocationFacts, LocationSecrets } from "../../../components/stack-outputs";
import { closeConnections, connectionTo, type Connection } from "../../../streams/jetstream/connection";
import { readLink, type LinkStatus } from "../../../streams/jetstream/link-status";
import { connectionOf } from "../../../streams/jetstream/login";
import { askOnce } from "../../../streams/jetstream/request";
import { declaredLinks } from "../../../streams/topology";
import type { Workspace } from "../workspace";
import { readLeafnodes, type ServedLocation } from "./leafnodes";
import type { RepairLook, WatchedLink } from "./repair-verdict";

/** What is asked for where. */
export interface DeclaredTopology extends Pick<Workspace, "topology"> {
  readonly locations: readonly Pick<Workspace["locations"][number], "name" | "replicas">[];
}

/** Where a hub is reached, and as whom. */
export type HubOutputs = Pick<LocationFacts & LocationSecrets, "clientUrls" | "kubernetes" | "logins">;

/** What is needed of a workspace to ask its servers. */
export interface RunningTopology extends DeclaredTopology, Pick<Workspace, "label"> {
  /** @throws Error where the location is not up. */
  outputs(location: string): Promise<HubOutputs>;
  /**
   * The outputs cost nothing to read: they are read at each look, so that a login is changed before the servers refuse the old one.
   *
   * @default false: an engine has to be asked, which is done where the hub does not answer
   */
  readonly readsFast?: boolean;
}

/** A domain that answers nothing is given up after so long: the next look asks it again. */
const answerTimeoutMs = 2_000;
const defaultReplicas = 3;

/** Logins of the hub's administrators, one an account. */
interface HubLogins {
  readonly ACC: Connection;
  readonly SYS: Connection;
}

export class RepairSession {
  private constructor(
    private readonly running: RunningTopology,
    private logins: HubLogins,
  ) {}

  /** @throws Error where the hub is not up. */
  static async open(running: RunningTopology): Promise<RepairSession> {
    return new RepairSession(running, await readLogins(running));
  }

  /** Reads the logins again, which a rotation of passwords has replaced. */
  async reopen(): Promise<void> {
    await closeConnections();
    this.logins = await readLogins(this.running);
  }

  /**
   * Looks at everything once. Takes a round trip; two seconds where a location does not answer.
   *
   * @throws ConnectionError where the hub does not answer.
   */
  async look(): Promise<RepairLook> {
    if (this.running.readsFast) await this.changeOver();
    const ask = askOnce(this.logins.ACC, answerTimeoutMs);
    const { topology, locations } = this.running;
    const served = locations.map(({ name, replicas }): ServedLocation => ({ location: name, replicas }));
    const own = declaredLinks(topology).filter(({ origin }) => origin.external === undefined);
    const links = own.map(async ({ follower, kind, origin: { location, stream } }): Promise<WatchedLink> => {
      const link = { domain: follower.location, stream: follower.name, kind, origin: { location, stream } };
      return { ...(await readLink(ask, link)), followerReplicas: follower.replicas ?? defaultReplicas };
    });
    const [leafnodes, read] = await Promise.all([readLeafnodes(this.logins.SYS, served), Promise.all(links)]);
    return { now: Date.now(), locations: leafnodes, links: read };
  }

  /** Logs in as the users that are handed out now, once the servers take them: they may learn of a rotation later than the one who looks. */
  private async changeOver(): Promise<void> {
    const logins = await readLogins(this.running);
    if (isDeepStrictEqual(logins, this.logins)) return;
    const taken = await Promise.allSettled([logins.ACC, logins.SYS].map(connectionTo));
    if (taken.some(({ status }) => status === "rejected")) return;
    await closeConnections();
    this.logins = logins;
  }

  /**
   * Lets another replica lead a follower: it makes its links anew at once.
   *
   * @throws JetStreamRequestError where the server refuses, or does not answer.
   */
  async stepDown({ domain, stream }: Pick<LinkStatus, "domain" | "stream">): Promise<void> {
    await askOnce(this.logins.ACC)(domain, `STREAM.LEADER.STEPDOWN.${stream}`);
  }
}

async function readLogins(running: RunningTopology): Promise<HubLogins> {
  const hub = await running.outputs(running.topology.hub);
  return { ACC: connectionOf(hub, hub.logins.ACC), SYS: connectionOf(hub, hub.logins.SYS) };
}
