/** The hook before anything is done, in previews too: what no server would do, and what a change or a take-over would destroy. */
import semver from "semver";
import type { Ask } from "../jetstream/request";
import { valueText } from "../jetstream/differences";
import { foreignText, isForeign, takenOverText } from "../jetstream/foreign-stream";
import type { Connection } from "../jetstream/login";
import { keepOrAllow, losingFields, lossesOf, lossText } from "../jetstream/loss";
import { findStream } from "../jetstream/stream-api";
import { withoutToken } from "../owner-token";
import { changeRefusal, type ChangeableField } from "../stream-changes";
import type { StreamConfig } from "../stream-config";
import type { Checked, CheckFailure, StreamInputs } from "../stream-state";
import { place, unknown } from "../stream-state";
import type { WireConfig } from "../wire-config";
import { changedFields, configOfWire } from "../wire-config";
import { say } from "../say";
import { inTime } from "./in-time";
import { sourceNotices } from "./sources";

/**
 * Refuses what would need another stream in place of the old one: that is never done silently. Asks the servers only where a change may delete
 * messages, or a stream is to be taken over, and waits 2 s for them at most: what it could not see is looked at again before it is done.
 *
 * @param olds empty where the stream is to be made
 */
export async function check(
  asking: (connection: Connection) => Ask,
  olds: Partial<StreamInputs>,
  news: StreamInputs,
): Promise<Checked<StreamInputs>> {
  if (isStream(olds)) sourceNotices(olds, news).forEach(say);
  const failures = isStream(olds)
    ? [
        ...identityFaults(olds, news),
        ...changeFaults(olds, news),
        ...moveFaults(olds, news),
        ...(await lossFaults(asking, olds, news)),
      ]
    : await adoptionFaults(asking, news);
  return { inputs: news, failures };
}

/** What a create's `olds` is not: they are empty then. */
function isStream(olds: Partial<StreamInputs>): olds is StreamInputs {
  return olds.name !== undefined;
}

function identityFaults(olds: StreamInputs, news: StreamInputs): CheckFailure[] {
  return (["location", "name"] as const)
    .filter((property) => olds[property] !== news[property])
    .map((property) => ({
      property,
      reason:
        `'${property}' of stream ${place(olds)} is now '${news[property]}'; allowed: '${olds[property]}', as a stream with ` +
        "its messages cannot be moved or renamed; declare the new one beside it under a logical name of its own",
    }));
}

/** A version that a preview does not know yet takes whatever the newest one takes. */
function versionOf({ serverVersion }: StreamInputs): string {
  return semver.valid(serverVersion) ?? "999.0.0";
}

function changeFaults(olds: StreamInputs, news: StreamInputs): CheckFailure[] {
  return changedFields(news, olds)
    .filter((field) => field !== "name")
    .flatMap((field) => changeFault(field, olds, news));
}

function changeFault(property: ChangeableField, olds: StreamInputs, news: StreamInputs): CheckFailure[] {
  const refusal = changeRefusal(property, olds[property], news[property], versionOf(news));
  if (!refusal) return [];
  const { errCode, wayOut } = refusal;
  const number = errCode === undefined ? "" : ` (${errCode})`;
  return [
    {
      property,
      reason:
        `'${property}' of stream ${place(olds)} is now ${valueText(news[property])}; allowed: ${valueText(olds[property])}, ` +
        `as nats-server ${news.serverVersion === unknown ? "" : `${news.serverVersion} `}does not make this change of a ` +
        `live stream${number}; to get there, ${wayOut}`,
    },
  ];
}

/** A stream moves to other servers alone: with other replicas it is refused by all servers (10123), with another retention by 2.15.2. */
function moveFaults(olds: StreamInputs, news: StreamInputs): CheckFailure[] {
  const changed = changedFields(news, olds);
  const others = (["replicas", "retention"] as const).filter((field) => changed.includes(field));
  if (!changed.includes("placement") || others.length === 0) return [];
  return [
    {
      property: "placement",
      reason:
        `'placement' of stream ${place(olds)} changes together with ${others.map((field) => `'${field}'`).join(" and ")}; allowed: one ` +
        "after the other (10123); change one of them, run 'pulumi up', then the other",
    },
  ];
}

/** What of a stream would go at once; with `allowDataLoss` it is told, and no fault. */
async function lossFaults(
  asking: (connection: Connection) => Ask,
  olds: StreamInputs,
  news: StreamInputs,
): Promise<CheckFailure[]> {
  const serverVersion = semver.valid(news.serverVersion) ?? olds.serverVersion;
  const fields = losingFields({ before: olds, after: news, serverVersion });
  if (fields.length === 0 || place(olds) !== place(news)) return [];
  const ask = asking(olds.connection);
  const look = async () => {
    const info = await findStream(ask, olds.location, olds.name);
    return info ? lossesOf(ask, info, { before: foundOf(info.config, olds), after: news, serverVersion }) : [];
  };
  const looked = await inTime(look());
  if ("reason" in looked) {
    say(
      `how many messages a change of ${fields.map((field) => `'${field}'`).join(", ")} of stream ${place(olds)} would delete ` +
        `is not known yet: ${looked.reason}; it is looked at again before anything is changed`,
    );
    return [];
  }
  if (!news.allowDataLoss) {
    return looked.found.map((loss) => ({
      property: loss.field,
      reason: `${lossText(place(olds), loss)}; ${keepOrAllow(loss.before)}`,
    }));
  }
  for (const loss of looked.found) say(`${lossText(place(olds), loss)}, as 'allowDataLoss' lets it`);
  return [];
}

function foundOf(wire: WireConfig, { location }: StreamInputs): StreamConfig {
  return configOfWire(withoutToken(wire), location);
}

/** The differences to a stream that is to be taken over: with `if-equal` each is a fault, with `always` they are told. */
async function adoptionFaults(asking: (connection: Connection) => Ask, news: StreamInputs): Promise<CheckFailure[]> {
  const { connection, adopt = "never" } = news;
  if (adopt === "never" || isUnknown(connection)) return [];
  const looked = await inTime(findStream(asking(connection), news.location, news.name));
  if ("reason" in looked) {
    say(`whether stream ${place(news)} is there to be taken over is not known yet: ${looked.reason}`);
    return [];
  }
  const wire = looked.found?.config;
  if (!wire || !isForeign(wire, news.owner)) return [];
  if (adopt === "if-equal" && changedFields(news, foundOf(wire, news)).length > 0)
    return [{ property: "adopt", reason: foreignText(news, news.owner, wire, adopt) }];
  say(takenOverText(news, wire));
  return [];
}

function isUnknown(value: unknown): boolean {
  return value === unknown || JSON.stringify(value).includes(unknown);
}
