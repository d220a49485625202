/** Key-value and object buckets: streams in the form that every NATS client knows, after ADR-8 and ADR-20. Pure. */
import type { LinkDeclaration, StreamDeclaration } from "./stream-declaration";

/** Of a stream, what a bucket leaves to be chosen. */
type BucketOptions = Pick<
  StreamDeclaration,
  | "location"
  | "description"
  | "maxBytes"
  | "bytesPerSecond"
  | "replicas"
  | "placement"
  | "compression"
  | "metadata"
  | "adopt"
  | "allowDataLoss"
  | "protect"
  | "retainOnDelete"
>;

/** A bucket that another one takes its contents from, wherever it lives. */
export interface BucketLink extends Pick<
  LinkDeclaration,
  "location" | "startSequence" | "startTime" | "outageBudgetSeconds"
> {
  /** The other bucket, without the prefix that its stream has. */
  readonly bucket: string;
}

interface Bucket extends BucketOptions {
  /** 1 or more of `A-Z a-z 0-9 _ -`; the stream's name behind a prefix. Identity: never changed. */
  readonly bucket: string;
  /**
   * How long a value is kept, in whole seconds.
   *
   * @default - for ever
   */
  readonly ttlSeconds?: number;
  /**
   * The bucket that this one copies; it may have the same name in another location. Clients read the copy where they are. What they put through the copy of
   * a key-value bucket goes to its origin, but not from a spoke, whose leafnode user has no right to that. Objects cannot be put through a copy; nats.js 2.29.3 reads
   * their names there and not their contents, as it does not say which stream it means (nats.go does).
   *
   * @default - none
   */
  readonly mirror?: BucketLink;
}

/**
 * A key-value bucket. Costs of a change are those of its stream. Each location may have one of the same name: servers let no `$KV.>` over a
 * leafnode (2.9.19 to 2.15.2).
 */
export interface KeyValueBucket extends Bucket, Pick<StreamDeclaration, "republish"> {
  /**
   * Values of each key that are kept, 1 to 64. Lowering it deletes the oldest at once. In a follower not above its origin's.
   *
   * @default 1
   */
  readonly history?: number;
  /**
   * Size of one value with its headers at most, in bytes.
   *
   * @default - the server's `max_payload`
   */
  readonly maxValueBytes?: number;
  /**
   * How long the marker of a key that aged out stays, in whole seconds; lets each value have an age of its own. From server 2.11 on, and never undone. Not on a mirror.
   *
   * @default - no markers
   */
  readonly limitMarkerTtlSeconds?: number;
  /**
   * Buckets whose keys this one gathers beside its own. Those of another name are gathered under this one's, from server 2.10 on. Excludes `mirror`.
   *
   * @default - none
   */
  readonly sources?: readonly BucketLink[];
}

/**
 * An object bucket. Costs of a change are those of its stream. Its name is its own over all locations: `$O.>` crosses leafnodes, so that each of two would store
 * what is put (2.9.19 to 2.15.2).
 */
export type ObjectBucket = Bucket;

/** A bucket's name or a number of it is not after its ADR. */
export class BucketError extends RangeError {
  override readonly name = "BucketError";
}

const maxHistory = 64;
const duplicateWindowSeconds = 120;

/**
 * The stream of a key-value bucket.
 *
 * @throws BucketError
 */
export function keyValueBucket(declaration: KeyValueBucket): StreamDeclaration {
  const { bucket, history = 1, maxValueBytes, limitMarkerTtlSeconds, sources = [], ...rest } = declaration;
  if (!(Number.isInteger(history) && history >= 1 && history <= maxHistory)) {
    throw new BucketError(
      `'history' of bucket '${bucket}' in '${rest.location}' is ${history}; allowed: 1 to ${maxHistory} (ADR-8); change it`,
    );
  }
  return {
    ...bucketStream("KV", declaration, [keysOf(bucket)]),
    ...(rest.republish && { republish: rest.republish }),
    maxMessagesPerSubject: history,
    denyDelete: true,
    ...(maxValueBytes !== undefined && { maxMessageSize: maxValueBytes }),
    ...(limitMarkerTtlSeconds !== undefined && {
      allowMessageTtl: true,
      deleteMarkerTtlSeconds: limitMarkerTtlSeconds,
    }),
    ...(sources.length > 0 && { sources: sources.map((source) => gathered(source, bucket)) }),
    ...(rest.mirror && { mirrorDirect: true }),
  };
}

/**
 * The stream of an object bucket.
 *
 * @throws BucketError
 */
export function objectBucket(declaration: ObjectBucket): StreamDeclaration {
  const { bucket } = declaration;
  return bucketStream("OBJ", declaration, [`$O.${bucket}.C.>`, `$O.${bucket}.M.>`]);
}

/** What both kinds have in common. */
function bucketStream(kind: "KV" | "OBJ", declaration: Bucket, subjects: readonly string[]): StreamDeclaration {
  const { bucket, ttlSeconds, mirror } = declaration;
  return {
    ...chosen(declaration),
    name: streamOf(kind, bucket, declaration.location),
    maxAgeSeconds: ttlSeconds ?? 0,
    discard: "new",
    allowRollup: true,
    allowDirect: true,
    ...(mirror
      ? { mirror: link(kind, mirror) }
      : { subjects, duplicateWindowSeconds: Math.min(duplicateWindowSeconds, ttlSeconds ?? Infinity) }),
  };
}

function chosen(declaration: Bucket): BucketOptions {
  const { location, description, maxBytes, bytesPerSecond, replicas, placement, compression, metadata } = declaration;
  const { adopt, allowDataLoss, protect, retainOnDelete } = declaration;
  return {
    location,
    maxBytes,
    ...(description !== undefined && { description }),
    ...(bytesPerSecond !== undefined && { bytesPerSecond }),
    ...(replicas !== undefined && { replicas }),
    ...(placement && { placement }),
    ...(compression && { compression }),
    ...(metadata && { metadata }),
    ...(adopt && { adopt }),
    ...(allowDataLoss !== undefined && { allowDataLoss }),
    ...(protect !== undefined && { protect }),
    ...(retainOnDelete !== undefined && { retainOnDelete }),
  };
}

function link(kind: "KV" | "OBJ", { bucket, ...rest }: BucketLink): LinkDeclaration {
  return { ...rest, stream: streamOf(kind, bucket, rest.location) };
}

/** A source whose keys get the name of the bucket that gathers them. */
function gathered(source: BucketLink, bucket: string): LinkDeclaration {
  const from = link("KV", source);
  if (source.bucket === bucket) return from;
  return { ...from, subjectTransforms: [{ source: keysOf(source.bucket), destination: keysOf(bucket) }] };
}

function keysOf(bucket: string): string {
  return `$KV.${bucket}.>`;
}

function streamOf(kind: "KV" | "OBJ", bucket: string, location: string): string {
  if (/^[\w-]+$/.test(bucket)) return `${kind}_${bucket}`;
  throw new BucketError(
    `'${bucket}' cannot name a bucket in '${location}'; allowed: 1 or more of A-Z a-z 0-9 _ - (ADR-8, ADR-20); rename it`,
  );
}
