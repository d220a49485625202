/** The config keys of platform `kubernetes`, and what they say of a location. Pure. */
import { z } from "zod";
import type { ClusterAccess } from "../../kubernetes/access";
import { configKey, type Values } from "../stack-config";

/** The official Helm chart `nats` in a Kubernetes cluster. */
export interface KubernetesPlatform {
  readonly kind: "kubernetes";
  readonly access: ClusterAccess;
  /** Namespace of everything; made where it is missing, and never deleted. Fixed once the location is up. */
  readonly namespace: string;
  readonly chart: Chart;
  /** Size of each server's persistent volume, such as `11Gi`. Fixed once the location is up: a StatefulSet refuses another. */
  readonly volumeSize: string;
  /** Empty: the cluster's default. Fixed once the location is up. */
  readonly storageClass: string;
  /** The volumes, and so the streams, go with `pulumi destroy`. */
  readonly deleteVolumes: boolean;
  /** What each server is given: `cpu` is requested; `memory` requested and the limit, of which Go may use nine tenths. */
  readonly resources: { readonly cpu: string; readonly memory: string };
  /** Each server on a node of its own: `required`, or only `preferred` where a cluster has fewer nodes than servers. */
  readonly spread: "required" | "preferred";
  /** What Prometheus may scrape: nothing, an exporter beside each server, or the same with a PodMonitor. */
  readonly metrics: "none" | "exporter" | "podMonitor";
  /** Service for clients: inside the cluster only, or with a public address as well. */
  readonly clientService: "ClusterIP" | "LoadBalancer";
  /** `nats://host:port` under which clients outside reach the servers by other means. Empty: none. */
  readonly clientUrl: string;
  /** Hub only: the service by which spokes reach the leafnode listener. */
  readonly leafnodeService: LeafnodeService;
  /**
   * Hub only: the repair watch, one small pod of the release that moves followers which stand still after a cut.
   *
   * @default - none
   */
  readonly repairWatch?: RepairWatch;
  /** Merged over the values made here, last. Not checked, as the chart does not check either. */
  readonly extraValues: Readonly<Record<string, unknown>>;
}

/** The chart `nats`, and how its values are written. */
export interface Chart {
  /** `current`: chart 1.x and 2.x. `legacy`: 0.19.x. */
  readonly profile: "current" | "legacy";
  /** A chart repository's `https://` URL, an `oci://` reference, or a folder that holds the chart. */
  readonly source: string;
  /** Version of the chart; a folder's own where the source is one. */
  readonly version: string;
}

/** `topology watch --repair` in a pod. */
export interface RepairWatch {
  /** The image that `image/Dockerfile` makes, with tag or digest: it watches what was declared in the checkout that it was built from. */
  readonly image: string;
}

export interface LeafnodeService {
  readonly type: "NodePort" | "LoadBalancer";
  /** Only of a `NodePort`. */
  readonly nodePort: number;
}

const quantity = z.string().regex(/^[1-9]\d*(Mi|Gi|Ti)$/);
const label = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
const yesOrNo = z.enum(["true", "false"]).transform((text) => text === "true");
const officialSource = "https://nats-io.github.io/helm/charts";
/** The newest chart that everything here was measured with, and the last of the old layout. */
const chartVersions = { current: "2.14.2", legacy: "0.19.16" } as const;

const chartSchema = z
  .strictObject({
    profile: z.enum(["current", "legacy"]).default("current"),
    source: z
      .string()
      .regex(/^(https?:\/\/|oci:\/\/|\.{0,2}\/|~\/)\S+$/)
      .default(officialSource),
    version: z
      .string()
      .regex(/^\d+\.\d+\.\d+/)
      .optional(),
  })
  .transform((chart): Chart => ({ ...chart, version: chart.version ?? chartVersions[chart.profile] }));

const resourcesSchema = z.strictObject({
  cpu: z
    .string()
    .regex(/^([1-9]\d*m?|\d+\.\d+)$/)
    .default("250m"),
  memory: quantity.default("1Gi"),
});

/** Of an image without tag or digest nobody could say which declarations it has. */
const imageReference = z.string().regex(/^[a-z0-9][\w.-]*(:\d+)?(\/[\w.-]+)*(:\w[\w.-]{0,127}|@sha256:[0-9a-f]{64})$/);

