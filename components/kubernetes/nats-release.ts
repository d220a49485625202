import { NamespacePatch, Secret, Service } from "@pulumi/kubernetes/core/v1";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import type { KubernetesFacts } from "../../kubernetes/access";
import { expandHome } from "../../kubernetes/kubeconfig";
import type { Platform, PlatformArgs } from "../platform";
import { serverSettings } from "../server-config";
import { clientUrls } from "./client-urls";
import { ClusterGuard } from "./cluster-guard";
import { HelmRelease } from "./helm-release";
import type { KubernetesLocation } from "./helm-values";
import { identityAnnotations, identityOf } from "./identity";
import * as names from "./names";
import { repairWatchFiles } from "./repair-watch";
import { encoded, ServerSecrets } from "./server-secrets";
import { Serving } from "./serving";

export interface NatsReleaseArgs extends PlatformArgs {
  readonly location: KubernetesLocation;
}

/**
 * A location in a Kubernetes cluster: a Helm release of the chart `nats`, the Secrets that its servers read, and on a hub the Service
 * that spokes dial. It is up when all servers serve with the configuration that is wanted.
 */
export class NatsRelease extends pulumi.ComponentResource implements Platform {
  /** Empty where only a port-forward reaches the servers. */
  readonly clientUrls: pulumi.Output<string[]>;
  /** Empty: the servers' monitoring is not reached from outside. */
  readonly monitorUrls: pulumi.Output<string[]>;
  readonly leafnodeUrls: pulumi.Output<string[]>;
  readonly leafnodeTls: pulumi.Output<boolean>;
  readonly leafnodeCa: pulumi.Output<string>;
  readonly kubernetes: pulumi.Output<KubernetesFacts>;

  constructor(name: string, args: NatsReleaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cinema:nats:Release", name, {}, opts);
    const { location, hub, links, logins } = args;
    const { access, namespace } = location.platform;
    const identity = identityOf(location);
    const guard = new ClusterGuard(`${name}-cluster`, { access, namespace, identity }, { parent: this });
    const provider = providerOf(name, location, guard, { parent: this });
    const inCluster = { parent: this, provider };
    const metadata = { name: namespace, annotations: identityAnnotations(identity) };
    // Makes the namespace too where it is missing. What it holds must outlive the stack, and so must what tells whose it is.
    const kept = { ...inCluster, retainOnDelete: true };
    const place = new NamespacePatch(`${name}-namespace`, { metadata }, kept);
    const secrets = new ServerSecrets(name, args, { ...inCluster, dependsOn: [place] });
    if (location.role === "hub") leafnodeService(name, location, { ...inCluster, dependsOn: [place] });
    const { mark } = secrets;
    const watched = repairWatchSecrets(name, location, logins, { ...inCluster, dependsOn: [place] });
    const dependsOn = [secrets, ...watched];
    const release = new HelmRelease(name, { location, mark, hub, links }, { ...inCluster, dependsOn });
    const facts = kubernetesFacts(location, guard);
    const wanted = { ...servingWanted(location), secretMark: mark, valuesMark: release.valuesMark };
    const serving = new Serving(
      `${name}-serving`,
      { kubernetes: facts, ...wanted },
      { parent: this, dependsOn: [release] },
    );

    const once = <T>(value: pulumi.Input<T>) => serving.id.apply(() => pulumi.output(value)) as pulumi.Output<T>; // known only once the servers serve
    this.clientUrls = once(clientUrls(name, location.platform, serving, inCluster));
    this.monitorUrls = once<string[]>([]);
    this.leafnodeUrls = once(location.role === "hub" ? [`nats-leaf://${location.leafnodeAdvertise}`] : []);
    this.leafnodeTls = once(location.role === "hub" && location.leafnodeTls.kind !== "plaintext");
    this.leafnodeCa = once(secrets.leafnodeCa);
    this.kubernetes = once(facts);
    this.registerOutputs({ clientUrls: this.clientUrls, leafnodeUrls: this.leafnodeUrls, kubernetes: this.kubernetes });
  }
}

/**
 * One provider a stack. It keeps the context that the guard found, as a refresh and a destroy use what is in state, whatever the
 * kubeconfig's current context is by then; and it compares the cluster's UID, as paths differ from one machine to the next.
 */
function providerOf(
  name: string,
  { platform: { access } }: KubernetesLocation,
  guard: ClusterGuard,
  opts: pulumi.ResourceOptions,
): Provider {
  const args = {
    kubeconfig: access.kubeconfig ? expandHome(access.kubeconfig) : "", // "": as kubectl finds it; of none, the SDK would take KUBECONFIG for one file
    context: guard.context,
    enableSecretMutable: true, // servers watch the Secret of that name: one that is replaced is away for a moment
    clusterIdentifier: guard.clusterUid,
  };
  return new Provider(`${name}-kubernetes`, args, { ...opts, dependsOn: [guard] });
}

/** The hub's leafnode listener for spokes, apart from the Service for clients, whose port stays closed. */
function leafnodeService(name: string, { platform }: KubernetesLocation, opts: pulumi.CustomResourceOptions): void {
  const { namespace, chart, leafnodeService: wanted } = platform;
  const port = { name: "leafnodes", port: names.leafnodePort, targetPort: names.leafnodePort };
  new Service(
    `${name}-leafnodes`,
    {
      metadata: {
        name: names.leafnodeServiceName,
        namespace,
        annotations: { "pulumi.com/skipAwait": "true" }, // it waits for pods that come after it
      },
      spec: {
        type: wanted.type,
        selector: names.podLabels(chart.profile),
        ports: [wanted.type === "NodePort" ? { ...port, nodePort: wanted.nodePort } : port],
      },
    },
    opts,
  );
}

/** What the pod of the repair watch reads; none where there is no such pod. */
function repairWatchSecrets(
  name: string,
  { platform }: KubernetesLocation,
  logins: PlatformArgs["logins"],
  opts: pulumi.CustomResourceOptions,
): Secret[] {
  if (!platform.repairWatch) return [];
  const { namespace } = platform;
  const metadata = { name: names.repairWatchName, namespace };
  const data = pulumi.secret(logins.apply((all) => encoded(repairWatchFiles(namespace, all))));
  return [new Secret(`${name}-repair-watch`, { metadata, data }, opts)];
}

function kubernetesFacts({ platform }: KubernetesLocation, guard: ClusterGuard): pulumi.Output<KubernetesFacts> {
  const { access, namespace, chart } = platform;
  const podSelector = names.selectorOf(names.podLabels(chart.profile));
  const { kubeconfig } = access;
  return pulumi
    .all([guard.context, guard.clusterUid])
    .apply(([context, clusterUid]) => ({ access: { kubeconfig, context }, clusterUid, namespace, podSelector }));
}

function servingWanted(location: KubernetesLocation) {
  const { serverNames, clusterName, domain, maxFileStoreBytes } = serverSettings(location);
  const leafnodeAccounts = location.role === "spoke" ? (["ACC", "SYS"] as const) : [];
  const { serverVersion, platform } = location;
  const servers = { serverVersion, serverNames, clusterName, domain, maxFileStoreBytes, leafnodeAccounts };
  return { ...servers, ...(platform.repairWatch && { repairWatch: true }) };
}
