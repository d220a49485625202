/** What the engine hands to the hooks of a Stream resource, and keeps of it. Pure. */
import { connectionKey, type Connection } from "./jetstream/login";
import type { OwnerToken } from "./owner-token";
import type { StreamConfig } from "./stream-config";
import type { Adopt } from "./stream-declaration";

/** A Stream resource's inputs. */
export interface StreamInputs extends StreamConfig {
  /** Secret. */
  readonly connection: Connection;
  /** Written on the stream: `<project>/<stack>/<logical name>`. */
  readonly owner: string;
  /** Version of the location's servers. */
  readonly serverVersion: string;
  /** Absent: never. */
  readonly adopt?: Adopt;
  /** Lets messages be deleted. Absent: no. */
  readonly allowDataLoss?: boolean;
  /**
   * Domains that may hold followers of the stream.
   *
   * @default - that of the stream: all that a state from before this field tells
   */
  readonly domains?: readonly string[];
  /**
   * How long the links of the new or changed stream may take.
   *
   * @default 60
   */
  readonly linkTimeoutSeconds?: number;
  /** What its publishers store. For who judges a plan by the resources in it (policy/): a change of it touches no stream, nor does one of the budgets. */
  readonly bytesPerSecond?: number;
  /** How long each of its links may be cut, the mirror or the sources in their order. Absent where it has none. */
  readonly outageBudgetsSeconds?: readonly number[];
}

/** A Stream resource's state: its inputs, and of its token what cannot be derived. */
export interface StreamState extends StreamInputs, OwnerToken {
  /** See `OwnerToken`. Kept through updates and refreshes, and no part of what is compared. */
  readonly generation: string;
}

/** Why a hook refuses a field, for the engine to show beside the resource. */
export interface CheckFailure {
  /** Empty: the engine shows no value beside the reason. */
  readonly property: string;
  readonly reason: string;
}

/** What a `check` answers. */
export interface Checked<Inputs> {
  readonly inputs: Inputs;
  readonly failures: CheckFailure[];
}

/** Pulumi's constant for a value that a preview does not know yet. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** `<location>/<name>`: a stream's name over all locations, and its id in the engine's state. */
export function place({ location, name }: Pick<StreamConfig, "location" | "name">): string {
  return `${location}/${name}`;
}

/** Neither part of a place holds a '/'. */
export function splitPlace(text: string): Pick<StreamConfig, "location" | "name"> {
  const [location = "", name = ""] = text.split("/");
  return { location, name };
}

/** A connection that a preview does not know yet is another one. */
export function isSameConnection(one: Connection, other: Connection | string): boolean {
  return typeof other !== "string" && connectionKey(one) === connectionKey(other);
}
