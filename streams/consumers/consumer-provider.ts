/**
 * What a Consumer resource does. Loaded in the provider's own process, by the hooks that `consumer.ts` keeps in state.
 * Takes and returns plain values; a preview's `check` and `diff` touch nothing.
 */
import { randomBytes } from "node:crypto";
import semver from "semver";
import { consumerChangeRefusals } from "./consumer-changes";
import type { ConsumerConfig } from "./consumer-config";
import { consumerPlace } from "./consumer-config";
import type { ConsumerInputs, ConsumerState } from "./consumer-state";
import { say } from "../say";
import { isSameToken, tokenOf, tokenText, withoutToken } from "../owner-token";
import { changedConsumerFields, consumerOfWire } from "./consumer-wire";
import { ConnectionError } from "../jetstream/connection";
import type { ConsumerInfo } from "../jetstream/consumer-api";
import { deleteConsumer, findConsumer } from "../jetstream/consumer-api";
import { convergeConsumer } from "../jetstream/consumer-converge";
import { valueText } from "../jetstream/differences";
import type { Ask } from "../jetstream/request";
import { askPatiently, JetStreamRequestError } from "../jetstream/request";
import { findStream } from "../jetstream/stream-api";
import type { Checked, CheckFailure } from "../stream-state";
import { isSameConnection } from "../stream-state";

/** The hooks that `consumer.ts` calls. */
export const consumer = { check, diff, create, update, read, delete: remove };

/** Refuses what would need another consumer in place of the old one: that is never done silently. */
async function check(olds: Partial<ConsumerInputs>, news: ConsumerInputs): Promise<Checked<ConsumerInputs>> {
  if (!isConsumer(olds)) return { inputs: news, failures: [] };
  const identity = identityFaults(olds, news);
  return { inputs: news, failures: identity.length > 0 ? identity : changeFaults(olds, news) };
}

/** What a create's `olds` is not: they are empty then. */
function isConsumer(olds: Partial<ConsumerInputs>): olds is ConsumerInputs {
  return olds.name !== undefined;
}

function identityFaults(olds: ConsumerInputs, news: ConsumerInputs): CheckFailure[] {
  return (["location", "stream", "name"] as const)
    .filter((property) => olds[property] !== news[property])
    .map((property) => ({
      property,
      reason:
        `'${property}' of consumer ${consumerPlace(olds)} is now '${news[property]}'; allowed: '${olds[property]}', as a consumer ` +
        "with its place in the stream cannot be moved or renamed; declare the new one beside it under a logical name of its own",
    }));
}

/** A version that a preview does not know yet takes whatever the newest one takes. */
function changeFaults(olds: ConsumerInputs, news: ConsumerInputs): CheckFailure[] {
  const version = semver.valid(news.serverVersion);
  return consumerChangeRefusals(olds, news, version ?? "999.0.0").map(({ field, errCode, wayOut }) => ({
    property: field,
    reason:
      `'${field}' of consumer ${consumerPlace(olds)} is now ${valueText(news[field])}; allowed: ${valueText(olds[field])}, as ` +
      `nats-server ${version ? `${version} ` : ""}does not make this change of a live consumer` +
      `${errCode === undefined ? "" : ` (${errCode})`}; to get there, ${wayOut}`,
  }));
}

/** Works from state alone. */
async function diff(_id: string, olds: ConsumerInputs, news: ConsumerInputs): Promise<{ changes: boolean }> {
  const changes =
    changedConsumerFields(news, olds).length > 0 ||
    (["owner", "serverVersion", "adopt", "allowDataLoss"] as const).some((field) => olds[field] !== news[field]) ||
    !isSameConnection(olds.connection, news.connection);
  return { changes };
}

/** A resource that was moved in the program is created anew beside its old self: the new generation saves the consumer from the old one's delete. */
async function create(inputs: ConsumerInputs): Promise<{ id: string; outs: ConsumerState }> {
  const outs = { ...inputs, generation: randomBytes(4).toString("hex") };
  await convergeConsumer(askPatiently(inputs.connection), outs);
  return { id: consumerPlace(outs), outs };
}

