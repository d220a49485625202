/** What servers in Kubernetes lack until a location serves as wanted. Pure. */
import type { Jsz, Leafz, Varz } from "../local/runtime/monitor";
import { metadataKey, repairWatchName, statefulSetName } from "./names";
import type { ServerCondition, ServingInputs } from "./serving-inputs";

/** What is seen of a location's servers at one moment. */
export interface Sight {
  /** Absent: there is none. */
  readonly statefulSet?: {
    readonly replicas: number;
    /** What its pods are made from at last. */
    readonly revision: string;
    /** Its controller has seen its last change. */
    readonly isObserved: boolean;
  };
  readonly pods: readonly PodSight[];
  /** The hub's repair watch. Absent: there is none, or none is wanted. */
  readonly repairWatch?: WatchSight;
}

/** The Deployment of the hub's repair watch. */
export interface WatchSight {
  /** Its pod is that of its last change, and runs. */
  readonly isRunning: boolean;
  /** Why it does not run yet, in Kubernetes' words. */
  readonly waits: readonly string[];
}

/** One pod, and the server in it. */
export interface PodSight {
  readonly name: string;
  /** What it was made from. */
  readonly revision: string;
  readonly isReady: boolean;
  readonly isLeaving: boolean;
  /** Why it does not run yet, in Kubernetes' words. */
  readonly waits: readonly string[];
  /** Absent: its containers do not run. An error's text: it was not reached. */
  readonly server?: ServerSight | string;
}

/** What a server says of itself. */
export interface ServerSight {
  readonly varz: Varz;
  readonly jsz: Jsz;
  readonly leafz: Leafz;
  /** Absent: it is well. */
  readonly ailment?: string;
}

/** One thing that is not yet as wanted. */
export interface Lack {
  readonly pod: string;
  /** `pod`: Kubernetes' work. `server`: it does not serve. `config`: it serves, as something else than wanted. */
  readonly kind: "pod" | "server" | "config";
  readonly what: string;
}

/** Of a pod whose turn in a rollout has not come. */
export const toBeMadeAnew = "is to be made anew for the last change";

/** All that is lacking; empty once the location serves as wanted. */
export function lacksOf(sight: Sight, wanted: ServingInputs): Lack[] {
  const { statefulSet } = sight;
  if (!statefulSet)
    return [{ pod: statefulSetName, kind: "pod", what: `there is no StatefulSet '${statefulSetName}'` }];
  const whole: string[] = [];
  if (!statefulSet.isObserved) whole.push("Kubernetes has not looked at its last change yet");
  if (statefulSet.replicas !== wanted.serverNames.length)
    whole.push(`has ${statefulSet.replicas} replicas instead of ${wanted.serverNames.length}`);
  return [
    ...whole.map((what): Lack => ({ pod: statefulSetName, kind: "pod", what })),
    ...wanted.serverNames.flatMap((_name, ordinal) => podLacks(ordinal, sight, statefulSet.revision, wanted)),
    ...(wanted.repairWatch === true ? watchLacks(sight) : []),
  ];
}

function watchLacks({ repairWatch }: Sight): Lack[] {
  if (repairWatch?.isRunning) return [];
  const waits = repairWatch?.waits ?? [];
  const whats = waits.length > 0 ? waits : [repairWatch ? "does not run yet" : "there is no such Deployment"];
  return whats.map((what) => ({ pod: repairWatchName, kind: "pod", what }));
}

/** The name of the pod that runs a server. */
export function podName(ordinal: number): string {
  return `${statefulSetName}-${ordinal}`;
}

function podLacks(ordinal: number, { pods }: Sight, revision: string, wanted: ServingInputs): Lack[] {
  const name = podName(ordinal);
  const pod = pods.find((each) => each.name === name);
  const lacks = (kind: Lack["kind"], found: readonly (string | undefined)[]): Lack[] =>
    found.filter((what) => what !== undefined).map((what) => ({ pod: name, kind, what }));
  if (!pod) return lacks("pod", ["there is no such pod yet"]);
  const { server } = pod;
  const isOld = pod.isLeaving || pod.revision !== revision;
  const ofPod = [
    isOld ? (pod.isLeaving ? "is being taken away" : toBeMadeAnew) : undefined,
    ...pod.waits,
    !pod.isReady && pod.waits.length === 0 ? "is not ready" : undefined,
  ];
  if (server === undefined) return lacks("pod", ofPod);
  if (typeof server === "string") return [...lacks("pod", ofPod), ...lacks("server", [server])];
  return [
    ...lacks("pod", ofPod),
    ...lacks("server", serviceLacks(server, wanted)),
    ...lacks("config", isOld ? [] : [...settingsLacks(server, wanted, ordinal), ...markLacks(server.varz, wanted)]),
  ];
}

