/** The calls of JetStream's consumer API that are used here. */
import semver from "semver";
import type { ConsumerConfig } from "../consumers/consumer-config";
import type { ConsumerWire } from "../consumers/consumer-wire";
import type { Ask } from "./request";
import { errCodes, JetStreamRequestError } from "./request";

/** What a server tells of a consumer. */
export interface ConsumerInfo {
  readonly config: ConsumerWire;
  /** Messages that were not delivered yet. */
  readonly num_pending: number;
  /** Messages that were delivered and not acknowledged. */
  readonly num_ack_pending: number;
}

/** A consumer that is to be made or changed. */
type Named = Pick<ConsumerConfig, "location" | "stream" | "name">;

const consumerNotFound = 10014;

/** A consumer, or undefined where there is none of that name, or no such stream. */
export async function findConsumer(ask: Ask, { location, stream, name }: Named): Promise<ConsumerInfo | undefined> {
  return unlessMissing(ask<ConsumerInfo>(location, `CONSUMER.INFO.${stream}.${name}`));
}

/** Makes a consumer; succeeds where an equal one is there. Servers before 2.10 take a different one for an update. */
export function createConsumer(
  ask: Ask,
  named: Named,
  wire: ConsumerWire,
  serverVersion: string,
): Promise<ConsumerInfo> {
  return put(ask, named, wire, serverVersion, "create");
}

/** Changes a consumer in place, all but its pause. */
export function updateConsumer(
  ask: Ask,
  named: Named,
  wire: ConsumerWire,
  serverVersion: string,
): Promise<ConsumerInfo> {
  return put(ask, named, wire, serverVersion, "update");
}

function put(
  ask: Ask,
  { location, stream, name }: Named,
  config: ConsumerWire,
  serverVersion: string,
  action: "create" | "update",
): Promise<ConsumerInfo> {
  return semver.lt(serverVersion, "2.10.0")
    ? ask(location, `CONSUMER.DURABLE.CREATE.${stream}.${name}`, { stream_name: stream, config })
    : ask(location, `CONSUMER.CREATE.${stream}.${name}`, { stream_name: stream, config, action });
}

/** Pauses a consumer until a moment, or lets it go on. From server 2.11 on. */
export async function pauseConsumer(ask: Ask, { location, stream, name }: Named, until?: string): Promise<void> {
  await ask(location, `CONSUMER.PAUSE.${stream}.${name}`, until === undefined ? {} : { pause_until: until });
}

/** Deletes a consumer; succeeds where there is none. */
export async function deleteConsumer(ask: Ask, { location, stream, name }: Named): Promise<void> {
  await unlessMissing(ask(location, `CONSUMER.DELETE.${stream}.${name}`));
}

async function unlessMissing<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    const missing: readonly (number | undefined)[] = [consumerNotFound, errCodes.streamNotFound];
    if (error instanceof JetStreamRequestError && missing.includes(error.errCode)) return undefined;
    throw error;
  }
}