async function update(_id: string, olds: ConsumerState, news: ConsumerInputs): Promise<{ outs: ConsumerState }> {
  const outs = { ...news, generation: olds.generation };
  await convergeConsumer(askPatiently(news.connection), outs, olds.owner);
  return { outs };
}

/** Finds what was changed by hand. A consumer that is gone, or by now somebody else's or nobody's, is dropped from state. */
async function read(
  id: string,
  props: ConsumerState,
): Promise<{ id?: string; props?: ConsumerState; inputs?: ConsumerInputs }> {
  const found = (await findConsumer(askPatiently(props.connection), props))?.config;
  if (!found || tokenOf(found)?.owner !== props.owner) return { id: "" };
  const now = drift(props, consumerOfWire(withoutToken(found), props.location, props.stream));
  const { generation: _generation, ...inputs } = now;
  return { id, props: now, inputs };
}

/** The consumer as kept, with the fields that differ as found; a field that is gone is gone. */
function drift(kept: ConsumerState, found: ConsumerConfig): ConsumerState {
  const now: Record<string, unknown> = { ...kept };
  for (const field of changedConsumerFields(kept, found)) {
    if (found[field] === undefined) delete now[field];
    else now[field] = found[field];
  }
  return now as unknown as ConsumerState;
}

async function remove(_id: string, props: ConsumerState): Promise<void> {
  try {
    await removeOwn(props);
  } catch (error) {
    throw isSilence(error) ? new ConsumerOutOfReachError(props, error) : error;
  }
}

async function removeOwn(props: ConsumerState): Promise<void> {
  const ask = askPatiently(props.connection);
  const found = await findConsumer(ask, props);
  if (!found) return;
  const token = tokenOf(found.config);
  if (!isSameToken(token, props)) {
    const foundText = token ? `the token '${tokenText(token)}'` : "no token";
    return say(`consumer ${consumerPlace(props)} is left in place: it bears ${foundText}, not '${tokenText(props)}'`);
  }
  if (!props.allowDataLoss) await requireNothingWaits(ask, props, found);
  await deleteConsumer(ask, props);
}

/** A stream of `limits` keeps its messages whoever consumes them. */
async function requireNothingWaits(ask: Ask, props: ConsumerState, found: ConsumerInfo): Promise<void> {
  if (found.num_pending + found.num_ack_pending === 0) return;
  const retention = (await findStream(ask, props.location, props.stream))?.config["retention"];
  if (retention === "interest" || retention === "workqueue") throw new MessagesWaitError(props, retention, found);
}

function isSilence(error: unknown): error is Error {
  return error instanceof ConnectionError || (error instanceof JetStreamRequestError && error.errCode === undefined);
}

const lost = {
  interest: "those that no other consumer waits for are deleted with it",
  workqueue: "its place is lost with it, so that those which were delivered are delivered once more",
} as const;

/** A consumer is not deleted, as messages wait for it. The message says how many, and both ways out. */
export class MessagesWaitError extends Error {
  override readonly name = "MessagesWaitError";
  constructor(consumer: ConsumerConfig, retention: keyof typeof lost, info: ConsumerInfo) {
    super(
      `consumer ${consumerPlace(consumer)} is not deleted: ${info.num_pending} message(s) were not delivered yet and ` +
        `${info.num_ack_pending} not acknowledged, and of a stream of '${retention}' ${lost[retention]}; allowed: none that wait; ` +
        "let its clients finish, or let them go: set 'allowDataLoss: true' on the declaration, run 'pulumi up', then delete it",
    );
  }
}

/** A consumer cannot be deleted, as its location does not answer. The message names both ways out. */
export class ConsumerOutOfReachError extends Error {
  override readonly name = "ConsumerOutOfReachError";
  constructor(consumer: ConsumerConfig, cause: Error) {
    super(
      `consumer ${consumerPlace(consumer)} is not deleted: ${cause.message}; bring its location up first: ` +
        `pulumi up -s ${consumer.location}; or, where that is gone for good: pulumi state delete <urn> (pulumi stack --show-urns has it)`,
      { cause },
    );
  }
}
