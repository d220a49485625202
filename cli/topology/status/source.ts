/** Where the status is asked: the stacks' state, and logins to their servers. */
import type { RelayStatus } from "../../../components/local/runtime/relay-control";
import type { Topology } from "../../../streams/declarations";
import type { Connection } from "../../../streams/jetstream/connection";
import type { LabLocation } from "../../lab/home";
import type { StackState } from "./stack-state";

/** The line between a spoke of the lab and its hub; `down` where no relay runs. */
export type Line = RelayStatus | "down";

export interface StatusSource {
  readonly topology: Topology;
  /** All that are declared, hub first. */
  readonly locations: readonly LabLocation[];
  /** What brings up what is missing. */
  readonly upCommand: string;
  /** Undefined where the location's stack is not up. */
  state(location: string): Promise<StackState | undefined>;
  /** Login of account ACC, for this process only. @throws Error where the location is not up. */
  login(location: string): Promise<Connection>;
  /** Undefined outside the lab, and on its hub. */
  line(location: LabLocation): Promise<Line | undefined>;
}
