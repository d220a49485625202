/** The one walk behind create and update: look, make or change what differs, and leave the rest alone. */
import type { OwnerToken } from "../owner-token";
import { isSameToken, tokenOf, withoutToken, withToken } from "../owner-token";
import { say } from "../say";
import type { StreamConfig } from "../stream-config";
import type { Adopt } from "../stream-declaration";
import type { WireConfig } from "../wire-config";
import { changedFields, configOfWire, updatedWire, wireConfig } from "../wire-config";
import { ForeignStreamError, isForeign, takenOverText } from "./foreign-stream";
import { DataLossError, lossesOf, lossText } from "./loss";
import { keepNewest } from "./newest-stream";
import type { Ask } from "./request";
import type { StreamInfo } from "./stream-api";
import { createStream, findStream, updateStream } from "./stream-api";

/** A stream as it is to be, and who may make it so. */
export interface WantedStream {
  readonly config: StreamConfig;
  /** Written on the stream, over an older one of the same owner. */
  readonly token: OwnerToken;
  /** Version of the location's servers; those before 2.10 keep no metadata. */
  readonly serverVersion: string;
  /** Whether a stream that another one made, or nobody known, is taken over. */
  readonly adopt: Adopt;
  /**
   * Lets a change delete messages.
   *
   * @default false
   */
  readonly allowDataLoss?: boolean;
  /**
   * Called before a stream that is not there is made; what it throws is thrown.
   *
   * @default - nothing
   */
  readonly beforeCreate?: () => Promise<void>;
}

/**
 * Makes the stream on its servers as wanted, whatever is there. Safe to repeat after an interrupt at any point.
 *
 * @param formerOwner Owner under which the resource kept the stream before; the same but for a rename.
 * @throws ForeignStreamError, DataLossError, JetStreamRequestError, ConnectionError
 */
export async function converge(ask: Ask, wanted: WantedStream, formerOwner = wanted.token.owner): Promise<void> {
  const { config, token, serverVersion } = wanted;
  const found = await findStream(ask, config.location, config.name);
  if (found) await change(ask, wanted, found, formerOwner);
  else await create(ask, wanted);
  // Another token than ours may be that of a create which was interrupted just now.
  if (!found || !isSameToken(tokenOf(found.config), token)) await keepNewest(ask, config, serverVersion);
}

async function create(ask: Ask, { config, token, serverVersion, beforeCreate }: WantedStream): Promise<void> {
  await beforeCreate?.();
  try {
    await createStream(ask, config, withToken(wireConfig(config), token, serverVersion));
  } catch (error) {
    // One that was done, but whose answer was lost, was sent again: for a stream with sources a cluster then answers 10058, or nothing at all
    // (seen on 2.9.19 to 2.14.2).
    const made = await findStream(ask, config.location, config.name).catch(() => undefined);
    if (!made || !isSameToken(tokenOf(made.config), token)) throw error;
  }
}

async function change(ask: Ask, wanted: WantedStream, info: StreamInfo, formerOwner: string): Promise<void> {
  const { config, token, serverVersion, adopt } = wanted;
  const found = info.config;
  const before = configOfWire(withoutToken(found), config.location);
  const changed = changedFields(config, before);
  const foreign = isForeign(found, token.owner, formerOwner);
  if (foreign && (adopt === "never" || (adopt === "if-equal" && changed.length > 0)))
    throw new ForeignStreamError(config, token.owner, found, adopt);
  if (changed.length > 0) await guardMessages(ask, wanted, info, before);
  if (foreign) say(takenOverText(config, found));
  const update = withToken(updatedWire(withoutToken(found), config, changed), token, serverVersion);
  if (changed.length > 0 || !isMarkedAs(token, update, found)) await updateStream(ask, config, update);
}

async function guardMessages(ask: Ask, wanted: WantedStream, info: StreamInfo, before: StreamConfig): Promise<void> {
  const { config: after, serverVersion, allowDataLoss = false } = wanted;
  const losses = await lossesOf(ask, info, { before, after, serverVersion });
  const place = `${after.location}/${after.name}`;
  if (losses.length > 0 && !allowDataLoss) throw new DataLossError(place, losses);
  for (const loss of losses) say(`${lossText(place, loss)}, as 'allowDataLoss' lets it`);
}

/** Whether the token is where it belongs already; a server's upgrade past 2.10 moves it. */
function isMarkedAs(token: OwnerToken, update: WireConfig, found: WireConfig): boolean {
  return isSameToken(tokenOf(found), token) && (update.description ?? "") === (found.description ?? "");
}
