import type * as pulumi from "@pulumi/pulumi";
import { BuiltResource } from "../../built-resource";
import type { ClusterAccess } from "../../kubernetes/access";
import type { Placement } from "./identity";

/** What the guard is told. Plain, so that a preview can judge all of it. */
export interface ClusterGuardArgs extends Placement {
  readonly access: ClusterAccess;
}

/**
 * Keeps a location to the cluster and the identity that it was first brought up with: a preview fails on another cluster, on what would lose
 * the streams, and on what a StatefulSet refuses, before anything is touched. Everything in the cluster depends on it. Deleting it
 * does nothing.
 */
export class ClusterGuard extends BuiltResource {
  /** UID of the cluster's namespace `kube-system`. Known in a preview too, where the cluster answers. */
  declare readonly clusterUid: pulumi.Output<string>;
  /**
   * The kubeconfig's context that led there last, also where `access` leaves it open: what is destroyed or refreshed from state alone must not
   * follow a kubeconfig whose current context has been changed since. Known as `clusterUid` is.
   */
  declare readonly context: pulumi.Output<string>;

  constructor(name: string, args: ClusterGuardArgs, opts?: pulumi.CustomResourceOptions) {
    const hooks = { package: "@cinema-jetstream/components", name: "clusterGuard" } as const;
    super(hooks, "kubernetes:ClusterGuard", name, { ...args, clusterUid: undefined, context: undefined }, opts);
  }
}
