/** Which retention may stand at the ends of a link: exactly what was measured to lose nothing. Pure. */
import { streamConfig } from "../stream-config";
import type { Declared, SoundLink } from "./declared";
import { isKnownOlder, place, soundLinks, versionOf } from "./declared";
import { fault } from "./fault";
import { linkText } from "./link-conflicts";

/** Servers from here on remember in a durable consumer what a link has taken. */
const durableSourcing = "2.14.0";

/** Faults of retention at the ends of links. */
export function retentionFaults(declared: Declared): string[] {
  const links = soundLinks(declared);
  return [
    ...links.flatMap((link) => originFaults(declared, link)),
    ...sharedQueues(declared, links),
    ...[...new Set(links.map(({ follower }) => follower))].flatMap((follower) => followerFaults(declared, follower)),
  ];
}

function originFaults(declared: Declared, link: SoundLink): string[] {
  const { from, follower } = link;
  const { retention } = streamConfig(from);
  if (retention === "interest") {
    return [
      fault(
        "R1",
        `'retention' of stream ${place(from)}, origin of the ${linkText(link)}, is interest; ` +
          "allowed: limits, as what was published before the link, and on older servers while it is cut, is lost; declare limits",
      ),
    ];
  }
  return retention === "workqueue" ? [...queueVersionFaults(declared, link), ...queueTargetFaults(link, follower)] : [];
}

function queueVersionFaults(declared: Declared, link: SoundLink): string[] {
  const { from, follower } = link;
  return [...new Set([from.location, follower.location])]
    .filter((location) => isKnownOlder(declared, location, durableSourcing))
    .map((location) =>
      fault(
        "R2",
        `'retention' of stream ${place(from)}, origin of the ${linkText(link)}, is workqueue, ` +
          `and '${location}' runs ${versionOf(declared, location)}; allowed: servers from ${durableSourcing} on at both ends, ` +
          "as older ones lose messages under load; declare limits, or upgrade them",
      ),
    );
}

function queueTargetFaults(link: SoundLink, follower: SoundLink["follower"]): string[] {
  const { retention } = streamConfig(follower);
  return retention === "limits"
    ? []
    : [
        fault(
          "R3",
          `'retention' of stream ${place(follower)} is ${retention}, and that of its origin ${place(link.from)} workqueue; ` +
            "allowed after a workqueue, which the link empties: limits; declare it on one of them",
        ),
      ];
}

/** Consumers share a queue among them, and a link takes part; the one that was made for the link is the link. */
function sharedQueues({ consumers }: Declared, links: readonly SoundLink[]): string[] {
  const queues = new Set(links.map(({ from }) => from).filter(({ retention }) => retention === "workqueue"));
  return [...queues].flatMap((queue) => {
    const own = links.filter(({ from }) => from === queue);
    const others = consumers
      .filter(({ location, stream }) => location === queue.location && stream === queue.name)
      .filter(({ name }) => !own.some(({ origin }) => origin.consumer?.name === name));
    const takers = [...own.map(({ follower }) => place(follower)), ...others.map(({ name }) => `its consumer ${name}`)];
    return takers.length < 2
      ? []
      : [
          fault(
            "R4",
            `stream ${place(queue)} has the 'retention' workqueue and feeds ${takers.join(" and ")}; ` +
              "allowed: one link and nothing else, as each message goes when one has had it; declare limits, or chain the followers",
          ),
        ];
  });
}

function followerFaults({ consumers }: Declared, follower: SoundLink["follower"]): string[] {
  if (streamConfig(follower).retention !== "interest") return [];
  const { location, name, allowDataLoss } = follower;
  const isConsumed = consumers.some((each) => each.location === location && each.stream === name);
  const allowed = "allowed on a stream with links: limits, or workqueue, which keeps a message until it was consumed";
  if (!isConsumed) {
    return [
      fault(
        "R5",
        `'retention' of stream ${place(follower)} is interest, and no consumer of it is declared, so that it keeps nothing; ` +
          `${allowed}; declare one of those`,
      ),
    ];
  }
  return allowDataLoss
    ? []
    : [
        fault(
          "R6",
          `'retention' of stream ${place(follower)} is interest, and what arrives before its consumers are made is lost; ` +
            `${allowed}; declare one of those, or 'allowDataLoss'`,
        ),
      ];
}
