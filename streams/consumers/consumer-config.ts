/** A consumer with each default of ours filled in: what is kept in state and compared with the server. Pure. */
import type { ConsumerDeclaration, ConsumerOptions } from "./consumer-declaration";
import type { StreamOptions } from "../stream-options";

/** What a consumer is to be. An option that is left out is the server's default. */
export interface ConsumerConfig extends Omit<ConsumerOptions, "deliverPolicy"> {
  readonly location: string;
  readonly stream: string;
  readonly name: string;
  readonly description: string;
  readonly deliverPolicy: NonNullable<ConsumerOptions["deliverPolicy"]> | "by_start_sequence" | "by_start_time";
  readonly ackPolicy: NonNullable<ConsumerOptions["ackPolicy"]>;
  readonly filterSubjects: readonly string[];
}

/**
 * A declaration with each default filled in, without what only the guards need.
 *
 * @param limits Those of the consumer's stream: a server fills them in where the consumer says nothing.
 */
export function consumerConfig(
  declaration: ConsumerDeclaration,
  limits: StreamOptions["consumerLimits"] = {},
): ConsumerConfig {
  const { adopt: _a, allowDataLoss: _l, protect: _p, retainOnDelete: _r, ...declared } = declaration;
  return {
    ...limits,
    description: "",
    ackPolicy: "explicit",
    filterSubjects: [],
    ...declared,
    deliverPolicy: policy(declared),
  };
}

function policy({ deliverPolicy = "all", startSequence, startTime }: ConsumerOptions): ConsumerConfig["deliverPolicy"] {
  if (startSequence !== undefined) return "by_start_sequence";
  return startTime === undefined ? deliverPolicy : "by_start_time";
}

/** A consumer's name in every text: `cinema-a/tickets-1/billing`. */
export function consumerPlace({
  location,
  stream,
  name,
}: Pick<ConsumerConfig, "location" | "stream" | "name">): string {
  return `${location}/${stream}/${name}`;
}
