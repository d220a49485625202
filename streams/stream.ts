import * as pulumi from "@pulumi/pulumi";
import { BuiltResource } from "../built-resource";
import type { LocationReference } from "../components/stack-outputs";
import { defaultOutageBudgetSeconds } from "./checks/outage";
import { Consumer } from "./consumers/consumer";
import type { ConsumerDeclaration } from "./consumers/consumer-declaration";
import type { Topology } from "./declarations";
import { DeclaredStreams } from "./declared-streams";
import type { KeptStream } from "./guards/leaving";
import { connectionOf, type Connection } from "./jetstream/login";
import type { StreamConfig } from "./stream-config";
import { streamConfig } from "./stream-config";
import type { StreamDeclaration } from "./stream-declaration";
import type { StreamInputs } from "./stream-state";
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
  /** Where to make the stream from: the hub, as its account `ACC`, with its login to `SYS`. Kept as a secret. A change of it touches no stream. */
  readonly connection: pulumi.Input<Connection>;
  /** All locations of the topology, which may hold followers of this stream: it is not deleted before them. */
  readonly domains: readonly string[];
  /** How long the links of a new or changed stream may take. A change of it touches no stream. */
  readonly linkTimeoutSeconds: number;
}

/**
 * One JetStream stream in one location. It is up when each of its links is active and it holds what its origins held;
 * deleted only while it bears this resource's token.
 */
export class Stream extends BuiltResource {
  constructor(name: string, args: StreamArgs, opts?: pulumi.CustomResourceOptions) {
    const { declaration, serverVersion, connection, domains, linkTimeoutSeconds } = args;
    const config: StreamConfig = streamConfig(declaration);
    const owner = ownerOf(name);
    const { adopt, allowDataLoss, protect, retainOnDelete } = declaration;
    const secret = pulumi.secret(connection);
    const guards = { owner, adopt, allowDataLoss, domains, linkTimeoutSeconds };
    const inputs = { ...config, ...guards, ...outagesOf(declaration), serverVersion, connection: secret };
    // Both halves of a replacement would be the same stream, and the second one the delete.
    const options = { deleteBeforeReplace: true, protect, retainOnDelete, ...opts };
    const hooks = { package: "@cinema-jetstream/streams", name: "stream" } as const;
    super(hooks, "jetstream:Stream", name, inputs, options);
  }
}

export interface StreamsArgs {
  readonly topology: Topology;
  /** The topology's locations: the hub, then its spokes in their order. */
  readonly locations: readonly LocationReference[];
  /**
   * How long the links of a new or changed stream may take until they are active and caught up, or catching up; in seconds.
   *
   * @default 60
   */
  readonly linkTimeoutSeconds?: number;
  /**
   * Lets every stream and consumer go with what it holds, as if each declaration said so: for taking a trial down.
   *
   * @default false
   */
  readonly allowDataLoss?: boolean;
}

/** All streams of a topology with their consumers, each after its origins and their consumers. */
export class Streams extends pulumi.ComponentResource {
  /** `<domain>/<stream>` of each stream; known when all are up. */
  readonly streamIds: pulumi.Output<string[]>;

  /** @throws TopologyError with all faults of the topology, before any resource is registered. */
  constructor(name: string, args: StreamsArgs, opts?: pulumi.ComponentResourceOptions) {
    const { locations, linkTimeoutSeconds = 60, allowDataLoss = false } = args;
    const topology = allowDataLoss ? withDataLossAllowed(args.topology) : args.topology;
    const facts = locations.flatMap((each) => each.facts ?? []);
    const faults = [...timeoutFaults(linkTimeoutSeconds), ...topologyFaults(topology, facts)];
    if (faults.length > 0) throw new TopologyError(faults);

    super("cinema:nats:Streams", name, {}, opts);
    this.streamIds = withoutPromiseTraces(() => this.register(topology, locations, linkTimeoutSeconds));
    this.registerOutputs({ streamIds: this.streamIds });
  }

