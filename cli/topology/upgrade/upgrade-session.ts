/** Looks at a running topology before, between and after the steps of an upgrade. */
import { askOnce, type Ask } from "../../../streams/jetstream/request";
import { listStreams } from "../../../streams/jetstream/stream-api";
import { lineLack, RepairWatch, type Verdict } from "../operations/repair-verdict";
import { RepairSession, type RunningTopology } from "../operations/repair-session";
import { repairStep } from "../operations/repair-step";
import { readServers } from "../status/servers";
import type { StatusSource } from "../status/source";
import type { StackState } from "../status/stack-state";
import type { StreamSight, UpgradeLook } from "./upgrade-lacks";
import type { UpgradedLocation } from "./upgrade-plan";

/** A domain that answers nothing is given up after so long: the next look asks it again. */
const answerTimeoutMs = 2_000;

/** Looks at one location again and again. */
export type Looks = () => Promise<UpgradeLook>;

export class UpgradeSession {
  private constructor(
    private readonly source: StatusSource,
    private readonly links: RepairSession,
    private readonly ask: Ask,
  ) {}

  /** @throws Error where the hub is not up. */
  static async open(running: RunningTopology, source: StatusSource): Promise<UpgradeSession> {
    const [links, login] = await Promise.all([RepairSession.open(running), source.login(running.topology.hub)]);
    return new UpgradeSession(source, links, askOnce(login, answerTimeoutMs));
  }

  /**
   * Looks at the location, its streams and its links; for the hub, that is all lines and links.
   *
   * @param repairs Steps down, once, the leader of a follower that stands still although its lines are back.
   * @throws Error where the location is not up.
   */
  async looks(step: UpgradedLocation, repairs: boolean): Promise<Looks> {
    const state = await this.source.state(step.location); // what its last `up` gave it stays so until the next
    if (!state) throw new Error(`location '${step.location}' is not up; bring it up: ${this.source.upCommand}`);
    const watch = new RepairWatch(this.source.topology.hub);
    return () => this.look(step, state, watch, repairs);
  }

  private async look(
    step: UpgradedLocation,
    state: StackState,
    watch: RepairWatch,
    repairs: boolean,
  ): Promise<UpgradeLook> {
    const [servers, streams, links] = await Promise.all([
      readServers(state),
      orSilence(() => this.streams(step.location), []),
      orSilence(() => this.linksOf(step, watch, repairs), { links: [], lines: [] }),
    ]);
    const silences = [...streams.silences, ...links.silences, ...links.found.lines];
    return { now: Date.now(), servers, streams: streams.found, links: links.found.links, silences };
  }

  private async streams(domain: string): Promise<StreamSight[]> {
    const { streams, silent } = await listStreams(this.ask, domain);
    const told = streams.map(({ config, cluster }): StreamSight => {
      const behind = (cluster?.replicas ?? []).filter(({ current, offline }) => !current || offline);
      return { domain, stream: config.name, leader: cluster?.leader, behind: behind.map(({ name }) => name) };
    });
    return [...told, ...silent.map((stream) => ({ domain, stream, leader: undefined, behind: [] }))];
  }

  private async linksOf(
    { location, role }: UpgradedLocation,
    watch: RepairWatch,
    repairs: boolean,
  ): Promise<{ links: Verdict[]; lines: string[] }> {
    const { verdicts, locations } = await repairStep(this.links, watch, !repairs);
    const concerns = (name: string) => role === "hub" || name === location;
    return {
      links: verdicts.filter(({ link }) => concerns(link.domain) || concerns(link.origin.location)),
      lines: locations
        .filter((each) => concerns(each.location))
        .flatMap((each) => lineLack(each, this.source.topology.hub) ?? []),
    };
  }
}

/** What does not answer is told: it is asked again. */
async function orSilence<T>(read: () => Promise<T>, none: T): Promise<{ found: T; silences: string[] }> {
  try {
    return { found: await read(), silences: [] };
  } catch (error) {
    return { found: none, silences: [(error as Error).message] };
  }
}
