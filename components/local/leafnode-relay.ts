import type * as pulumi from "@pulumi/pulumi";
import { BuiltResource } from "../../built-resource";
import type { RelayInputs } from "./local-cluster-inputs";

/** {@link RelayInputs}, known now or later. A folder that changes replaces the relay, all else updates it. */
export type LeafnodeRelayArgs = { readonly [K in keyof RelayInputs]: pulumi.Input<RelayInputs[K]> };

/**
 * The line from a spoke to its hub on this machine: a TCP relay that can be cut, slowed and healed (`controlRelay`) while it
 * runs. What was done to the line stays through updates and restarts, and ends with the resource.
 */
export class LeafnodeRelay extends BuiltResource {
  /** How the relay was found at the last update or refresh: `running`, `stopped` or `edited`. */
  declare readonly condition: pulumi.Output<string>;

  constructor(name: string, args: LeafnodeRelayArgs, opts?: pulumi.CustomResourceOptions) {
    const hooks = { package: "@cinema-jetstream/components", name: "leafnodeRelay" } as const;
    super(hooks, "local:Relay", name, { ...args, condition: undefined }, opts);
  }
}
