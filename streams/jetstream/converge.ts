/** The one walk behind create and update: look, make or change what differs, and leave the rest alone. */
import { ownerOf, withOwner, withoutOwner } from "../owner-token";
import type { StreamConfig, WireConfig } from "../stream-config";
import { changedFields, configOfWire, updatedWire, wireConfig } from "../stream-config";
import type { Ask } from "./request";
import { createStream, findStream, updateStream } from "./stream-api";

/** A stream as it is to be, and who may make it so. */
export interface WantedStream {
  readonly config: StreamConfig;
  /** Token of the resource that makes the stream: `<project>/<stack>/<logical name>`. */
  readonly owner: string;
  /** Version of the location's servers; those before 2.10 keep no metadata. */
  readonly serverVersion: string;
  /** Takes over a stream that another one made, or nobody known. */
  readonly adopt: boolean;
}

/** A stream of that name is there, and it is not ours. The message says how to take it over. */
export class ForeignStreamError extends Error {
  override readonly name = "ForeignStreamError";
  constructor({ config, owner }: WantedStream, found: string | undefined) {
    super(
      `stream '${config.name}' in '${config.location}' is there already, ` +
        `${found ? `owned by '${found}'` : "owned by nobody known"}, not by '${owner}'; it was left as it is. ` +
        "Renamed the resource? Give it an alias of its old name. Else set 'adopt: true' on the declaration to take it " +
        "over with its messages, or choose another name",
    );
  }
}

/**
 * Makes the stream on its servers as wanted, whatever is there. Safe to repeat after an interrupt at any point.
 *
 * @param formerOwner Token under which the resource kept the stream before; the same but for a rename.
 * @throws ForeignStreamError, JetStreamRequestError, ConnectionError
 */
export async function converge(ask: Ask, wanted: WantedStream, formerOwner = wanted.owner): Promise<void> {
  const { config, owner, serverVersion, adopt } = wanted;
  const wire = wireConfig(config);
  const found = (await findStream(ask, config.location, config.name))?.config;
  if (!found) {
    await createStream(ask, config, withOwner(wire, owner, serverVersion));
    return;
  }
  const foundOwner = ownerOf(found);
  if (!adopt && foundOwner !== owner && (foundOwner ?? "") !== formerOwner)
    throw new ForeignStreamError(wanted, foundOwner);

  const changed = changedFields(config, configOfWire(withoutOwner(found), config.location));
  const update = withOwner(updatedWire(withoutOwner(found), wire, changed), owner, serverVersion);
  if (changed.length > 0 || !isMarkedAs(update, found)) await updateStream(ask, config, update);
}

/** Whether the owner's token is where it belongs already; a server's upgrade past 2.10 moves it. */
function isMarkedAs(update: WireConfig, found: WireConfig): boolean {
  return ownerOf(update) === ownerOf(found) && (update.description ?? "") === (found.description ?? "");
}
