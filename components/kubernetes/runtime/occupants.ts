/** What a cluster has in a location's namespace. */
import type { AppsV1Api, CoreV1Api, KubeConfig, V1Deployment, V1StatefulSet } from "@kubernetes/client-node";
import { ask, ClusterRefusalError } from "../../../kubernetes/cluster";
import type { LiveStatefulSet, Occupants } from "../identity";
import { statefulSetName } from "../names";

/** @throws ClusterUnreachableError, ClusterRefusalError */
export async function readOccupants(config: KubeConfig, namespace: string): Promise<Occupants> {
  const { AppsV1Api, CoreV1Api } = await import("@kubernetes/client-node");
  const core = config.makeApiClient(CoreV1Api);
  const [annotations, statefulSet, volumes] = await Promise.all([
    annotationsOf(config, core, namespace),
    readStatefulSet(config, config.makeApiClient(AppsV1Api), namespace),
    volumesIn(config, core, namespace),
  ]);
  return { annotations, volumes, ...(statefulSet && { statefulSet: described(statefulSet) }) };
}

/** The location's StatefulSet; nothing where there is none. */
export function readStatefulSet(
  config: KubeConfig,
  apps: AppsV1Api,
  namespace: string,
): Promise<V1StatefulSet | undefined> {
  return ifPresent(ask(config, () => apps.readNamespacedStatefulSet({ name: statefulSetName, namespace })));
}

/** A Deployment; nothing where there is none. */
export function readDeployment(
  config: KubeConfig,
  apps: AppsV1Api,
  namespace: string,
  name: string,
): Promise<V1Deployment | undefined> {
  return ifPresent(ask(config, () => apps.readNamespacedDeployment({ name, namespace })));
}

async function annotationsOf(config: KubeConfig, core: CoreV1Api, namespace: string): Promise<Record<string, string>> {
  const found = await ifPresent(ask(config, () => core.readNamespace({ name: namespace })));
  return found?.metadata?.annotations ?? {};
}

/** A claim bears the name of its template, of the StatefulSet, and a number; those of both profiles and of any size count. */
async function volumesIn(config: KubeConfig, core: CoreV1Api, namespace: string): Promise<Occupants["volumes"]> {
  const { items } = await ask(config, () => core.listNamespacedPersistentVolumeClaim({ namespace }));
  const ofServer = new RegExp(`-${statefulSetName}-\\d+$`);
  return items.flatMap(({ metadata, spec }) =>
    metadata?.name && ofServer.test(metadata.name)
      ? [{ name: metadata.name, size: spec?.resources?.requests?.["storage"] ?? "" }]
      : [],
  );
}

function described({ metadata, spec }: V1StatefulSet): LiveStatefulSet {
  const claim = spec?.volumeClaimTemplates?.[0]?.spec;
  const release = metadata?.annotations?.["meta.helm.sh/release-name"];
  return {
    ...(release !== undefined && { release }),
    volumeSize: claim?.resources?.requests?.["storage"] ?? "",
    storageClass: claim?.storageClassName ?? "",
  };
}

async function ifPresent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ClusterRefusalError && error.code === 404) return undefined;
    throw error;
  }
}
