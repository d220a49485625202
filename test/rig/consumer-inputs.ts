/** A test's way to the consumers of a rig: inputs as the Consumer resource would give them. */
import { consumerConfig, consumerPlace } from "../../streams/consumers/consumer-config";
import type { ConsumerDeclaration } from "../../streams/consumers/consumer-declaration";
import type { ConsumerInputs } from "../../streams/consumers/consumer-state";
import { serverVersion, type Rig } from "./locations";
import { connectionOf } from "./stream-inputs";

/** Inputs of a Consumer resource, by default owned by the logical name that `Streams` gives it. */
export function consumerInputs(
  rig: Rig,
  declaration: ConsumerDeclaration,
  owner = `p/s/${consumerPlace(declaration).replaceAll("/", ".")}`,
): ConsumerInputs {
  const { adopt, allowDataLoss } = declaration;
  return {
    ...consumerConfig(declaration),
    connection: connectionOf(rig),
    owner,
    serverVersion,
    ...(adopt && { adopt }),
    ...(allowDataLoss && { allowDataLoss }),
  };
}
