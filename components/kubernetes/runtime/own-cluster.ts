/** Whether a kubeconfig leads to the cluster that a stack was made on. */
import type { KubeConfig } from "@kubernetes/client-node";
import type { ClusterAccess } from "../../../kubernetes/access";
import { clusterText, ClusterUnreachableError, loadCluster, readClusterUid } from "../../../kubernetes/cluster";

/** Something is refused, for a reason that the user can cure. Beside the engine, the SDK's host prints an error as text and its stack. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  override readonly stack = "the error says why";

  override toString(): string {
    return "refused";
  }
}

/** A cluster that answers. */
export interface FoundCluster {
  readonly config: KubeConfig;
  readonly uid: string;
}

/** @throws KubeconfigError, ClusterUnreachableError, ClusterRefusalError */
export async function findCluster(access: ClusterAccess): Promise<FoundCluster> {
  const config = await loadCluster(access);
  return { config, uid: await readClusterUid(config) };
}

/**
 * Why a cluster is not the stack's own; nothing when it is.
 *
 * @param ownContext The context that led to the stack's own cluster.
 */
export function otherClusterFault(
  location: string,
  ownUid: string,
  { config, uid }: FoundCluster,
  ownContext?: string,
): string | undefined {
  if (uid === ownUid) return undefined;
  const context = ownContext === config.getCurrentContext() ? undefined : ownContext;
  return (
    `stack '${location}' is up in the cluster with UID ${ownUid}, and ${clusterText(config)} is another cluster, with UID ${uid}; allowed: ` +
    `the stack's own; name the context that leads there: pulumi config set kubeContext ${context ?? "<context>"}; or, where that cluster is gone for good, ` +
    `let the stack forget it, then begin anew in this one: ${forgetCluster(location)}, then pulumi up`
  );
}

/** The command that drops everything in the cluster from the stack's state, and keeps the passwords. */
function forgetCluster(location: string): string {
  return `pulumi state delete --target-dependents '<urn of ${location}-cluster>' (pulumi stack --show-urns has it)`;
}

/**
 * The stack's own cluster.
 *
 * @throws RefusedError where the access leads to another one, or to none that answers.
 */
export async function ownCluster(location: string, ownUid: string, access: ClusterAccess): Promise<KubeConfig> {
  let found: FoundCluster;
  try {
    found = await findCluster(access);
  } catch (error) {
    if (!(error instanceof ClusterUnreachableError)) throw error;
    throw new RefusedError(
      `${error.message}; or, where it is gone for good, let the stack forget it: ${forgetCluster(location)}`,
      { cause: error },
    );
  }
  const fault = otherClusterFault(location, ownUid, found);
  if (fault) throw new RefusedError(fault);
  return found.config;
}
