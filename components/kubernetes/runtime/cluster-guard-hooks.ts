/** What the ClusterGuard resource does, in the provider's own process. */
import { isDeepStrictEqual } from "node:util";
import type { ClusterAccess } from "../../../kubernetes/access";
import { storedRotations } from "../../rotation";
import type { Occupants, Placement } from "../identity";
import { beginFaults, changeFaults } from "../identity-rules";
import { readOccupants } from "./occupants";
import { findCluster, otherClusterFault, ownCluster, RefusedError, type FoundCluster } from "./own-cluster";

interface Inputs extends Placement {
  readonly access: ClusterAccess;
  /** Written by `check`, which carries it on from one run to the next; absent until the cluster has answered one. */
  readonly clusterUid?: string;
  /** The context of `access`, or the kubeconfig's current one. Written by `check`, as is the UID. */
  readonly context?: string;
}
interface State extends Inputs {
  readonly clusterUid: string;
  readonly context: string;
}

/** What was seen of the cluster. */
interface Seen {
  readonly cluster: FoundCluster;
  /** Absent: what is in the namespace could not be read. */
  readonly occupants?: Occupants;
}

/**
 * The hooks of ClusterGuard. The judgement is in `check`: the engine shows each of its failures once, and an error of `diff` twice
 * (tried on engine 3.259).
 */
export const clusterGuard = {
  check: async (olds: Partial<Inputs>, news: Inputs) => {
    const seen = await look(news);
    const clusterUid = olds.clusterUid ?? seen?.cluster.uid;
    const context = seen?.cluster.config.getCurrentContext() ?? olds.context;
    return {
      inputs: { ...news, ...(clusterUid !== undefined && { clusterUid }), ...(context !== undefined && { context }) },
      failures: faults(olds, news, seen).map((reason) => ({ property: "", reason })), // the engine prints the value of a property that is named
    };
  },
  diff: async (_id: string, olds: State, news: Inputs) => {
    // The first `check` may have met no cluster, the first `create` one, and the second `check` another.
    if (news.clusterUid !== undefined && news.clusterUid !== olds.clusterUid)
      await ownCluster(news.identity.location, olds.clusterUid, news.access);
    const { access, namespace, identity, context = olds.context } = news;
    return { changes: !isDeepStrictEqual(settingsOf(olds), { access, namespace, identity, context }) };
  },
  create: async (news: Inputs) => {
    const cluster = await findCluster(news.access);
    const occupants = await readOccupants(cluster.config, news.namespace);
    const reasons = faults({}, news, { cluster, occupants });
    if (reasons.length > 0) throw new RefusedError(reasons.join("\n"));
    return { id: cluster.uid, outs: { ...news, ...foundAs(cluster) } };
  },
  read: async (id: string, props: State) => {
    await ownCluster(props.identity.location, props.clusterUid, { ...props.access, context: props.context });
    return { id, props };
  },
  update: async (_id: string, { clusterUid }: State, news: Inputs) => {
    const config = await ownCluster(news.identity.location, clusterUid, news.access);
    return { outs: { ...news, ...foundAs({ config, uid: clusterUid }) } };
  },
};

function foundAs({ config, uid }: FoundCluster): Pick<State, "clusterUid" | "context"> {
  return { clusterUid: uid, context: config.getCurrentContext() };
}

/** A cluster that cannot be looked at stops no preview; whatever is to be done in it fails later by itself. */
async function look({ access, namespace, identity }: Inputs): Promise<Seen | undefined> {
  let cluster: FoundCluster | undefined;
  try {
    cluster = await findCluster(access);
    return { cluster, occupants: await readOccupants(cluster.config, namespace) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`what location '${identity.location}' meets in its cluster was not looked at: ${reason}\n`);
    return cluster && { cluster };
  }
}

function faults(olds: Partial<Inputs>, news: Inputs, seen: Seen | undefined): string[] {
  if (!isWhole(olds)) return seen?.occupants ? beginFaults(news, seen.occupants) : [];
  const { clusterUid, context } = olds;
  const other = seen && clusterUid && otherClusterFault(news.identity.location, clusterUid, seen.cluster, context);
  const changes = changeFaults(olds, news, other ? undefined : seen?.occupants);
  return other ? [other, ...changes] : changes;
}

/** Before the first `up` the engine gives nothing. */
function isWhole(olds: Partial<Inputs>): olds is Inputs {
  return olds.identity !== undefined;
}

function settingsOf({ access, namespace, identity, context }: State): Omit<State, "clusterUid"> {
  return { access, namespace, identity: { ...identity, rotation: storedRotations(identity.rotation) }, context };
}
