/** What a program declares in one run. */
import type { PolicyResource } from "@pulumi/policy";
import type { LocationLimits } from "../streams/checks/declared";
import type { Topology } from "../streams/declarations";
import { consumerType, declaredConsumer, declaredStream, streamType, type DeclaredStream } from "./resources";

/** A topology with what is known of its locations. */
export interface Program {
  readonly topology: Topology;
  readonly locations: readonly LocationLimits[];
}

const noted = new Map<string, PolicyResource>();
const declared = new WeakMap<PolicyResource, DeclaredStream>();

/** Keeps a resource's inputs for the end of the run, where the engine gives outputs alone: none of what is new, and the old ones of what stays as it is. */
export function note(resource: PolicyResource): void {
  if (resource.type === streamType || resource.type === consumerType) noted.set(resource.urn, resource);
}

/**
 * What the resources of a run declare; undefined where it has no stream.
 *
 * @throws UnknownValueError where an option is not known yet.
 */
export function programOf(resources: readonly PolicyResource[]): Program | undefined {
  const ofType = (type: string) =>
    resources.filter((each) => each.type === type).map((each) => noted.get(each.urn) ?? each);
  const streams = ofType(streamType).map(declaredOnce);
  const [hub, ...spokes] = [...new Set(streams.flatMap(({ domains }) => domains))];
  if (hub === undefined) return undefined;
  const topology = {
    hub,
    spokes,
    streams: streams.map(({ declaration }) => declaration),
    consumers: ofType(consumerType).map(({ props }) => declaredConsumer(props)),
  };
  return { topology, locations: resources.flatMap(locationLimits) };
}

/** Of some hundreds of streams it would take seconds for each policy anew. */
function declaredOnce(resource: PolicyResource): DeclaredStream {
  const found = declared.get(resource) ?? declaredStream(resource.props);
  declared.set(resource, found);
  return found;
}

/** A location whose stack the program refers to, once it is up. */
function locationLimits({ type, props }: PolicyResource): LocationLimits[] {
  if (type !== "pulumi:pulumi:StackReference") return [];
  const { outputs } = props as { readonly outputs: Partial<LocationLimits> };
  const { location, clusterName, replicas, maxFileStoreBytes, serverVersion } = outputs;
  return location && clusterName && replicas && maxFileStoreBytes && serverVersion
    ? [{ location, clusterName, replicas, maxFileStoreBytes, serverVersion }]
    : [];
}
