/** Volumes that stand ready in a cluster, as there is nothing that would make them on demand. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { CoreV1Api, StorageV1Api } from "@kubernetes/client-node";
import { readKubeconfig } from "./control-plane";
import type { ClusterPlace } from "./layout";

/** The default storage class. */
export const storageClassName = "rig";

const volumeCount = 9;
const volumeSize = "20Gi";

/** Makes the default storage class and its volumes, which are kept with their data when the claim goes. */
export async function makeVolumes(place: ClusterPlace): Promise<void> {
  const config = readKubeconfig(place);
  await config.makeApiClient(StorageV1Api).createStorageClass({
    body: {
      metadata: { name: storageClassName, annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
      provisioner: "kubernetes.io/no-provisioner",
      volumeBindingMode: "WaitForFirstConsumer",
      reclaimPolicy: "Retain",
    },
  });
  const core = config.makeApiClient(CoreV1Api);
  for (let i = 0; i < volumeCount; i++) {
    const path = join(place.folder, "volumes", String(i));
    mkdirSync(path, { recursive: true });
    await core.createPersistentVolume({
      body: {
        metadata: { name: `rig-${i}` },
        spec: {
          capacity: { storage: volumeSize },
          accessModes: ["ReadWriteOnce"],
          storageClassName,
          persistentVolumeReclaimPolicy: "Retain",
          hostPath: { path },
        },
      },
    });
  }
}
