import * as pulumi from "@pulumi/pulumi";
import type { RelayInputs } from "./local-cluster-inputs";

/* eslint-disable @typescript-eslint/no-require-imports -- hooks are serialised: what they need is loaded where they run */
const provider: pulumi.dynamic.ResourceProvider = {
  diff: async (id, olds, news) => require("@cinema-jetstream/components").leafnodeRelay.diff(id, olds, news),
  create: async (inputs) => require("@cinema-jetstream/components").leafnodeRelay.create(inputs),
  read: async (id, props) => require("@cinema-jetstream/components").leafnodeRelay.read(id, props),
  update: async (id, olds, news) => require("@cinema-jetstream/components").leafnodeRelay.update(id, olds, news),
  delete: async (id, props) => require("@cinema-jetstream/components").leafnodeRelay.delete(id, props),
};
/* eslint-enable @typescript-eslint/no-require-imports */

/** {@link RelayInputs}, known now or later. A folder that changes replaces the relay, all else updates it. */
export type LeafnodeRelayArgs = { readonly [K in keyof RelayInputs]: pulumi.Input<RelayInputs[K]> };

/**
 * The line from a spoke to its hub on this machine: a TCP relay that can be cut, slowed and healed (`controlRelay`) while it
 * runs. What was done to the line stays through updates and restarts, and ends with the resource.
 */
export class LeafnodeRelay extends pulumi.dynamic.Resource {
  /** How the relay was found at the last update or refresh: `running`, `stopped` or `edited`. */
  declare readonly condition: pulumi.Output<string>;

  constructor(name: string, args: LeafnodeRelayArgs, opts?: pulumi.CustomResourceOptions) {
    super(provider, name, { ...args, condition: undefined }, opts, "local", "Relay");
  }
}
