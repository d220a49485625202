/**
 * Who made a stream or a consumer, written on itself, so that nobody deletes or takes over what is not theirs. Pure.
 */
import semver from "semver";

/** What a token is written on: a stream or a consumer as the API spells it. */
interface Marked {
  readonly description?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

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
 * Writes the owner's token onto a stream or a consumer: into its metadata, and on servers before 2.10, which drop
 * metadata in silence, behind its description.
 */
export function withToken<Wire extends Marked>(wire: Wire, token: OwnerToken, serverVersion: string): Wire {
  const unmarked = withoutToken(wire);
  const { description = "" } = unmarked;
  const text = tokenText(token);
  if (semver.lt(serverVersion, "2.10.0")) {
    const mark = `[${metadataKey}=${text}]`;
    return { ...unmarked, description: description === "" ? mark : `${description} ${mark}` };
  }
  return { ...unmarked, description, metadata: { ...unmarked.metadata, [metadataKey]: text } };
}

/** The stream or consumer without the token in its description; one in the metadata is no part of what is declared. */
export function withoutToken<Wire extends Marked>(wire: Wire): Wire {
  const description = wire.description?.replace(inDescription, "");
  return { ...wire, ...(description !== undefined && { description }) };
}

/** The token written on a stream; undefined where there is none. */
export function tokenOf(wire: Marked): OwnerToken | undefined {
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
