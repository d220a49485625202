/** Looks at a running topology before, between and after the phases of a rotation. */
import { setTimeout as sleep } from "node:timers/promises";
import { closeConnections, type Connection } from "../../../streams/jetstream/connection";
import { connectionOf } from "../../../streams/jetstream/login";
import { rotationsOf } from "../../lab/stack-files";
import { locationStack } from "../../lab/home";
import { readLeafnodes, type LocationLeafnodes } from "../operations/leafnodes";
import { readServers } from "../status/servers";
import type { StatusSource } from "../status/source";
import type { StackState } from "../status/stack-state";
import type { Workspace } from "../workspace";
import { locationLacks, type LocationLacks } from "./rotation-lacks";
import { readOldClients, type OldClient } from "./old-clients";
import { storedGenerations, storedRotations, type Rotations } from "../../../components/rotation";
import type { LocationRotation } from "./rotation-plan";

const lookEveryMs = 500;
/** A leafnode that was cut off dials again within a second or two; on a machine under load it took up to ten, and its line has to be back first. */
const patienceMs = 30_000;

/** Told what is waited for. */
type Tell = (step: string) => void;

export class RotationSession {
  constructor(
    readonly workspace: Workspace,
    private readonly source: StatusSource,
  ) {}

  /**
   * What each location declares, accepts and dials with.
   *
   * @throws Error where one is not up, or was last brought up by a release that did not tell.
   */
  async rotations(): Promise<LocationRotation[]> {
    const { locations, flag } = this.workspace;
    return Promise.all(
      locations.map(async ({ name, role }): Promise<LocationRotation> => {
        const { facts } = await this.state(name);
        if (!facts.rotation)
          throw new Error(
            `location '${name}' does not tell which users its servers accept: an earlier release brought it up; ` +
              `bring it up by this one first: npm run topology -- up ${flag}`.trimEnd(),
          );
        const declared = rotationsOf(this.workspace.stackFile(locationStack(name)));
        const accepted = storedRotations(facts.rotation);
        return { location: name, role, declared, accepted, dialled: storedGenerations(facts.dialledGeneration) };
      }),
    );
  }

  /**
   * Waits until a server of each of these locations answers the hub. Gives those of which none does: what is done there would fail, and is not
   * begun.
   */
  async untilReached(names: readonly string[], signal: AbortSignal, onStep: Tell): Promise<LocationLacks[]> {
    const look = async () =>
      (await this.reached(await this.system()))
        .filter(({ location, servers }) => names.includes(location) && servers.length === 0)
        .map((each) => locationLacks(each, [], this.workspace.topology.hub));
    return patiently(look, signal, (lacking) => onStep(`not reached yet: ${placesText(lacking)}`));
  }

  /**
   * Waits until these locations are well: every server serves as it should, and its leafnodes are there for both accounts, by its own word and
   * by the hub's. Gives what lacks where that does not come.
   */
  async untilWell(names: readonly string[], signal: AbortSignal, onStep: Tell): Promise<LocationLacks[]> {
    const states = new Map(await Promise.all(names.map(async (name) => [name, await this.state(name)] as const)));
    return patiently(
      () => this.lacks(states),
      signal,
      (lacking) => onStep(`not well yet: ${placesText(lacking)}`),
    );
  }

  /** Clients that are logged in as users of these generations, by location. */
  async oldClients(going: ReadonlyMap<string, Rotations>): Promise<OldClient[]> {
    const servers = this.workspace.locations.reduce((sum, { replicas }) => sum + replicas, 0);
    return readOldClients(await this.system(), going, servers);
  }

  private async lacks(states: ReadonlyMap<string, StackState>): Promise<LocationLacks[]> {
    const [reached, servers] = await Promise.all([
      this.system().then((system) => this.reached(system)),
      Promise.all([...states].map(async ([name, state]) => [name, await readServers(state)] as const)),
    ]);
    const own = new Map(servers);
    return reached
      .filter(({ location }) => states.has(location))
      .map((each) => locationLacks(each, own.get(each.location) ?? [], this.workspace.topology.hub))
      .filter(({ lacks }) => lacks.length > 0);
  }

  private reached(system: Connection): Promise<LocationLeafnodes[]> {
    const served = this.workspace.locations.map(({ name, replicas }) => ({ location: name, replicas }));
    return readLeafnodes(system, served);
  }

  private login: Promise<Connection> | undefined;

  /** The newest login of the hub's administrator: only read again after `forgetLogin`. */
  private system(): Promise<Connection> {
    return (this.login ??= this.workspace
      .outputs(this.workspace.topology.hub)
      .then((hub) => connectionOf(hub, hub.logins.SYS)));
  }

  /** Ends what is logged in: the next look logs in with what the hub hands out by then. */
  async forgetLogin(): Promise<void> {
    this.login = undefined;
    await closeConnections();
  }

  private async state(name: string): Promise<StackState> {
    const state = await this.source.state(name);
    if (state) return state;
    throw new Error(
      `location '${name}' is not up, so its users cannot be rotated; bring it up: ${this.source.upCommand}`,
    );
  }
}

/** Looks again and again until nothing lacks, or its time is over; gives what lacks then. */
async function patiently(
  look: () => Promise<LocationLacks[]>,
  signal: AbortSignal,
  tell: (lacking: readonly LocationLacks[]) => void,
): Promise<LocationLacks[]> {
  for (const begun = Date.now(); ; await sleep(lookEveryMs, undefined, { signal })) {
    const lacking = await look();
    if (lacking.length === 0 || Date.now() - begun > patienceMs) return lacking;
    tell(lacking);
  }
}

function placesText(lacking: readonly LocationLacks[]): string {
  return lacking.map(({ location, lacks }) => `${location}: ${lacks[0]}`).join("; ");
}
