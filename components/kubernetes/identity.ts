/** What a location is in its cluster, and must stay once its servers hold streams. Pure. */
import type { Rotations } from "../rotation";
import type { KubernetesLocation } from "./helm-values";

/** The settings of a location that change its streams' home, or are refused by a StatefulSet. */
export interface LocationIdentity {
  /** Location name: JetStream domain, prefix of the server names, and stack name. */
  readonly location: string;
  readonly clusterName: string;
  readonly replicas: number;
  readonly chartProfile: "current" | "legacy";
  /** Size of each server's volume, such as `11Gi`. */
  readonly volumeSize: string;
  /** Empty: the cluster's default. */
  readonly storageClass: string;
  /** Generations of users that the servers accept, by account. */
  readonly rotation: Rotations;
}

/** A location's place in a cluster. */
export interface Placement {
  readonly namespace: string;
  readonly identity: LocationIdentity;
}

/** What the cluster has in a location's namespace. */
export interface Occupants {
  /** The namespace's annotations; empty where there is no namespace. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Absent: there is none of the location's name. */
  readonly statefulSet?: LiveStatefulSet;
  /** Claims of servers' volumes; they outlive `pulumi destroy`. */
  readonly volumes: readonly { readonly name: string; readonly size: string }[];
}

/** What a StatefulSet was made with. */
export interface LiveStatefulSet {
  /** Name of the Helm release that made it; absent where Helm did not. */
  readonly release?: string;
  readonly volumeSize: string;
  /** Empty: the cluster's default. */
  readonly storageClass: string;
}

/** The guarded settings of a location. */
export function identityOf(location: KubernetesLocation): LocationIdentity {
  const { name, clusterName, replicas, rotation, platform } = location;
  const { chart, volumeSize, storageClass } = platform;
  return { location: name, clusterName, replicas, chartProfile: chart.profile, volumeSize, storageClass, rotation };
}

/** How the namespace remembers whose volumes it holds; each key with the setting that it remembers. */
export const remembered = {
  "cinema-jetstream/domain": "location",
  "cinema-jetstream/cluster-name": "clusterName",
  "cinema-jetstream/replicas": "replicas",
  "cinema-jetstream/chart-profile": "chartProfile",
} as const satisfies Record<string, keyof LocationIdentity>;

/** What the namespace remembers. */
export type Remembered = (typeof remembered)[keyof typeof remembered];

/** Annotations of the namespace: what its volumes can be used by once the stack has forgotten them. */
export function identityAnnotations(identity: LocationIdentity): Record<string, string> {
  return Object.fromEntries(Object.entries(remembered).map(([key, setting]) => [key, String(identity[setting])]));
}
