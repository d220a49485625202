/** What `location remove` would take away, in which order it goes without a loss, and the part of it that is in the checkout's files. */
import type { StreamDeclaration, Topology } from "../../../streams/declarations";
import type { Status } from "../../../streams/jetstream/status";
import { linkName } from "../../../streams/jetstream/link-status";
import { declaredLinks, topologyFaults } from "../../../streams/topology";
import { LocationFaultsError, type Written } from "./add";
import { declarationsFile, stackFileOf, type Checkout } from "./checkout";
import { checkedText, topologyIn } from "./declarations";
import { removeSpoke, removeStreamsOf } from "./declarations-text";
import { onlyFor, withoutStreamsOf } from "./declared-location";
import { configOf, configValue, withoutSpoke } from "./stack-files";

/** What is known of a location that is to go. */
export interface Removal {
  readonly location: string;
  readonly topology: Topology;
  /** Its stack has been brought up and not been destroyed. */
  readonly isUp: boolean;
  /** Its streams as they are; undefined where it is not up or cannot be reached. */
  readonly status: Status | undefined;
}

/**
 * The edits that are due: of a location that is up its streams leave the declarations, and it stays, as they are deleted through it; of one that
 * is not, all that names it goes.
 *
 * @throws LocationFaultsError where something that stays still needs it.
 */
export async function plannedRemoval(checkout: Checkout, removal: Removal): Promise<Written[]> {
  const { location, isUp } = removal;
  const topology = topologyIn(checkout.folder, checkout.declarations);
  const less = withoutStreamsOf(topology, location);
  const wanted = isUp ? less : { ...less, spokes: less.spokes.filter((spoke) => spoke !== location) };
  const faults = [...unread(removal), ...topologyFaults(wanted)];
  if (faults.length > 0) throw new LocationFaultsError(`location '${location}' is still needed`, faults);

  const shorter = removeStreamsOf(checkout.declarations, location);
  const isSpoke = topology.spokes.includes(location);
  const text = await checkedText(checkout.folder, !isUp && isSpoke ? removeSpoke(shorter, location) : shorter, wanted);
  const hubFile = checkout.stackFiles[topology.hub] ?? "";
  const spokes = configValue(configOf(topology.hub, hubFile), "spokes");
  const stackFile = checkout.stackFiles[location];
  const written: Written[] = [
    {
      file: declarationsFile,
      before: checkout.declarations,
      after: text,
      says: [...declaredTexts(topology, location), ...(isUp ? [] : [`spokes: - ${location}`])],
    },
  ];
  if (!isUp && Array.isArray(spokes) && spokes.includes(location))
    written.push({
      file: stackFileOf(topology.hub),
      before: hubFile,
      after: withoutSpoke(hubFile, location),
      says: [`spokes: - ${location}`],
    });
  if (!isUp && stackFile !== undefined)
    written.push({ file: stackFileOf(location), before: stackFile, after: undefined, says: ["removed"] });
  return written.filter(({ before, after }) => before !== after);
}

/** Messages that only the location holds: once its streams are gone, nobody has them. */
function unread({ location, status }: Removal): string[] {
  return (status?.links ?? [])
    .filter(({ domain, origin, gap }) => domain !== location && origin.location === location && (gap ?? 0) > 0)
    .map(
      (link) =>
        `${linkName(link)}: ${link.gap} message(s) have not arrived; allowed: 0; wait until the report shows no gap`,
    );
}

function declaredTexts(topology: Topology, location: string): string[] {
  return [
    ...topology.streams
      .filter((each) => each.location === location)
      .map(({ name }) => `- stream ${name} in ${location}`),
    ...declaredLinks(topology)
      .filter(
        ({ follower, origin, kind }) =>
          kind === "source" && origin.location === location && follower.location !== location,
      )
      .map(({ follower, origin }) => `sources of ${follower.name} in ${follower.location}: - ${origin.stream}`),
  ];
}

/** What goes with the location, a line each. */
export function losses({ location, topology, isUp, status }: Removal): string[] {
  const streams = topology.streams.filter((each) => each.location === location);
  return [
    ...streams.map(({ name }) => {
      const found = status?.streams.find((each) => each.domain === location && each.stream === name);
      const held = found
        ? `${found.messages} message(s), ${found.bytes} bytes`
        : isUp
          ? "how much it holds is not known"
          : "not up";
      const followers = declaredLinks(topology).filter(
        ({ origin }) => origin.location === location && origin.stream === name,
      );
      const followed = followers
        .map(({ follower, kind }) => `${kind} of ${follower.name} in ${follower.location}`)
        .join(", ");
      return `stream ${name}: ${held}${followed ? `; ${followed}` : ""}`;
    }),
    ...onlyFor(topology, location).map(
      (place) => `stream ${place} stays, and nobody takes its messages any more: remove it too, if it is not needed`,
    ),
  ];
}

/** What is left to do, a command or a change a line, in the order in which nothing is lost on the way. */
export function orderOf({ location, topology, isUp, status }: Removal, { flag, destroy }: Way): string[] {
  const command = (rest: string) => `npm run topology -- ${rest}${flag ? ` ${flag}` : ""}`;
  const write = command(`location remove ${location} --write`);
  if (!isUp) return [write, command("up")];
  const streams = topology.streams.filter((each) => each.location === location);
  const leave = [
    `stop what publishes in ${location}, and wait for gap 0: npm run report${flag ? "" : " -- --stacks"}`,
    ...(isEmpty(streams, status) ? [] : [allow(streams), command("up")]),
    write,
  ];
  return [...(streams.length > 0 ? leave : []), command("up"), destroy, write, command("up")];
}

/** How the commands that work on these stacks are spelt. */
export interface Way {
  /** `--lab`, or nothing. */
  readonly flag: string;
  /** Destroys the location's stack alone, with nothing that depends on it. */
  readonly destroy: string;
}

function isEmpty(streams: readonly StreamDeclaration[], status: Status | undefined): boolean {
  return streams.every(({ location, name }) =>
    status?.streams.some((each) => each.domain === location && each.stream === name && each.messages === 0),
  );
}

function allow(streams: readonly StreamDeclaration[]): string {
  const names = streams.map(({ name }) => name).join(", ");
  return `set allowDataLoss: true on ${names} in ${declarationsFile}, as nothing with messages is deleted without`;
}
