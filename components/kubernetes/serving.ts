import type * as pulumi from "@pulumi/pulumi";
import { BuiltResource } from "../../built-resource";
import type { ServerCondition, ServingInputs } from "./serving-inputs";

/** {@link ServingInputs}, known now or later. */
export type ServingArgs = { readonly [K in keyof ServingInputs]: pulumi.Input<ServingInputs[K]> };

/**
 * The servers of a location in Kubernetes, serving as wanted: rolled out, ready, of the wanted version and configuration, with all peers in
 * JetStream's meta group, on a spoke with their leafnodes up, and on a hub with the repair watch beside them where it has one. Created and updated by waiting until they are, for as long as
 * something gets better and five minutes more; a server that does not serve any more is a change, and waited for by the next
 * `up`. Depends on all else in the cluster, so it is deleted first, and refuses to be where the kubeconfig leads to another cluster.
 */
export class Serving extends BuiltResource {
  /** How each server was found at the last update or refresh, by name. */
  declare readonly servers: pulumi.Output<Readonly<Record<string, ServerCondition>>>;

  constructor(name: string, args: ServingArgs, opts?: pulumi.CustomResourceOptions) {
    const hooks = { package: "@cinema-jetstream/components", name: "serving" } as const;
    super(hooks, "kubernetes:Serving", name, { ...args, servers: undefined }, opts);
  }
}
