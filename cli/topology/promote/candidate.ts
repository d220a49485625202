/** Which promotion is asked for, as far as the declarations tell: refused where none can be made. Pure. */
import { closest } from "fastest-levenshtein";
import { place } from "../../../streams/checks/declared";
import type { StreamDeclaration, Topology } from "../../../streams/declarations";
import { splitPlace } from "../../../streams/stream-state";
import { declaredLinks, type DeclaredLink } from "../../../streams/topology";
import { declarationsFile } from "../location/checkout";

/** A declared stream, by its location and name. */
export type Place = Pick<StreamDeclaration, "location" | "name">;

/** A promotion as declared. */
export interface Candidate {
  /** The stream that becomes an origin, or has become one. */
  readonly stream: StreamDeclaration;
  /** The declared stream that it takes the place of. */
  readonly origin: StreamDeclaration;
  /** Other streams that take messages from the old origin. */
  readonly followers: readonly DeclaredLink[];
  /** The declarations make the stream an origin already: an earlier run wrote them. */
  readonly isWritten: boolean;
}

/** A stream is not promoted. The message says why, what is allowed, and the cure; nothing was changed. */
export class PromotionRefusal extends Error {
  override readonly name = "PromotionRefusal";
  constructor(at: Place, text: string) {
    super(`${place(at)} is not promoted: ${text}; nothing was changed`);
  }
}

/**
 * Subject of an origin that has given its place away. It names the stream that took it: all that a command needs which goes on after an
 * interrupt.
 */
export function retiredSubject({ location, name }: Place): string {
  return `retired.for.${location}.${name}`;
}

/**
 * Finds the promotion in the declarations.
 *
 * @returns undefined where the stream is an origin, and no origin is declared that gave its place to it
 * @throws PromotionRefusal
 */
export function candidateOf(topology: Topology, stream: StreamDeclaration): Candidate | undefined {
  const retired = topology.streams.find(({ subjects = [] }) => subjects.includes(retiredSubject(stream)));
  const origin = stream.mirror ? originOf(topology, stream) : retired;
  if (!origin) return requireSubjects(stream);
  const links = declaredLinks(topology).filter((link) => isFrom(link, origin) && link.follower !== stream);
  const followers = links.map((link) => followingOn(stream, origin, link));
  return { stream, origin, followers, isWritten: !stream.mirror };
}

/**
 * The declared stream.
 *
 * @param asked `<location>/<stream>`
 * @throws Error where there is none, with the nearest one.
 */
export function streamAt({ hub, spokes, streams }: Topology, asked: string): StreamDeclaration {
  const { location, name } = splitPlace(asked);
  const found = streams.find((each) => each.location === location && each.name === name);
  if (found) return found;
  const locations = [hub, ...spokes];
  if (!locations.includes(location))
    throw new Error(
      `there is no location '${location}' in '${asked}'; allowed: ${locations.join(", ")}; did you mean '${closest(location, locations)}/${name}'?`,
    );
  const places = streams.map(place);
  const mirrors = streams.filter(({ mirror }) => mirror).map(place);
  throw new Error(
    `there is no stream '${name}' in location '${location}'; allowed: the mirrors ${mirrors.join(", ") || "(none is declared)"}; ` +
      `did you mean '${closest(asked, mirrors.length > 0 ? mirrors : places)}'?`,
  );
}

function requireSubjects(stream: StreamDeclaration): undefined {
  if (!stream.sources) return undefined;
  throw new PromotionRefusal(
    stream,
    "it gathers several origins ('sources'), and is no mirror of one; allowed: a mirror; an aggregate takes messages of its own once " +
      `'subjects' are declared beside its sources in ${declarationsFile}`,
  );
}

/** The declared origin of a mirror that has all of it. */
function originOf({ streams }: Topology, stream: StreamDeclaration): StreamDeclaration | undefined {
  const { mirror } = stream;
  if (!mirror) return undefined;
  const found = streams.find((each) => each.location === mirror.location && each.name === mirror.stream);
  if (mirror.external || !found)
    throw new PromotionRefusal(
      stream,
      `its origin ${mirror.location}/${mirror.stream} is not declared here, so nobody here can make it let go of its subjects; ` +
        `allowed: a mirror of a declared stream; have its owner give it other subjects, then drop 'mirror' in ${declarationsFile}`,
    );
  const part = partOf(mirror);
  if (part)
    throw new PromotionRefusal(
      stream,
      `it has a part of its origin only ('${part}'); allowed: a mirror of all; declare one beside it, and promote that`,
    );
  if (!found.subjects)
    throw new PromotionRefusal(
      stream,
      `its origin ${place(found)} follows others itself; allowed: a mirror of a stream that takes messages; promote the first of the chain`,
    );
  return found;
}

function partOf(link: object): string | undefined {
  const fields = ["filterSubject", "subjectTransforms", "startSequence", "startTime", "consumer"];
  return fields.find((field) => field in link);
}

function isFrom({ origin }: DeclaredLink, { location, name }: Place): boolean {
  return !origin.external && origin.location === location && origin.stream === name;
}

/** A follower that can take from the new origin what comes after what it has of the old one. */
function followingOn(stream: StreamDeclaration, from: StreamDeclaration, link: DeclaredLink): DeclaredLink {
  const { follower, kind, origin } = link;
  if (kind === "mirror")
    throw new PromotionRefusal(
      stream,
      `${place(follower)} mirrors ${place(from)} too, and a mirror is never given another origin (10055); allowed: followers by 'sources'; ` +
        `declare a stream beside it that has ${place(from)} among its 'sources', move its consumers there, and remove it`,
    );
  const part = ["filterSubject", "subjectTransforms", "consumer"].find((field) => field in origin);
  if (part)
    throw new PromotionRefusal(
      stream,
      `${place(follower)} takes a part of ${place(from)} ('${part}'), which it cannot while that has other subjects; allowed: sources that take ` +
        `all; drop '${part}' there, or follow 'From a mirror to an origin' in docs/streams.md by hand`,
    );
  return link;
}
