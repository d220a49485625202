/** Four stacks on three Kubernetes clusters for the tests. */
import { join } from "node:path";
import { checkout } from "../../../cli/lab/home";
import { readOutputs } from "../../../cli/lab/stacks";
import type { Connection } from "../../../streams/jetstream/connection";
import { serverVersion } from "../locations";
import { locationNames, TestStacks, type Config } from "../stacks";
import { NamespaceApi } from "./api";
import type { TestClusters } from "./test-clusters";

/** The chart to deploy: the official one's folder where the environment names it, else the fixture. */
export const chartFolder = process.env["NATS_CHART"] ?? join(checkout, "test/fixtures/chart");

/** Four stacks, a location a cluster. */
export class KubeStacks extends TestStacks {
  constructor(private readonly clusters: TestClusters) {
    super();
    locationNames.forEach((name) => this.configure(name));
  }

  /** Writes a location's stack file: what the checkout's says for it on these clusters, and what the test adds. Passwords are generated. */
  configure(name: string, extra: Config = {}): void {
    const { access, address } = this.clusters.cluster(name);
    const hub = {
      role: "hub",
      spokes: locationNames.filter((other) => other !== "hub"),
      leafnodeAdvertise: `${address}:30742`,
    };
    this.writeConfig(name, {
      ...(name === "hub" ? hub : { role: "spoke", hub: "hub" }),
      clusterName: `${name}-cluster`,
      platform: "kubernetes",
      kubeconfig: access.kubeconfig,
      kubeContext: access.context,
      chart: { source: chartFolder },
      serverVersion,
      fileStoreSize: "1Gi",
      resources: { cpu: "50m", memory: "256Mi" },
      spread: "preferred", // a node a cluster
      ...extra,
    });
  }

  /** Login of a location's own clients, through a port-forward into its cluster. */
  async connection(name: string): Promise<Connection> {
    const { clientUrls, kubernetes, logins } = await readOutputs(this.engine, name);
    return { servers: clientUrls, ...logins.ACC, ...(kubernetes && { forward: kubernetes }) };
  }

  /** Takes the locations away, their volumes too. */
  override async remove(): Promise<void> {
    await Promise.all(locationNames.map((name) => new NamespaceApi(this.clusters.cluster(name).access).remove()));
    await super.remove();
  }
}
