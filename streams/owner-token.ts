/**
 * Who made a stream, written on the stream itself, so that nobody deletes or takes over what is not theirs. Pure.
 */
import semver from "semver";
import type { WireConfig } from "./stream-config";

const metadataKey = "cinema-jetstream.owner";
const inDescription = /(?:^| )\[cinema-jetstream\.owner=([^\]]*)\]$/;

/**
 * Writes the owner's token onto a stream's wire config: into its metadata, and on servers before 2.10, which drop
 * metadata in silence, behind its description.
 */
export function withOwner(wire: WireConfig, owner: string, serverVersion: string): WireConfig {
  const { description = "", ...rest } = withoutOwner(wire);
  if (semver.lt(serverVersion, "2.10.0")) {
    return { ...rest, description: `${description} [${metadataKey}=${owner}]`.trimStart() };
  }
  return { ...rest, description, metadata: { ...rest.metadata, [metadataKey]: owner } };
}

/** The stream without its token, wherever that was written. */
export function withoutOwner(wire: WireConfig): WireConfig {
  const description = wire.description?.replace(inDescription, "");
  return { ...wire, ...(description !== undefined && { description }) };
}

/** The token written on a stream; undefined where there is none. */
export function ownerOf(wire: WireConfig): string | undefined {
  return wire.metadata?.[metadataKey] ?? inDescription.exec(wire.description ?? "")?.[1];
}
