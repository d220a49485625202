/** Pods that the rig's own test runs in a cluster, all of the image that is there for servers. */
import { CoreV1Api, Exec, type KubeConfig, type V1Status } from "@kubernetes/client-node";
import { Writable } from "node:stream";
import { tools } from "../../../toolchain/tools.mjs";
import { until } from "../until";

const namespace = "default";
export const serverImage = `nats:${tools["nats-server"].version}-alpine`;

/** One cluster, as the test uses it. */
export class PodRunner {
  readonly core: CoreV1Api;
  constructor(private readonly config: KubeConfig) {
    this.core = config.makeApiClient(CoreV1Api);
  }

  /** Runs a command in a pod of its own, labelled with its name; returns once the pod is ready. */
  async start(name: string, command: readonly string[]): Promise<void> {
    await this.core.createNamespacedPod({
      namespace,
      body: {
        metadata: { name, labels: { app: name } },
        spec: { containers: [{ name: "main", image: serverImage, command: [...command] }] },
      },
    });
    await until(async () => {
      const { status } = await this.core.readNamespacedPod({ name, namespace });
      return status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") ?? false;
    });
  }

  /** Makes a pod's port reachable as a service inside, and at the node's address outside. */
  async expose(name: string, port: number, nodePort: number): Promise<void> {
    await this.core.createNamespacedService({
      namespace,
      body: { metadata: { name }, spec: { type: "NodePort", selector: { app: name }, ports: [{ port, nodePort }] } },
    });
  }

  /** Runs a shell script in a pod to its end; says whether it succeeded, and what it printed. */
  async run(pod: string, script: string): Promise<{ succeeded: boolean; output: string }> {
    let output = "";
    const collect = () =>
      new Writable({
        write: (chunk, _encoding, done) => {
          output += String(chunk);
          done();
        },
      });
    const { status } = await new Promise<V1Status>((resolve, reject) => {
      const command = ["sh", "-c", script];
      new Exec(this.config)
        .exec(namespace, pod, "main", command, collect(), collect(), null, false, resolve)
        .catch(reject);
    });
    return { succeeded: status === "Success", output };
  }
}
