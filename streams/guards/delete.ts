/** The hook that deletes a stream: only what is ours, what holds no message, and what nobody takes from. */
import { ConnectionError } from "../jetstream/connection";
import type { Followers } from "../jetstream/followers";
import type { Connection } from "../jetstream/login";
import type { Ask } from "../jetstream/request";
import { JetStreamRequestError } from "../jetstream/request";
import { deleteStream, findStream } from "../jetstream/stream-api";
import { isSameToken, tokenOf, tokenText } from "../owner-token";
import { amount, say } from "../say";
import type { StreamConfig } from "../stream-config";
import type { StreamState } from "../stream-state";
import { place } from "../stream-state";
import { DeletionError, deletionFaults } from "./deletion";

/** A stream cannot be deleted, as its location does not answer. The message names both ways out. */
export class OutOfReachError extends Error {
  override readonly name = "OutOfReachError";
  constructor(stream: StreamConfig, cause: Error) {
    super(
      `stream ${place(stream)} is not deleted: ${cause.message}; bring its location up first: pulumi up -s ${stream.location}; ` +
        "or, where that is gone for good: pulumi state delete <urn> (pulumi stack --show-urns has it)",
      { cause },
    );
  }
}

/**
 * Deletes the stream; succeeds where it is gone, and where it is somebody else's by now, which is said and left in place.
 *
 * @throws DeletionError, OutOfReachError
 */
export async function remove(
  asking: (connection: Connection) => Ask,
  followers: Followers,
  state: StreamState,
): Promise<void> {
  try {
    await removeOwn(asking(state.connection), followers, state);
  } catch (error) {
    throw isSilence(error) ? new OutOfReachError(state, error) : error;
  }
}

async function removeOwn(ask: Ask, followers: Followers, state: StreamState): Promise<void> {
  const info = await findStream(ask, state.location, state.name);
  if (!info) return;
  const token = tokenOf(info.config);
  if (!isSameToken(token, state)) {
    const bears = token ? `the token '${tokenText(token)}'` : "no token";
    return say(`stream ${place(state)} is left in place: it bears ${bears}, not '${tokenText(state)}'`);
  }
  const faults = await deletionFaults(followers, state, info);
  if (faults.length > 0) throw new DeletionError(state, faults);
  await deleteStream(ask, state.location, state.name);
  if (info.state.messages > 0) say(`stream ${place(state)} was deleted with its ${amount(info.state)}`);
}

function isSilence(error: unknown): error is Error {
  return error instanceof ConnectionError || (error instanceof JetStreamRequestError && error.errCode === undefined);
}
