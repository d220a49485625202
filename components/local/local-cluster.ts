import * as pulumi from "@pulumi/pulumi";
import { BuiltResource } from "../../built-resource";
import type { LocalClusterInputs } from "./local-cluster-inputs";

/** {@link LocalClusterInputs}, known now or later. A folder that changes replaces the cluster, all else updates it. */
export type LocalClusterArgs = { readonly [K in keyof LocalClusterInputs]: pulumi.Input<LocalClusterInputs[K]> };

/**
 * A location's servers as real nats-server processes on 127.0.0.1, which run on when the command has ended. There once all are
 * healthy, the meta group has all peers, and a spoke's leafnodes are up; a server that died since is a change, and started again
 * by the next `up`. Identity (domain, cluster name, server names, folder) cannot change once streams lie in the folder.
 */
export class LocalCluster extends BuiltResource {
  /** How each server was found at the last update or refresh, by name: `running`, `stopped`, `outdated` or `edited`. */
  declare readonly servers: pulumi.Output<Readonly<Record<string, string>>>;

  constructor(name: string, args: LocalClusterArgs, opts?: pulumi.CustomResourceOptions) {
    const { accounts, remotes } = args;
    const hooks = { package: "@cinema-jetstream/components", name: "localCluster" } as const;
    const props = { ...args, accounts: pulumi.secret(accounts), remotes: pulumi.secret(remotes), servers: undefined };
    const secret = pulumi.mergeOptions(opts, { additionalSecretOutputs: ["accounts", "remotes"] });
    super(hooks, "local:Cluster", name, props, secret);
  }
}
