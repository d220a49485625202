/** What the components allow and an organisation may forbid. */
import type { Policy, PolicyResource } from "@pulumi/policy";
import { consumerType, streamType } from "./resources";

const fewestReplicas = 3;

/** Policies that refuse what a declaration or a location's config may say by itself. */
export const demands: readonly Policy[] = [
  {
    name: "no-data-loss",
    description: "No stream or consumer may go with what it holds.",
    validateResource: ({ type, name, props }, report) => {
      if ((type === streamType || type === consumerType) && props["allowDataLoss"] === true)
        report(
          `'allowDataLoss' of ${name} is true; allowed by policy: left out, so that no change deletes messages; take it away, ` +
            "or make this policy advisory in the pack's configuration",
        );
    },
  },
  {
    name: "three-replicas",
    description: `Streams and locations survive the loss of a server: ${fewestReplicas} replicas at least.`,
    validateResource: (resource, report) => {
      const [what, replicas] = replicasOf(resource);
      if (replicas < fewestReplicas)
        report(
          `'replicas' of ${what} is ${replicas}; allowed by policy: ${fewestReplicas} or more, as one server must not be all; raise it`,
        );
    },
  },
  {
    name: "encrypted-leafnodes",
    description: "Leafnodes in Kubernetes speak TLS.",
    validateResource: ({ type, name, props }, report) => {
      if (type === releaseType && hasPlaintextLeafnodes(props["values"] as ChartValues | undefined))
        report(
          `release ${name} has a leafnode listener without TLS; allowed by policy: TLS, as passwords and messages cross the line; ` +
            "run: pulumi config rm allowPlaintextLeafnodes",
        );
    },
  },
];

const releaseType = "kubernetes:helm.sh/v3:Release";

/** What the charts take of leafnodes: 1.x and 2.x below `config`, 0.19 at the top. */
interface ChartValues {
  readonly config?: {
    readonly leafnodes?: { readonly enabled?: boolean; readonly tls?: { readonly enabled?: boolean } };
  };
  readonly leafnodes?: { readonly enabled?: boolean; readonly tls?: object };
}

function hasPlaintextLeafnodes({ config, leafnodes }: ChartValues = {}): boolean {
  const current = config?.leafnodes;
  return (
    (current?.enabled === true && current.tls?.enabled !== true) || (leafnodes?.enabled === true && !leafnodes.tls)
  );
}

/** Replicas of a stream, servers of a location; of anything else none that could be too few. */
function replicasOf({ type, name, props }: PolicyResource): readonly [string, number] {
  const servers = (names: unknown) => [`location '${name}'`, (names as readonly string[]).length] as const;
  if (type === streamType) return [`stream ${name}`, props["replicas"] as number];
  if (type === "pulumi-nodejs:dynamic/kubernetes:Serving") return servers(props["serverNames"]);
  if (type === "pulumi-nodejs:dynamic/local:Cluster")
    return servers((props["settings"] as { readonly serverNames: readonly string[] }).serverNames);
  return ["", Infinity];
}
