/** Two single NATS servers in a namespace of a cluster, for the tests of the port-forward, and what else they need there. */
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import {
  AppsV1Api,
  CoreV1Api,
  KubeConfig,
  RbacAuthorizationV1Api,
  type Cluster,
  type User,
  type V1Container,
  type V1PolicyRule,
} from "@kubernetes/client-node";
import { RelayServer } from "../../components/local/runtime/relay-server";
import type { ClusterAccess, KubernetesFacts } from "../../kubernetes/access";
import { loadCluster, readClusterUid } from "../../kubernetes/cluster";
import { until } from "../rig/until";

const image = "nats:2.14.2-alpine";
const labels = { app: "forwarded" };

/** Ports of each pod beside the client port 4222. */
export const ports = { monitor: 8222, endless: 9001, silent: 9002, nobody: 9003 } as const;

/** The servers' only user. */
export const login = { user: "acc", password: "a-password" } as const;

const conf = `http: ${ports.monitor}
max_payload: 8MB
max_pending: 64MB
authorization: { user: ${login.user}, password: ${login.password} }
`;

const containers: V1Container[] = [
  {
    name: "nats",
    image,
    command: ["sh", "-c", 'printf "%s" "$CONF" > /tmp/nats.conf; exec nats-server -c /tmp/nats.conf'],
    env: [{ name: "CONF", value: conf }],
    readinessProbe: { httpGet: { path: "/healthz", port: ports.monitor }, periodSeconds: 1 },
  },
  // One that says more than anybody reads, and one that reads nothing.
  { name: "endless", image, command: ["nc", "-ll", "-p", `${ports.endless}`, "-e", "/bin/busybox", "yes"] },
  { name: "silent", image, command: ["nc", "-ll", "-p", `${ports.silent}`, "-e", "sleep", "3600"] },
];

/** The namespace and what is in it. */
export class ForwardedServers {
  private constructor(
    private readonly config: KubeConfig,
    readonly facts: KubernetesFacts,
  ) {}

  /** @param access a cluster that this makes a namespace in. */
  static async in(access: ClusterAccess): Promise<ForwardedServers> {
    const config = await loadCluster(access);
    const namespace = `port-forward-${process.pid}`;
    const facts = { access, clusterUid: await readClusterUid(config), namespace, podSelector: "app=forwarded" };
    return new ForwardedServers(config, facts);
  }

  /** Starts the servers and waits until both are ready. */
  async start(replicas = 2): Promise<void> {
    const { namespace } = this.facts;
    await this.core.createNamespace({ body: { metadata: { name: namespace } } });
    const template = { metadata: { labels }, spec: { terminationGracePeriodSeconds: 0, containers } };
    await this.config.makeApiClient(AppsV1Api).createNamespacedDeployment({
      namespace,
      body: { metadata: { name: "forwarded" }, spec: { replicas, selector: { matchLabels: labels }, template } },
    });
    await until(async () => (await this.readyPods()).length === replicas);
  }

  async remove(): Promise<void> {
    await this.core.deleteNamespace({ name: this.facts.namespace });
    const granted = { namespace: "kube-system", labelSelector: `granted-by=${this.facts.namespace}` };
    await this.rbac.deleteCollectionNamespacedRoleBinding(granted);
    await this.rbac.deleteCollectionNamespacedRole(granted);
  }

  /** Names of the ready pods, and the names of their servers. */
  async readyPods(): Promise<string[]> {
    const { namespace, podSelector: labelSelector } = this.facts;
    const { items } = await this.core.listNamespacedPod({ namespace, labelSelector });
    return items
      .filter(({ metadata }) => metadata?.deletionTimestamp === undefined)
      .filter(({ status }) => status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True"))
      .map(({ metadata }) => metadata?.name ?? "");
  }

  async kill(pod: string): Promise<void> {
    const { namespace } = this.facts;
    await this.core.deleteNamespacedPod({ namespace, name: pod, gracePeriodSeconds: 0 });
  }

  /** A way to the API through a relay that can be cut, described by a kubeconfig in `folder`. */
  async relayed(folder: string): Promise<{ relay: RelayServer; access: ClusterAccess }> {
    const { cluster, user } = this.credentials();
    const relay = new RelayServer([new URL(cluster.server)]);
    const port = await freePort();
    await relay.listen(port);
    const { caData: _ca, caFile: _file, ...rest } = cluster; // its certificate is not for this address
    const kubeconfig = join(folder, "relayed");
    const server = `https://127.0.0.1:${port}`;
    await writeFile(kubeconfig, kubeconfigOf({ ...rest, server, skipTLSVerify: true }, user));
    return { relay, access: { kubeconfig, context: "" } };
  }

  /** A kubeconfig for a service account that has no rights but those that are granted to it here. */
  async poorKubeconfig(): Promise<{ text: string; token: string }> {
    const { namespace } = this.facts;
    await this.core.createNamespacedServiceAccount({ namespace, body: { metadata: { name: "poor" } } });
    const { status } = await this.core.createNamespacedServiceAccountToken({
      namespace,
      name: "poor",
      body: { spec: { audiences: [] } },
    });
    if (!status?.token) throw new Error("the API gave no token for the service account");
    const { token } = status;
    return { text: kubeconfigOf(this.credentials().cluster, { name: "poor", token }), token };
  }

  /** Grants rights to the poor account. */
  async grant(namespace: string, role: string, rules: V1PolicyRule[]): Promise<void> {
    const metadata = { name: role, labels: { "granted-by": this.facts.namespace } };
    await this.rbac.createNamespacedRole({ namespace, body: { metadata, rules } });
    await this.rbac.createNamespacedRoleBinding({
      namespace,
      body: {
        metadata,
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role },
        subjects: [{ kind: "ServiceAccount", name: "poor", namespace: this.facts.namespace }],
      },
    });
  }

  private credentials() {
    const [cluster, user] = [this.config.getCurrentCluster(), this.config.getCurrentUser()];
    if (!cluster || !user) throw new Error("the kubeconfig names no cluster or no user");
    return { cluster, user };
  }

  private get core(): CoreV1Api {
    return this.config.makeApiClient(CoreV1Api);
  }

  private get rbac(): RbacAuthorizationV1Api {
    return this.config.makeApiClient(RbacAuthorizationV1Api);
  }
}

function kubeconfigOf(cluster: Cluster, user: User): string {
  const config = new KubeConfig();
  config.loadFromClusterAndUser(cluster, user);
  return config.exportConfig();
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