  private register(
    topology: Topology,
    locations: readonly LocationReference[],
    linkTimeoutSeconds: number,
  ): pulumi.Output<string[]> {
    const names = [topology.hub, ...topology.spokes];
    const common = { connection: connectionTo(locations[0]), domains: names, linkTimeoutSeconds };
    const kept = { connection: common.connection, domains: names, streams: keptStreams(topology) };
    const declared = new DeclaredStreams("declared-streams", kept, { parent: this });
    const made = new Map<string, readonly [Stream, ...Consumer[]]>();
    for (const declaration of linkOrder(topology)) {
      const { location, name: stream, consumerLimits } = declaration;
      const serverVersion = versionOf(locations[names.indexOf(location)]);
      const origins = originsOf(declaration).flatMap(
        (origin) => made.get(logicalName(origin.location, origin.stream)) ?? [],
      );
      const dependsOn = [declared, ...origins];
      const key = logicalName(location, stream);
      const own = new Stream(key, { ...common, declaration, serverVersion }, { parent: this, dependsOn });
      const consumers = (topology.consumers ?? []).filter(
        (each) => each.location === location && each.stream === stream,
      );
      const make = (each: ConsumerDeclaration) =>
        new Consumer(
          logicalName(location, stream, each.name),
          { declaration: each, consumerLimits, serverVersion, connection: common.connection },
          { parent: this, dependsOn: own },
        );
      made.set(key, [own, ...consumers.map(make)]);
    }
    return pulumi.all([...made.values()].map(([{ id }]) => id));
  }
}

/**
 * The SDK keeps a stack trace with each promise that it makes, for hunting those that never settle. Over source maps that is most of the program's time: 500 streams
 * are registered in 0.8 s instead of 4.0 s without. Resources find their place in the sources all the same.
 */
function withoutPromiseTraces<T>(make: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function withDataLossAllowed(topology: Topology): Topology {
  const allow = <T extends object>(each: T) => ({ ...each, allowDataLoss: true });
  return { ...topology, streams: topology.streams.map(allow), consumers: topology.consumers?.map(allow) ?? [] };
}

function keptStreams({ streams }: Topology): Readonly<Record<string, KeptStream>> {
  const kept = streams.map(({ location, name, allowDataLoss, retainOnDelete }): [string, KeptStream] => {
    const owner = ownerOf(logicalName(location, name));
    return [
      `${location}/${name}`,
      { owner, ...(allowDataLoss && { allowDataLoss }), ...(retainOnDelete && { retainOnDelete }) },
    ];
  });
  return Object.fromEntries(kept);
}

/** What no server is told, and a policy holds against the rest. */
function outagesOf(declaration: StreamDeclaration): Pick<StreamInputs, "bytesPerSecond" | "outageBudgetsSeconds"> {
  const { bytesPerSecond } = declaration;
  const budgets = originsOf(declaration).map((each) => each.outageBudgetSeconds ?? defaultOutageBudgetSeconds);
  return {
    ...(bytesPerSecond !== undefined && { bytesPerSecond }),
    ...(budgets.length > 0 && { outageBudgetsSeconds: budgets }),
  };
}

/** Who a stream belongs to: the resource of that logical name. */
function ownerOf(name: string): string {
  return `${pulumi.getProject()}/${pulumi.getStack()}/${name}`;
}

function timeoutFaults(seconds: number): string[] {
  return Number.isSafeInteger(seconds) && seconds > 0
    ? []
    : [`'linkTimeout' is ${seconds}; allowed: whole seconds above 0; run: pulumi config set linkTimeout 60`];
}

/** Streams of two locations may share a name, and no part can hold a '.'. Never changed: it is in each stream's and consumer's token. */
function logicalName(...place: readonly string[]): string {
  return place.join(".");
}

function connectionTo(hub: LocationReference | undefined): pulumi.Output<Connection> {
  if (!hub) throw new RangeError("'locations' is empty; allowed: the topology's hub, then its spokes; pass them");
  return pulumi
    .all([hub.clientUrls, hub.kubernetes, hub.logins])
    .apply(([clientUrls, kubernetes, { ACC, SYS }]) => connectionOf({ clientUrls, kubernetes }, ACC, SYS));
}

function versionOf(location: LocationReference | undefined): pulumi.Input<string> {
  if (!location)
    throw new RangeError("'locations' is shorter than the topology; allowed: the hub, then its spokes; pass all");
  // Unknown as a whole, in a preview before the location is up.
  return location.facts?.serverVersion ?? location.clientUrls.apply(() => "");
}
