/** The one walk behind create and update of a consumer: look, make or change what differs, and leave the rest alone. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ConsumerConfig } from "../consumers/consumer-config";
import { consumerPlace } from "../consumers/consumer-config";
import type { ConsumerState } from "../consumers/consumer-state";
import type { ConsumerField, ConsumerWire } from "../consumers/consumer-wire";
import { changedConsumerFields, consumerOfWire, consumerWire, updatedConsumerWire } from "../consumers/consumer-wire";
import { isSameToken, tokenOf, withoutToken, withToken } from "../owner-token";
import type { Adopt } from "../stream-declaration";
import { subjectIsSubset } from "../subject";
import type { ConsumerInfo } from "./consumer-api";
import { createConsumer, findConsumer, pauseConsumer, updateConsumer } from "./consumer-api";
import { valueText } from "./differences";
import type { Ask } from "./request";
import { findStream } from "./stream-api";

/** A consumer of that name is there, and it is not ours. The message says how to take it over. */
export class ForeignConsumerError extends Error {
  override readonly name = "ForeignConsumerError";
  constructor(wanted: ConsumerState, wire: ConsumerWire) {
    const owner = tokenOf(wire)?.owner;
    super(
      `consumer ${consumerPlace(wanted)} is there already, ` +
        `${owner ? `owned by '${owner}'` : "owned by nobody known"}, not by '${wanted.owner}'; it was left as it is. ` +
        `${wanted.adopt === "if-equal" ? `It differs: ${differencesText(wanted, foundOf(wanted, wire))}. ` : ""}` +
        "Renamed the resource? Give it an alias of its old name. Else set 'adopt: \"always\"' on the declaration to take it " +
        "over with its place in the stream, or choose another name",
    );
  }
}

/** A consumer took an update, and is still another one. */
export class ConsumerNotChangedError extends Error {
  override readonly name = "ConsumerNotChangedError";
  constructor(wanted: ConsumerConfig, found: ConsumerConfig) {
    super(
      `consumer ${consumerPlace(wanted)} was changed, and is not as declared ${settleMs / 1000} s later: ` +
        `${differencesText(wanted, found)}; run 'pulumi up' again, and where it stays so, look into the servers' logs`,
    );
  }
}

/** A narrower filter would delete messages of an `interest` stream. The message says how many at most, and both ways out. */
export class NarrowedFilterError extends Error {
  override readonly name = "NarrowedFilterError";
  constructor(wanted: ConsumerConfig, found: ConsumerConfig, { num_pending, num_ack_pending }: ConsumerInfo) {
    super(
      `consumer ${consumerPlace(wanted)} is not changed: 'filterSubjects' from ${valueText(found.filterSubjects)} to ` +
        `${valueText(wanted.filterSubjects)} deletes those of ${num_pending + num_ack_pending} message(s) that it would not catch any more, ` +
        "as its stream is of 'interest', unless another consumer waits for them; allowed: what catches no less, or nothing that waits; " +
        "let its clients finish, or let them go: 'allowDataLoss: true' on the declaration",
    );
  }
}

/** Servers before 2.15 do not answer when replicas are added, and others a little before the change is to be seen. */
const settleMs = 10_000;
const lookEveryMs = 200;

/**
 * Makes the consumer on its servers as wanted, whatever is there. Safe to repeat after an interrupt at any point.
 *
 * @param formerOwner Owner under which the resource kept the consumer before; the same but for a rename.
 * @throws ForeignConsumerError, NarrowedFilterError, ConsumerNotChangedError, JetStreamRequestError, ConnectionError
 */
export async function convergeConsumer(ask: Ask, wanted: ConsumerState, formerOwner = wanted.owner): Promise<void> {
  const found = await findConsumer(ask, wanted);
  if (found) return change(ask, wanted, found, formerOwner);
  await createConsumer(
    ask,
    wanted,
    withToken(consumerWire(wanted), wanted, wanted.serverVersion),
    wanted.serverVersion,
  );
}

async function change(ask: Ask, wanted: ConsumerState, info: ConsumerInfo, formerOwner: string): Promise<void> {
  const found = info.config;
  const owner = tokenOf(found)?.owner;
  const changed = changedConsumerFields(wanted, foundOf(wanted, found));
  if (owner !== wanted.owner && owner !== formerOwner && !mayAdopt(wanted.adopt, changed)) {
    throw new ForeignConsumerError(wanted, found);
  }
  if (changed.includes("filterSubjects") && !wanted.allowDataLoss) await requireNoLoss(ask, wanted, info);
  const update = withToken(updatedConsumerWire(withoutToken(found), wanted, changed), wanted, wanted.serverVersion);
  const others = changed.filter((field) => field !== "pauseUntil");
  if (others.length > 0 || !isMarked(wanted, update, found))
    await updateConsumer(ask, wanted, update, wanted.serverVersion);
  if (changed.includes("pauseUntil")) await pauseConsumer(ask, wanted, wanted.pauseUntil);
  if (changed.length > 0) await awaitChange(ask, wanted);
}

async function requireNoLoss(ask: Ask, wanted: ConsumerState, info: ConsumerInfo): Promise<void> {
  if (info.num_pending + info.num_ack_pending === 0) return;
  const stream = (await findStream(ask, wanted.location, wanted.stream))?.config;
  if (stream?.["retention"] !== "interest") return;
  const found = foundOf(wanted, info.config);
  const everything = stream.sources?.length || stream.mirror ? [">"] : (stream.subjects ?? [">"]);
  const before = found.filterSubjects.length > 0 ? found.filterSubjects : everything;
  const after = wanted.filterSubjects.length > 0 ? wanted.filterSubjects : [">"];
  const isKept = before.every((filter) => after.some((wider) => subjectIsSubset(filter, wider)));
  if (!isKept) throw new NarrowedFilterError(wanted, found, info);
}

function mayAdopt(adopt: Adopt = "never", changed: readonly ConsumerField[]): boolean {
  return adopt === "always" || (adopt === "if-equal" && changed.length === 0);
}

/** Whether the token is where it belongs already; a server's upgrade past 2.10 moves it. */
function isMarked(wanted: ConsumerState, update: ConsumerWire, found: ConsumerWire): boolean {
  return isSameToken(tokenOf(found), wanted) && (update.description ?? "") === (found.description ?? "");
}

async function awaitChange(ask: Ask, wanted: ConsumerState): Promise<void> {
  const deadline = Date.now() + settleMs;
  for (;;) {
    const wire = (await findConsumer(ask, wanted))?.config;
    const found = wire && foundOf(wanted, wire);
    if (found && changedConsumerFields(wanted, found).length === 0) return;
    if (found && Date.now() >= deadline) throw new ConsumerNotChangedError(wanted, found);
    await sleep(lookEveryMs);
  }
}

function foundOf({ location, stream }: ConsumerConfig, wire: ConsumerWire): ConsumerConfig {
  return consumerOfWire(withoutToken(wire), location, stream);
}

function differencesText(wanted: ConsumerConfig, found: ConsumerConfig): string {
  return changedConsumerFields(wanted, found)
    .map((field) => `${field}: ${valueText(found[field])} there, ${valueText(wanted[field])} declared`)
    .join("; ");
}