/** Their defaults are in `Pulumi.yaml`. */
export const kubernetesKeys = {
  kubeconfig: configKey(z.string(), "a file", "pulumi config set kubeconfig ~/.kube/config"),
  kubeContext: configKey(z.string(), "a context of the kubeconfig", "pulumi config set kubeContext hub"),
  namespace: configKey(label, "a name of Kubernetes", "pulumi config set namespace nats"),
  chart: configKey(
    chartSchema,
    "profile (current or legacy), source (https:// repository, oci:// reference or folder) and version, each optional",
    "pulumi config set --path chart.version 2.14.2",
  ),
  volumeSize: configKey(
    z.union([z.literal(""), quantity]),
    "empty for a tenth more than fileStoreSize, or a whole number of Mi, Gi or Ti",
    "pulumi config set volumeSize 11Gi",
  ),
  storageClass: configKey(
    z.union([z.literal(""), label]),
    "empty for the cluster's default, or a storage class of the cluster",
    "pulumi config set storageClass standard",
  ),
  deleteVolumes: configKey(yesOrNo, "true or false", "pulumi config set deleteVolumes false"),
  resources: configKey(
    resourcesSchema,
    "cpu (such as 250m) and memory (a whole number of Mi, Gi or Ti), each optional",
    "pulumi config set --path resources.memory 4Gi",
  ),
  spread: configKey(z.enum(["required", "preferred"]), "required or preferred", "pulumi config set spread required"),
  metrics: configKey(
    z.enum(["none", "exporter", "podMonitor"]),
    "none, exporter or podMonitor",
    "pulumi config set metrics exporter",
  ),
  clientService: configKey(
    z.enum(["ClusterIP", "LoadBalancer"]),
    "ClusterIP or LoadBalancer",
    "pulumi config set clientService ClusterIP",
  ),
  clientUrl: configKey(
    z.union([z.literal(""), z.string().regex(/^nats:\/\/[^\s:/@]+:\d{1,5}$/)]),
    "empty, or nats://host:port",
    "pulumi config set clientUrl nats://hub.example.com:4222",
  ),
  leafnodeService: configKey(
    z.enum(["NodePort", "LoadBalancer"]),
    "NodePort or LoadBalancer",
    "pulumi config set leafnodeService NodePort",
  ),
  leafnodeNodePort: configKey(
    z.coerce.number().int().min(30_000).max(32_767),
    "a port from 30000 to 32767",
    "pulumi config set leafnodeNodePort 30742",
  ),
  repairWatch: configKey(
    z.strictObject({ image: imageReference.optional() }),
    "empty for none, or image (a reference with tag or digest)",
    "pulumi config set --path repairWatch.image registry.example.com/cinema-jetstream:1",
  ),
  extraValues: configKey(
    z.record(z.string(), z.unknown()),
    "an object of the chart's values",
    "pulumi config set --path extraValues.container.image.registry registry.example.com",
  ),
} as const;

type KubernetesConfig = Values<typeof kubernetesKeys>;

/** What the keys say, once they are without a fault. */
export function kubernetesPlatform(config: KubernetesConfig & { readonly fileStoreSize: string }): KubernetesPlatform {
  const { namespace, chart, storageClass, deleteVolumes, resources, spread, metrics } = config;
  const { clientService, clientUrl, extraValues } = config;
  const { image } = config.repairWatch;
  return {
    kind: "kubernetes",
    access: { kubeconfig: config.kubeconfig, context: config.kubeContext },
    namespace,
    chart,
    volumeSize: config.volumeSize || withHeadroom(config.fileStoreSize),
    storageClass,
    deleteVolumes,
    resources,
    spread,
    metrics,
    clientService,
    clientUrl,
    leafnodeService: { type: config.leafnodeService, nodePort: config.leafnodeNodePort },
    ...(image !== undefined && { repairWatch: { image } }),
    extraValues,
  };
}

/** Faults that only show when the keys are seen together; a key that could not be read has its fault already. */
export function kubernetesFaults(config: Partial<KubernetesConfig & { readonly fileStoreSize: string }>): string[] {
  const { volumeSize, fileStoreSize, chart, deleteVolumes, clientService, repairWatch } = config;
  const faults: string[] = [];
  if (volumeSize && fileStoreSize && bytes(volumeSize) < bytes(fileStoreSize)) {
    faults.push(
      `volumeSize is '${volumeSize}', less than fileStoreSize '${fileStoreSize}'; allowed: as much or more, as the streams lie on the ` +
        `volume; set it: ${kubernetesKeys.volumeSize.cure}`,
    );
  }
  if (chart?.profile !== "legacy") return faults;
  const missing = "with chart.profile legacy, as chart 0.19 has no value for it; take it away: pulumi config rm";
  if (deleteVolumes) faults.push(`deleteVolumes is 'true'; allowed: false ${missing} deleteVolumes`);
  if (clientService === "LoadBalancer")
    faults.push(`clientService is 'LoadBalancer'; allowed: ClusterIP ${missing} clientService`);
  if (repairWatch?.image !== undefined)
    faults.push(`repairWatch.image is '${repairWatch.image}'; allowed: none ${missing} repairWatch`);
  return faults;
}

/** Faults of what only a pod can do, on a platform that has none. */
export function podFaults({ repairWatch }: Partial<KubernetesConfig>): string[] {
  if (repairWatch?.image === undefined) return [];
  return [
    `repairWatch.image is '${repairWatch.image}'; allowed with platform local: none, as it is a pod; run it as a process: ` +
      "npm run topology -- watch --repair; take it away: pulumi config rm repairWatch",
  ];
}

const byteUnits: Readonly<Record<string, number>> = { Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 };

/** Bytes of a whole number of Mi, Gi or Ti. */
export function bytes(size: string): number {
  return Number.parseInt(size, 10) * (byteUnits[size.slice(-2)] ?? Number.NaN);
}

/** A store holds indexes, consumers and Raft logs beside the messages that its limit counts, and a file system its own. */
function withHeadroom(fileStoreSize: string): string {
  const mebibytes = Math.ceil((bytes(fileStoreSize) * 11) / (10 * 2 ** 20));
  return mebibytes % 1024 === 0 ? `${mebibytes / 1024}Gi` : `${mebibytes}Mi`;
}
