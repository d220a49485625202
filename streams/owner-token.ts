/**
 * Who made a stream, written on the stream itself, so that nobody deletes or takes over what is not theirs. Pure.
 */
import semver from "semver";
import type { WireConfig } from "./stream-config";

/** What a stream bears: `<owner>#<generation>`. */
export interface OwnerToken {
  /** The resource that keeps the stream: `<project>/<stack>/<logical name>`. */
  readonly owner: string;
  /** Drawn anew by each create that makes or takes over the stream: of two resources of one owner, only the latest deletes it. */
  readonly generation?: string;
}

const metadataKey = "cinema-jetstream.owner";
const inDescription = /(?:^| )\[cinema-jetstream\.owner=(\S*)\]$/;

/**
 * Writes the owner's token onto a stream's wire config: into its metadata, and on servers before 2.10, which drop
 * metadata in silence, behind its description.
 */
export function withToken(wire: WireConfig, token: OwnerToken, serverVersion: string): WireConfig {
  const { description = "", ...rest } = withoutToken(wire);
  const text = tokenText(token);
  if (semver.lt(serverVersion, "2.10.0")) {
    return { ...rest, description: `${description} [${metadataKey}=${text}]`.trimStart() };
  }
  return { ...rest, description, metadata: { ...rest.metadata, [metadataKey]: text } };
}

/** The stream without the token in its description; one in the metadata is no part of what is declared. */
export function withoutToken(wire: WireConfig): WireConfig {
  const description = wire.description?.replace(inDescription, "");
  return { ...wire, ...(description !== undefined && { description }) };
}

/** The token written on a stream; undefined where there is none. */
export function tokenOf(wire: WireConfig): OwnerToken | undefined {
  const text = wire.metadata?.[metadataKey] ?? inDescription.exec(wire.description ?? "")?.[1];
  if (text === undefined) return undefined;
  const [, owner = text, generation] = /^(.*)#([0-9a-f]{8})$/.exec(text) ?? [];
  return { owner, ...(generation !== undefined && { generation }) };
}

/** The token as it is written. */
export function tokenText({ owner, generation }: OwnerToken): string {
  return generation === undefined ? owner : `${owner}#${generation}`;
}

/** Whether two tokens are one; an absent one is nobody's. */
export function isSameToken(one: OwnerToken | undefined, other: OwnerToken): boolean {
  return one?.owner === other.owner && one.generation === other.generation;
}
