import * as pulumi from "@pulumi/pulumi";
import type { LocalClusterInputs } from "./local-cluster-inputs";

/* eslint-disable @typescript-eslint/no-require-imports -- hooks are serialised: what they need is loaded where they run */
const provider: pulumi.dynamic.ResourceProvider = {
  check: async (olds, news) => require("@cinema-jetstream/components").localCluster.check(olds, news),
  diff: async (id, olds, news) => require("@cinema-jetstream/components").localCluster.diff(id, olds, news),
  create: async (inputs) => require("@cinema-jetstream/components").localCluster.create(inputs),
  read: async (id, props) => require("@cinema-jetstream/components").localCluster.read(id, props),
  update: async (id, olds, news) => require("@cinema-jetstream/components").localCluster.update(id, olds, news),
  delete: async (id, props) => require("@cinema-jetstream/components").localCluster.delete(id, props),
};
/* eslint-enable @typescript-eslint/no-require-imports */

/** {@link LocalClusterInputs}, known now or later. A folder that changes replaces the cluster, all else updates it. */
export type LocalClusterArgs = { readonly [K in keyof LocalClusterInputs]: pulumi.Input<LocalClusterInputs[K]> };

/**
 * A location's servers as real nats-server processes on 127.0.0.1, which run on when the command has ended. There once all are
 * healthy, the meta group has all peers, and a spoke's leafnodes are up; a server that died since is a change, and started again
 * by the next `up`. Identity (domain, cluster name, server names, folder) cannot change once streams lie in the folder.
 */
export class LocalCluster extends pulumi.dynamic.Resource {
  /** How each server was found at the last update or refresh, by name: `running`, `stopped` or `edited`. */
  declare readonly servers: pulumi.Output<Readonly<Record<string, string>>>;

  constructor(name: string, args: LocalClusterArgs, opts?: pulumi.CustomResourceOptions) {
    const { accounts, remotes } = args;
    super(
      provider,
      name,
      { ...args, accounts: pulumi.secret(accounts), remotes: pulumi.secret(remotes), servers: undefined },
      pulumi.mergeOptions(opts, { additionalSecretOutputs: ["accounts", "remotes"] }),
      "local",
      "Cluster",
    );
  }
}
