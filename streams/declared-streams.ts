import * as pulumi from "@pulumi/pulumi";
import { BuiltResource } from "../built-resource";
import type { KeptStream } from "./guards/leaving";
import type { Connection } from "./jetstream/login";

export interface DeclaredStreamsArgs {
  /** Where the streams are reached from: the hub, as its account `ACC`, with its login to `SYS`. Kept as a secret. */
  readonly connection: pulumi.Input<Connection>;
  /** All locations of the topology, the hub first. */
  readonly domains: readonly string[];
  /** By `<location>/<name>`. */
  readonly streams: Readonly<Record<string, KeptStream>>;
}

/**
 * The list of the declared streams, in state only. It tells a preview which streams a plan would delete, with how many messages, and refuses
 * the plan before anything is changed: the engine calls no hook of a resource that it is about to delete until all else is done.
 */
export class DeclaredStreams extends BuiltResource {
  constructor(name: string, args: DeclaredStreamsArgs, opts?: pulumi.CustomResourceOptions) {
    const inputs = { ...args, connection: pulumi.secret(args.connection) };
    super(
      { package: "@cinema-jetstream/streams", name: "declaredStreams" },
      "jetstream:DeclaredStreams",
      name,
      inputs,
      opts,
    );
  }
}
