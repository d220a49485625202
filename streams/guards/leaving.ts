/**
 * The hooks of the one resource that knows what a plan takes away. The engine calls no hook of a resource that it is about to delete, neither in a
 * preview nor before it has made all other changes; but it checks this one first, whose inputs name the streams that are declared.
 */
import type { Followers } from "../jetstream/followers";
import type { Connection } from "../jetstream/login";
import type { Ask } from "../jetstream/request";
import type { StreamInfo } from "../jetstream/stream-api";
import { findStream } from "../jetstream/stream-api";
import { tokenOf } from "../owner-token";
import { amount, say } from "../say";
import type { Checked, CheckFailure } from "../stream-state";
import { isSameConnection, splitPlace } from "../stream-state";
import { DeletionError, deletionFaults, type Leaving } from "./deletion";
import { inTime } from "./in-time";

/** What is kept of each declared stream. */
export interface KeptStream {
  readonly owner: string;
  readonly allowDataLoss?: boolean;
  /** It stays on its servers when it leaves the declarations. */
  readonly retainOnDelete?: boolean;
}

/** Inputs of the resource. */
export interface DeclaredStreams {
  /** Secret. */
  readonly connection: Connection;
  /** Domains that may hold followers of the streams. */
  readonly domains: readonly string[];
  /** By `<location>/<name>`. */
  readonly streams: Readonly<Record<string, KeptStream>>;
}

/** The hooks. Nothing of it is on a server. */
export function declaredStreamsHooks(asking: (connection: Connection) => Ask, followers: Followers) {
  return {
    check: (olds: Partial<DeclaredStreams>, news: DeclaredStreams) => check(asking, followers, olds, news),
    diff: async (_id: string, olds: DeclaredStreams, news: DeclaredStreams) => ({ changes: !isSame(olds, news) }),
    create: async (inputs: DeclaredStreams) => ({ id: "declared-streams", outs: inputs }),
    update: async (_id: string, _olds: DeclaredStreams, news: DeclaredStreams) => ({ outs: news }),
  };
}

async function check(
  asking: (connection: Connection) => Ask,
  followers: Followers,
  olds: Partial<DeclaredStreams>,
  news: DeclaredStreams,
): Promise<Checked<DeclaredStreams>> {
  const { streams = {}, connection, domains = [] } = olds;
  const leaving = Object.entries(streams).filter(([at, kept]) => !(at in news.streams) && !kept.retainOnDelete);
  if (!connection || leaving.length === 0) return { inputs: news, failures: [] };
  const ask = asking(connection);
  // A follower that is declared on has no link to it any more: topology.ts refuses one to a stream that is not declared.
  const noMatter = [...leaving.map(([at]) => at), ...Object.keys(news.streams)];
  const failures = leaving.map(async ([at, kept]): Promise<CheckFailure[]> => {
    const stream: Leaving = { ...splitPlace(at), connection, domains, allowDataLoss: kept.allowDataLoss ?? false };
    const looked = await inTime(faultsOf(ask, followers, stream, kept.owner, noMatter));
    if ("found" in looked) return looked.found;
    say(`how much the deletion of stream ${at} would take away is not known yet: ${looked.reason}`);
    return [];
  });
  return { inputs: news, failures: (await Promise.all(failures)).flat() };
}

async function faultsOf(
  ask: Ask,
  followers: Followers,
  stream: Leaving,
  owner: string,
  noMatter: readonly string[],
): Promise<CheckFailure[]> {
  const info: StreamInfo | undefined = await findStream(ask, stream.location, stream.name);
  if (!info || tokenOf(info.config)?.owner !== owner) return [];
  const faults = await deletionFaults(followers, stream, info, noMatter);
  if (faults.length > 0) return [{ property: "", reason: new DeletionError(stream, faults).message }];
  const { messages } = info.state;
  if (messages > 0) say(`stream ${stream.location}/${stream.name} goes with its ${amount(info.state)}`);
  return [];
}

function isSame(olds: DeclaredStreams, news: DeclaredStreams): boolean {
  const plain = ({ domains, streams }: DeclaredStreams) =>
    JSON.stringify([
      domains,
      Object.entries(streams)
        .map(([at, { owner, allowDataLoss = false, retainOnDelete = false }]) => [
          at,
          owner,
          allowDataLoss,
          retainOnDelete,
        ])
        .sort(([one = ""], [other = ""]) => (one < other ? -1 : 1)),
    ]);
  return plain(olds) === plain(news) && isSameConnection(olds.connection, news.connection);
}
