import * as pulumi from "@pulumi/pulumi";
import { BuiltResource } from "../built-resource";
import type { LocationReference } from "../components/stack-outputs";
import type { Topology } from "./declarations";
import { connectionOf, type Connection } from "./jetstream/login";
import type { StreamConfig, StreamDeclaration } from "./stream-config";
import { streamConfig } from "./stream-config";
import { linkOrder, originsOf, topologyFaults } from "./topology";
import { UserError } from "../user-error";

/** The declared streams cannot be made. The message lists every fault; nothing was touched. */
export class TopologyError extends UserError {
  constructor(readonly faults: readonly string[]) {
    super(`${faults.length} fault(s) in the declared streams; nothing was touched:\n- ${faults.join("\n- ")}`);
  }
}

export interface StreamArgs {
  /** The stream; plain, as it decides what exists. */
  readonly declaration: StreamDeclaration;
  /** Version of the location's servers, such as `2.14.2`. */
  readonly serverVersion: pulumi.Input<string>;
  /** Where to make the stream from: the hub, as its account `ACC`. Kept as a secret. A change of it touches no stream. */
  readonly connection: pulumi.Input<Connection>;
}

/**
 * One JetStream stream in one location. It is up when each of its links is active and it holds what its origins held;
 * deleted only while it bears this resource's token.
 */
export class Stream extends BuiltResource {
  constructor(name: string, args: StreamArgs, opts?: pulumi.CustomResourceOptions) {
    const { declaration, serverVersion, connection } = args;
    const config: StreamConfig = streamConfig(declaration);
    const owner = `${pulumi.getProject()}/${pulumi.getStack()}/${name}`;
    const { adopt } = declaration;
    const inputs = { ...config, owner, adopt, serverVersion, connection: pulumi.secret(connection) };
    // Both halves of a replacement would be the same stream, and the second one the delete.
    const replaceInOrder = { deleteBeforeReplace: true, ...opts };
    const hooks = { package: "@cinema-jetstream/streams", name: "stream" } as const;
    super(hooks, "jetstream:Stream", name, inputs, replaceInOrder);
  }
}

export interface StreamsArgs {
  readonly topology: Topology;
  /** The topology's locations: the hub, then its spokes in their order. */
  readonly locations: readonly LocationReference[];
}

/** All streams of a topology, each after its origins. */
export class Streams extends pulumi.ComponentResource {
  /** `<domain>/<stream>` of each stream; known when all are up. */
  readonly streamIds: pulumi.Output<string[]>;

  /** @throws TopologyError with all faults of the topology, before any resource is registered. */
  constructor(name: string, args: StreamsArgs, opts?: pulumi.ComponentResourceOptions) {
    const { topology, locations } = args;
    const faults = topologyFaults(
      topology,
      locations.flatMap(({ facts }) => facts ?? []),
    );
    if (faults.length > 0) throw new TopologyError(faults);

    super("cinema:nats:Streams", name, {}, opts);
    const names = [topology.hub, ...topology.spokes];
    const connection = connectionTo(locations[0]);
    const made = new Map<string, Stream>();
    for (const declaration of linkOrder(topology)) {
      const { location, name: stream } = declaration;
      const serverVersion = versionOf(locations[names.indexOf(location)]);
      const dependsOn = originsOf(declaration).flatMap(
        (origin) => made.get(logicalName(origin.location, origin.stream)) ?? [],
      );
      const key = logicalName(location, stream);
      made.set(key, new Stream(key, { declaration, serverVersion, connection }, { parent: this, dependsOn }));
    }
    this.streamIds = pulumi.all([...made.values()].map(({ id }) => id));
    this.registerOutputs({ streamIds: this.streamIds });
  }
}

/** Streams of two locations may share a name, and neither part can hold a '.'. Never changed: it is in each stream's token. */
function logicalName(location: string, stream: string): string {
  return `${location}.${stream}`;
}

function connectionTo(hub: LocationReference | undefined): pulumi.Output<Connection> {
  if (!hub) throw new RangeError("'locations' is empty; allowed: the topology's hub, then its spokes; pass them");
  return pulumi
    .all([hub.clientUrls, hub.kubernetes, hub.logins])
    .apply(([clientUrls, kubernetes, { ACC }]) => connectionOf({ clientUrls, kubernetes }, ACC));
}

function versionOf(location: LocationReference | undefined): pulumi.Input<string> {
  if (!location)
    throw new RangeError("'locations' is shorter than the topology; allowed: the hub, then its spokes; pass all");
  // Unknown as a whole, in a preview before the location is up.
  return location.facts?.serverVersion ?? location.clientUrls.apply(() => "");
}