/** What servers must be on any platform. */
export type WantedServers = Omit<ServingInputs, "kubernetes" | "secretMark" | "valuesMark">;

/** Why a server that answers does not serve, each reason; none where it does. */
export function serviceLacks(server: ServerSight, wanted: WantedServers): string[] {
  const found = [server.ailment, peersLack(server, wanted), leafnodesLack(server, wanted)];
  return found.filter((what) => what !== undefined);
}

function peersLack({ jsz, varz }: ServerSight, { serverNames }: WantedServers): string | undefined {
  const meta = jsz.meta_cluster;
  if (serverNames.length === 1 && !meta) return undefined; // a single server has no peers to agree with
  if (!meta?.leader) return "knows no leader of JetStream's meta group";
  if (meta.cluster_size !== serverNames.length)
    return `counts ${meta.cluster_size} peers in JetStream's meta group instead of ${serverNames.length}`;
  // Followers say nothing of each other; on 2.15.2 they do, and call each other not current.
  if (meta.leader !== varz.server_name) return undefined;
  const current = (meta.replicas ?? []).filter((peer) => peer.current && !peer.offline).map(({ name }) => name);
  const behind = serverNames.filter((name) => name !== varz.server_name && !current.includes(name));
  return behind.length > 0 ? `as the meta leader sees ${behind.join(", ")} offline or behind` : undefined;
}

function leafnodesLack({ leafz }: ServerSight, { leafnodeAccounts }: WantedServers): string | undefined {
  const down = leafnodeAccounts.filter((account) => !leafz.leafs?.some((leaf) => leaf.account === account));
  return down.length > 0 ? `has no leafnode to the hub for account ${down.join(", ")}` : undefined;
}

/** What a server runs with that is not what is wanted. */
export function settingsLacks({ varz }: ServerSight, wanted: WantedServers, ordinal: number): string[] {
  const { config } = varz.jetstream ?? {};
  const isCluster = wanted.serverNames.length > 1; // a single server is none, and has no name for it
  const compared: readonly (readonly [string, string | number | undefined, string | number | undefined])[] = [
    ["version", varz.version, wanted.serverVersion],
    ["server name", varz.server_name, wanted.serverNames[ordinal]],
    ["cluster name", isCluster ? varz.cluster?.name : wanted.clusterName, wanted.clusterName],
    ["JetStream domain", config?.domain, wanted.domain],
    ["file store in bytes", config?.max_storage, wanted.maxFileStoreBytes],
  ];
  return compared
    .filter(([, runs, wants]) => runs !== wants)
    .map(([what, runs, wants]) => `runs with ${what} ${runs === undefined ? "unset" : `'${runs}'`}, wanted '${wants}'`);
}

function markLacks(varz: Varz, { secretMark, valuesMark }: ServingInputs): string[] {
  const tag = varz.tags?.find((each) => each.startsWith(tagPrefix))?.slice(tagPrefix.length);
  const loaded = varz.metadata?.[metadataKey];
  const lacks: string[] = [];
  if (tag !== secretMark)
    lacks.push(`has loaded users and remotes of mark '${tag ?? "none"}' (its Secret's is '${secretMark}')`);
  if (valuesMark !== undefined && loaded !== valuesMark)
    lacks.push(`has loaded settings of mark '${loaded ?? "none"}' (its ConfigMap's is '${valuesMark}')`);
  return lacks;
}

/** What the tag begins with that bears the mark of the Secret; see `serverSecret`. */
const tagPrefix = "config:";

/** How each server was found, by server name. */
export function conditionsOf(lacks: readonly Lack[], { serverNames }: ServingInputs): Record<string, ServerCondition> {
  return Object.fromEntries(
    serverNames.map((name, ordinal) => {
      const own = lacks.filter(({ pod }) => pod === podName(ordinal) || pod === statefulSetName);
      const isConfigOnly = own.every(({ kind }) => kind === "config");
      return [name, own.length === 0 ? "running" : isConfigOnly ? "outdated" : "ailing"];
    }),
  );
}

/** How far a location is from serving: less is nearer. A pod counts most, once it is made its server does, then its configuration. */
export function distanceOf(lacks: readonly Lack[]): number {
  const weight = { pod: 100, server: 10, config: 1 } as const;
  return lacks.reduce((sum, { kind }) => sum + weight[kind], 0);
}
