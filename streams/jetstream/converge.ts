/** The one walk behind create and update: look, make or change what differs, and leave the rest alone. */
import type { OwnerToken } from "../owner-token";
import { isSameToken, tokenOf, withoutToken, withToken } from "../owner-token";
import type { StreamConfig, WireConfig } from "../stream-config";
import { changedFields, configOfWire, updatedWire, wireConfig } from "../stream-config";
import { keepNewest } from "./newest-stream";
import type { Ask } from "./request";
import { createStream, findStream, updateStream } from "./stream-api";

/** A stream as it is to be, and who may make it so. */
export interface WantedStream {
  readonly config: StreamConfig;
  /** Written on the stream, over an older one of the same owner. */
  readonly token: OwnerToken;
  /** Version of the location's servers; those before 2.10 keep no metadata. */
  readonly serverVersion: string;
  /** Takes over a stream that another one made, or nobody known. */
  readonly adopt: boolean;
}

/** A stream of that name is there, and it is not ours. The message says how to take it over. */
export class ForeignStreamError extends Error {
  override readonly name = "ForeignStreamError";
  constructor({ config, token }: WantedStream, found: string | undefined) {
    super(
      `stream '${config.name}' in '${config.location}' is there already, ` +
        `${found ? `owned by '${found}'` : "owned by nobody known"}, not by '${token.owner}'; it was left as it is. ` +
        "Renamed the resource? Give it an alias of its old name. Else set 'adopt: true' on the declaration to take it " +
        "over with its messages, or choose another name",
    );
  }
}

/**
 * Makes the stream on its servers as wanted, whatever is there. Safe to repeat after an interrupt at any point.
 *
 * @param formerOwner Owner under which the resource kept the stream before; the same but for a rename.
 * @throws ForeignStreamError, JetStreamRequestError, ConnectionError
 */
export async function converge(ask: Ask, wanted: WantedStream, formerOwner = wanted.token.owner): Promise<void> {
  const { config, token, serverVersion } = wanted;
  const found = (await findStream(ask, config.location, config.name))?.config;
  if (found) await change(ask, wanted, found, formerOwner);
  else await createStream(ask, config, withToken(wireConfig(config), token, serverVersion));
  // Another token than ours may be that of a create which was interrupted just now.
  if (!found || !isSameToken(tokenOf(found), token)) await keepNewest(ask, config, serverVersion);
}

async function change(ask: Ask, wanted: WantedStream, found: WireConfig, formerOwner: string): Promise<void> {
  const { config, token, serverVersion, adopt } = wanted;
  const foundOwner = tokenOf(found)?.owner;
  if (!adopt && foundOwner !== token.owner && foundOwner !== formerOwner)
    throw new ForeignStreamError(wanted, foundOwner);

  const changed = changedFields(config, configOfWire(withoutToken(found), config.location));
  const update = withToken(updatedWire(withoutToken(found), wireConfig(config), changed), token, serverVersion);
  if (changed.length > 0 || !isMarkedAs(token, update, found)) await updateStream(ask, config, update);
}

/** Whether the token is where it belongs already; a server's upgrade past 2.10 moves it. */
function isMarkedAs(token: OwnerToken, update: WireConfig, found: WireConfig): boolean {
  return isSameToken(tokenOf(found), token) && (update.description ?? "") === (found.description ?? "");
}
