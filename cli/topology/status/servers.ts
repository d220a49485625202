/** The servers of one location: what they say of themselves, against what is wanted of them. */
import { ownCluster } from "../../../components/kubernetes/runtime/own-cluster";
import { ServerEyes } from "../../../components/kubernetes/runtime/server-eyes";
import { lacksOf, podName, serviceLacks, settingsLacks } from "../../../components/kubernetes/serving-lacks";
import type { Lack, PodSight, ServerSight, WantedServers } from "../../../components/kubernetes/serving-lacks";
import { ailment, jsz, leafz, varz } from "../../../components/local/runtime/monitor";
import { accountNames } from "../../../components/account-names";
import type { LocationFacts } from "../../../components/stack-outputs";
import type { StackState } from "./stack-state";

/** One server. */
export interface ServerStatus {
  readonly server: string;
  /** Left out where the server does not answer, as all that follows but `lacks`. */
  readonly version?: string;
  /** When it last took its configuration, ISO 8601. */
  readonly configLoaded?: string;
  /** Leafnodes by account. */
  readonly leafnodes?: Readonly<Record<string, number>>;
  /** What JetStream stores on its disk, and may store, in bytes. */
  readonly storedBytes?: number;
  readonly maxStoredBytes?: number;
  /** What is not as wanted. Empty: it serves as wanted. */
  readonly lacks: readonly ServerLack[];
}

/** `service`: it does not serve. `config`: it serves, as something else than the last `up` gave it. */
export interface ServerLack {
  readonly kind: "service" | "config";
  readonly what: string;
}

/** Asks the servers: through their monitoring ports on this machine, in Kubernetes through port-forwards of its own. */
export async function readServers(state: StackState): Promise<ServerStatus[]> {
  return state.facts.kubernetes ? readPods(state) : readLocal(state.facts);
}

async function readLocal(facts: LocationFacts): Promise<ServerStatus[]> {
  const wanted = wantedServers(facts);
  return Promise.all(
    facts.monitorUrls.map(async (url, i) => {
      const sight = await serverSight(Number(new URL(url).port));
      return serverStatus(wanted.serverNames[i] ?? url, sight, serverLacks(sight, wanted, i));
    }),
  );
}

function wantedServers({ location, role, replicas, ...facts }: LocationFacts): WantedServers {
  return {
    serverNames: Array.from({ length: replicas }, (_, i) => `${location}-nats-${i}`),
    serverVersion: facts.serverVersion,
    clusterName: facts.clusterName,
    domain: location,
    maxFileStoreBytes: facts.maxFileStoreBytes,
    leafnodeAccounts: role === "spoke" ? accountNames : [],
  };
}

async function serverSight(port: number): Promise<ServerSight | string> {
  try {
    const [said, group, leafnodes, ill] = await Promise.all([varz(port), jsz(port), leafz(port), ailment(port)]);
    return { varz: said, jsz: group, leafz: leafnodes, ...(ill !== undefined && { ailment: ill }) };
  } catch (error) {
    return `does not answer on port ${port}: ${(error as Error).message}`;
  }
}

/** What a server on this machine lacks. */
export function serverLacks(sight: ServerSight | string, wanted: WantedServers, ordinal: number): ServerLack[] {
  if (typeof sight === "string") return [{ kind: "service", what: sight }];
  return [
    ...serviceLacks(sight, wanted).map((what) => ({ kind: "service" as const, what })),
    ...settingsLacks(sight, wanted, ordinal).map((what) => ({ kind: "config" as const, what })),
  ];
}

async function readPods({ facts, serving }: StackState): Promise<ServerStatus[]> {
  const { kubernetes, location } = facts;
  if (!kubernetes || !serving) return [];
  try {
    const config = await ownCluster(location, kubernetes.clusterUid, kubernetes.access);
    const eyes = await ServerEyes.open(config, { kubernetes });
    const sight = await eyes.look().finally(() => eyes.close());
    return podStatuses(sight.pods, lacksOf(sight, { ...serving, repairWatch: false }), serving.serverNames);
  } catch (error) {
    const what = `is not reached through its Kubernetes cluster: ${(error as Error).message}`;
    return serving.serverNames.map((server) => ({ server, lacks: [{ kind: "service", what }] }));
  }
}

/** Servers in Kubernetes; what the StatefulSet lacks is told of each. */
export function podStatuses(
  pods: readonly PodSight[],
  lacks: readonly Lack[],
  serverNames: readonly string[],
): ServerStatus[] {
  const ofNone = lacks.filter(({ pod }) => !serverNames.some((_name, i) => podName(i) === pod));
  return serverNames.map((server, i) => {
    const own = [...ofNone, ...lacks.filter(({ pod }) => pod === podName(i))];
    const found = own.map(({ kind, what }) => ({ kind: kind === "config" ? kind : ("service" as const), what }));
    return serverStatus(server, pods.find(({ name }) => name === podName(i))?.server, found);
  });
}

function serverStatus(
  server: string,
  sight: ServerSight | string | undefined,
  lacks: readonly ServerLack[],
): ServerStatus {
  if (sight === undefined || typeof sight === "string") return { server, lacks };
  const leafs = sight.leafz.leafs ?? [];
  const maxStoredBytes = sight.varz.jetstream?.config?.max_storage;
  return {
    server,
    version: sight.varz.version,
    configLoaded: sight.varz.config_load_time,
    leafnodes: Object.fromEntries(
      accountNames.map((name) => [name, leafs.filter(({ account }) => account === name).length]),
    ),
    ...(sight.jsz.storage !== undefined && { storedBytes: sight.jsz.storage }),
    ...(maxStoredBytes !== undefined && { maxStoredBytes }),
    lacks,
  };
}
