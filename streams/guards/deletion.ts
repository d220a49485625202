/** What stands against the deletion of a stream. */
import { amount } from "../say";
import type { FollowersFound, Followers } from "../jetstream/followers";
import type { StreamInfo } from "../jetstream/stream-api";
import type { StreamInputs } from "../stream-state";
import { place } from "../stream-state";

/** A stream that is to go, as the engine's state has it. */
export type Leaving = Pick<StreamInputs, "location" | "name" | "connection" | "domains" | "allowDataLoss">;

/** A stream is not deleted. The message names each reason with its way out; nothing was touched. */
export class DeletionError extends Error {
  override readonly name = "DeletionError";
  constructor(stream: Leaving, faults: readonly string[]) {
    super(`stream ${place(stream)} is not deleted: ${faults.join("; and ")}`);
  }
}

/**
 * Why a stream must stay: it holds messages, others take from it, or nobody can say whether others do. One request for each 256 streams of
 * each domain, at most each 10 s.
 *
 * @param noMatter places of streams that will be no followers by then
 */
export async function deletionFaults(
  followers: Followers,
  stream: Leaving,
  { state }: StreamInfo,
  noMatter: readonly string[] = [],
): Promise<string[]> {
  const { connection, location, name, domains = [location], allowDataLoss = false } = stream;
  const found = await followers.of(connection, domains, { location, stream: name });
  const staying = found.followers.filter((follower) => !noMatter.includes(place(follower)));
  return [
    ...(state.messages > 0 && !allowDataLoss ? [messagesFault(state)] : []),
    ...(staying.length > 0 ? [followersFault(staying)] : []),
    ...(found.silences.length > 0 && !allowDataLoss ? [silenceFault(found)] : []),
  ];
}

function messagesFault(state: StreamInfo["state"]): string {
  return (
    `it holds ${amount(state)}; allowed: an empty stream, or 'allowDataLoss: true'; declare that, run 'pulumi up', then remove the ` +
    "stream (for all streams: pulumi config set allowDataLoss true); or let it stay on its servers: 'retainOnDelete: true' likewise, or pulumi state delete <urn>"
  );
}

function followersFault(staying: FollowersFound["followers"]): string {
  const names = staying.map((follower) => `${place(follower)} (${follower.kind})`).join(", ");
  return (
    `it is the origin of ${names}, which would stand still without a word; allowed: a stream that nobody takes from; remove those ` +
    "first, or their link"
  );
}

function silenceFault({ silences }: FollowersFound): string {
  return (
    `whether others take from it is not known (${silences.join("; ")}); allowed: a stream that nobody takes from; bring those up ` +
    "first, or declare 'allowDataLoss: true', run 'pulumi up', then remove the stream"
  );
}
