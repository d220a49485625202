/** A namespace of its own in a test's cluster, for what a location would meet there. */
import type { AppsV1Api, CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import type { ClusterAccess } from "../../../kubernetes/access";
import { loadCluster } from "../../../kubernetes/cluster";
import { until } from "../until";

export class TestNamespace {
  private constructor(
    readonly name: string,
    readonly config: KubeConfig,
    readonly core: CoreV1Api,
    readonly apps: AppsV1Api,
  ) {}

  /** Made anew: what an earlier run left in it is gone. */
  static async make(access: ClusterAccess, name: string): Promise<TestNamespace> {
    const { AppsV1Api, CoreV1Api } = await import("@kubernetes/client-node");
    const config = await loadCluster(access);
    const made = new TestNamespace(name, config, config.makeApiClient(CoreV1Api), config.makeApiClient(AppsV1Api));
    await made.remove();
    await made.core.createNamespace({ body: { metadata: { name } } });
    return made;
  }

  async annotate(annotations: Readonly<Record<string, string>>): Promise<void> {
    const found = await this.core.readNamespace({ name: this.name });
    await this.core.replaceNamespace({
      name: this.name,
      body: { ...found, metadata: { ...found.metadata, annotations } },
    });
  }

  /** A claim that no pod uses, so that it takes none of the cluster's volumes. */
  async claim(name: string, storage: string): Promise<void> {
    const spec = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage } } };
    await this.core.createNamespacedPersistentVolumeClaim({
      namespace: this.name,
      body: { metadata: { name }, spec },
    });
  }

  async unclaim(name: string): Promise<void> {
    await this.core.deleteNamespacedPersistentVolumeClaim({ namespace: this.name, name });
    await until(async () => {
      const { items } = await this.core.listNamespacedPersistentVolumeClaim({ namespace: this.name });
      return items.every(({ metadata }) => metadata?.name !== name);
    });
  }

  /** A StatefulSet without pods. */
  async statefulSet(storage: string, annotations: Readonly<Record<string, string>> = {}): Promise<void> {
    const labels = { app: "nats" };
    const claim = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage } } };
    await this.apps.createNamespacedStatefulSet({
      namespace: this.name,
      body: {
        metadata: { name: "nats", annotations },
        spec: {
          replicas: 0,
          serviceName: "nats",
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { containers: [{ name: "nats", image: "none" }] } },
          volumeClaimTemplates: [{ metadata: { name: "nats-js" }, spec: claim }],
        },
      },
    });
  }

  async removeStatefulSet(): Promise<void> {
    const propagationPolicy = "Orphan";
    await this.apps.deleteNamespacedStatefulSet({ namespace: this.name, name: "nats", body: { propagationPolicy } });
    await until(async () => {
      const { items } = await this.apps.listNamespacedStatefulSet({ namespace: this.name });
      return items.length === 0;
    });
  }

  async remove(): Promise<void> {
    const isThere = async () =>
      (await this.core.listNamespace()).items.some(({ metadata }) => metadata?.name === this.name);
    if (!(await isThere())) return;
    await this.core.deleteNamespace({ name: this.name });
    await this.core.deleteCollectionNamespacedPod({ namespace: this.name, gracePeriodSeconds: 0 });
    await until(async () => !(await isThere()));
  }
}
