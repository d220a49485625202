/** Where a mirror or a source takes its messages from, as declared and as JetStream's API spells it. Pure. */

/** A stream that another one takes its messages from, wherever it lives. */
export interface Origin {
  readonly location: string;
  readonly stream: string;
}

/** Rewrites the subjects that it catches, such as `tickets.*` to `sales.{{wildcard(1)}}`. */
export interface SubjectTransform {
  /** Subjects that are caught; wildcards allowed. */
  readonly source: string;
  /** What they become; `{{wildcard(n)}}` and the other mapping functions of the server's configuration are allowed. */
  readonly destination: string;
}

/** A mirror or a source: an origin, and what of it is taken. Changed on a mirror it is another mirror (10055); on a source, see docs/streams.md. */
export interface StreamLink extends Origin {
  /**
   * First sequence of the origin to take. Excludes `startTime` and `consumer`. What is older never arrives.
   *
   * @default - the origin's first message
   */
  readonly startSequence?: number;
  /**
   * First moment of the origin to take, RFC 3339, such as `2026-11-24T12:00:00Z`. Excludes `startSequence` and `consumer`.
   *
   * @default - the origin's first message
   */
  readonly startTime?: string;
  /**
   * Takes only what it matches; lies within the origin's subjects. Excludes `subjectTransforms` and `consumer`.
   *
   * @default - everything
   */
  readonly filterSubject?: string;
  /**
   * Takes only what one of them catches, under its new subject. From server 2.10 on. Excludes `filterSubject`.
   *
   * @default - everything, as it is
   */
  readonly subjectTransforms?: readonly SubjectTransform[];
  /**
   * A durable consumer that the origin's owner made for this link, instead of one that the follower makes itself. From server 2.14 on, at
   * both ends. Excludes a start and a filter: the consumer has them.
   *
   * @default - a consumer of the server's own
   */
  readonly consumer?: { readonly name: string; readonly deliverSubject: string };
  /**
   * An origin in another account: the prefixes under which that account's JetStream API and its deliveries are imported. Such an origin
   * is not checked: nothing is known of it.
   *
   * @default - the origin is in the account of this topology, in the domain named like its location
   */
  readonly external?: { readonly apiPrefix: string; readonly deliverPrefix: string };
}

/** A mirror or source on the wire. */
export interface WireOrigin {
  readonly name: string;
  readonly opt_start_seq?: number;
  readonly opt_start_time?: string;
  readonly filter_subject?: string;
  readonly subject_transforms?: readonly WireTransform[];
  readonly consumer?: { readonly name: string; readonly deliver_subject: string };
  readonly external?: { readonly api: string; readonly deliver?: string };
}

/** A subject transform on the wire. */
export interface WireTransform {
  readonly src: string;
  readonly dest: string;
}

/** The external API prefix of a location: under which subjects its JetStream answers from anywhere. Made here alone. */
export function externalApiPrefix(location: string): string {
  return `$JS.${location}.API`;
}

/** The location that an external API prefix names; the prefix itself where it names none. */
export function locationOfPrefix(prefix: string): string {
  const [, location] = /^\$JS\.([^.]+)\.API$/.exec(prefix) ?? [];
  return location ?? prefix;
}

/**
 * Under which subjects the messages of an origin cross to its followers in another location. Each pair of locations has subjects of
 * its own: on the servers' default, one for all, a spoke's leafnode user could read what another's origin sends, and send in its name
 * (tried on 2.14.2). Made here alone.
 */
export function deliverPrefix(originLocation: string, followerLocation: string): string {
  return `$JS.DELIVER.${originLocation}.${followerLocation}`;
}

/** A subject transform as the API takes it. */
export function wireTransform({ source, destination }: SubjectTransform): WireTransform {
  return { src: source, dest: destination };
}

/** A subject transform as the API returns it. */
export function transformOfWire({ src, dest }: WireTransform): SubjectTransform {
  return { source: src, destination: dest };
}

/** A link of a stream in `location` as the API takes it. */
export function wireOrigin(link: StreamLink, location: string): WireOrigin {
  const {
    stream,
    startSequence,
    startTime,
    filterSubject,
    subjectTransforms = [],
    consumer,
    location: _location,
    external: _external,
    ...unknown
  } = link;
  const external = wireExternal(link, location);
  return {
    ...unknown,
    name: stream,
    ...(startSequence !== undefined && { opt_start_seq: startSequence }),
    ...(startTime !== undefined && { opt_start_time: new Date(startTime).toISOString() }),
    ...(filterSubject !== undefined && { filter_subject: filterSubject }),
    ...(subjectTransforms.length > 0 && { subject_transforms: subjectTransforms.map(wireTransform) }),
    ...(consumer && { consumer: { name: consumer.name, deliver_subject: consumer.deliverSubject } }),
    ...(external && { external }),
  };
}

// `external` only: its client-side shorthand `domain` makes a local link on 2.9.19 and is refused by 2.15.2 (10025).
function wireExternal({ location: origin, external }: StreamLink, location: string): WireOrigin["external"] {
  if (external) return { api: external.apiPrefix, deliver: external.deliverPrefix };
  if (origin === location) return undefined;
  return { api: externalApiPrefix(origin), deliver: deliverPrefix(origin, location) };
}

/** Where a mirror or source on the wire takes from, as seen by a follower in `location`. */
export function originOfWire(origin: WireOrigin, location: string): Origin {
  return { location: origin.external ? locationOfPrefix(origin.external.api) : location, stream: origin.name };
}

/** A link that a server of `location` returned. What nobody could have declared is kept under its own name, so that it differs from all that was. */
export function linkOfWire(wire: WireOrigin, location: string): StreamLink {
  const {
    name: _name,
    opt_start_seq,
    opt_start_time,
    filter_subject,
    subject_transforms,
    consumer,
    external,
    ...rest
  } = wire;
  const origin = originOfWire(wire, location);
  return {
    ...rest,
    ...origin,
    ...(opt_start_seq !== undefined && { startSequence: opt_start_seq }),
    ...(opt_start_time !== undefined && { startTime: opt_start_time }),
    ...(filter_subject !== undefined && filter_subject !== "" && { filterSubject: filter_subject }),
    ...(subject_transforms && { subjectTransforms: subject_transforms.map(transformOfWire) }),
    ...(consumer && { consumer: { name: consumer.name, deliverSubject: consumer.deliver_subject } }),
    ...(external && !isDerived(external, origin.location, location) && { external: foreign(external) }),
  };
}

const foreign = ({ api, deliver = "" }: { api: string; deliver?: string }) => ({
  apiPrefix: api,
  deliverPrefix: deliver,
});

function isDerived({ api, deliver }: { api: string; deliver?: string }, origin: string, location: string): boolean {
  return api === externalApiPrefix(origin) && deliver === deliverPrefix(origin, location);
}
