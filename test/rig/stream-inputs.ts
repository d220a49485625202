/** A test's way to the streams of a rig: inputs as the Stream resource would give them, publishers, refusals. */
import pRetry from "p-retry";
import { connectionTo, type Connection } from "../../streams/jetstream/connection";
import { connectionOf as connection } from "../../streams/jetstream/login";
import type { StreamInputs } from "../../streams/provider";
import { streamConfig } from "../../streams/stream-config";
import type { StreamDeclaration } from "../../streams/stream-declaration";
import { locationOf, serverVersion, type Rig } from "./locations";

/** Small enough for the stores of a rig. */
export const sizes = { maxAgeSeconds: 3600, maxBytes: 2 ** 20 };

/** A stream that catches everything below its name. */
export function origin(name: string, location = "cinema-a"): StreamDeclaration {
  return { location, name, subjects: [`${name}.>`], ...sizes };
}

/** The login of a location's `ACC`, with that of its `SYS`; the hub reaches every domain. */
export function connectionOf(rig: Rig, location = "hub"): Connection {
  const { outputs } = locationOf(rig, location);
  return connection(outputs, outputs.logins.ACC, outputs.logins.SYS);
}

/** Inputs of a Stream resource, by default owned by the logical name that `Streams` gives it. */
export function inputsOf(
  rig: Rig,
  declaration: StreamDeclaration,
  owner = `p/s/${declaration.location}.${declaration.name}`,
): StreamInputs {
  const { adopt, allowDataLoss } = declaration;
  const domains = [...rig.locations.keys()];
  return {
    ...streamConfig(declaration),
    connection: connectionOf(rig),
    owner,
    serverVersion,
    domains,
    ...(adopt && { adopt }),
    ...(allowDataLoss && { allowDataLoss }),
  };
}

/** Publishes messages below a stream's name, each acknowledged. A new stream is not known in all places at once (503). */
export async function publish(rig: Rig, stream: string, count: number, from = "hub"): Promise<void> {
  const nc = await connectionTo(connectionOf(rig, from));
  for (let i = 0; i < count; i++) {
    await pRetry(() => nc.request(`${stream}.${i}`, "a message", { timeout: 5_000 }), { minTimeout: 100 });
  }
}
