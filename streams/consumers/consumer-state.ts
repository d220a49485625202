/** What the engine hands to the hooks of a Consumer resource, and keeps of it. Pure. */
import type { ConsumerConfig } from "./consumer-config";
import type { Connection } from "../jetstream/login";
import type { OwnerToken } from "../owner-token";
import type { Adopt } from "../stream-declaration";

/** A Consumer resource's inputs. */
export interface ConsumerInputs extends ConsumerConfig {
  /** Secret. */
  readonly connection: Connection;
  /** Written on the consumer: `<project>/<stack>/<logical name>`. */
  readonly owner: string;
  /** Version of the location's servers. */
  readonly serverVersion: string;
  /** Absent: never. */
  readonly adopt?: Adopt;
  /** Lets it be deleted while messages wait for it. Absent: no. */
  readonly allowDataLoss?: boolean;
}

/** A Consumer resource's state: its inputs, and of its token what cannot be derived. */
export interface ConsumerState extends ConsumerInputs, OwnerToken {
  /** See `OwnerToken`. Kept through updates and refreshes, and no part of what is compared. */
  readonly generation: string;
}
