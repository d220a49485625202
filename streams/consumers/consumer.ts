import * as pulumi from "@pulumi/pulumi";
import { BuiltResource } from "../../built-resource";
import { consumerConfig } from "./consumer-config";
import type { ConsumerDeclaration } from "./consumer-declaration";
import type { Connection } from "../jetstream/login";
import type { StreamOptions } from "../stream-options";

export interface ConsumerArgs {
  /** The consumer; plain, as it decides what exists. */
  readonly declaration: ConsumerDeclaration;
  /** Those of its stream. */
  readonly consumerLimits: StreamOptions["consumerLimits"];
  /** Version of the location's servers, such as `2.14.2`. */
  readonly serverVersion: pulumi.Input<string>;
  /** Where to make the consumer from: the hub, as its account `ACC`, with its login to `SYS`. Kept as a secret. A change of it touches no consumer. */
  readonly connection: pulumi.Input<Connection>;
}

/** One durable consumer of a JetStream stream. Deleted only while it bears this resource's token. */
export class Consumer extends BuiltResource {
  constructor(name: string, args: ConsumerArgs, opts?: pulumi.CustomResourceOptions) {
    const { declaration, consumerLimits, serverVersion, connection } = args;
    const config = consumerConfig(declaration, consumerLimits);
    const owner = `${pulumi.getProject()}/${pulumi.getStack()}/${name}`;
    const { adopt, allowDataLoss, protect, retainOnDelete } = declaration;
    const inputs = { ...config, owner, adopt, allowDataLoss, serverVersion, connection: pulumi.secret(connection) };
    // Both halves of a replacement would be the same consumer, and the second one the delete.
    const options = { deleteBeforeReplace: true, protect, retainOnDelete, ...opts };
    const hooks = { package: "@cinema-jetstream/streams", name: "consumer" } as const;
    super(hooks, "jetstream:Consumer", name, inputs, options);
  }
}
