/**
 * What a Stream resource does. Loaded in the provider's own process, by the hooks that `stream.ts` keeps in state.
 * Takes and returns plain values; a preview's `check` and `diff` touch nothing.
 */
import { randomBytes } from "node:crypto";
import semver from "semver";
import { awaitLinks, linkTimeoutMs } from "./jetstream/await-links";
import { ConnectionError } from "./jetstream/connection";
import { converge } from "./jetstream/converge";
import { connectionKey, type Connection } from "./jetstream/login";
import { askOnce, askPatiently, JetStreamRequestError } from "./jetstream/request";
import { deleteStream, findStream } from "./jetstream/stream-api";
import { isSameToken, tokenOf, tokenText, withoutToken } from "./owner-token";
import type { Origin, StreamConfig } from "./stream-config";
import { changedFields, configOfWire } from "./stream-config";

/** A Stream resource's inputs. */
export interface StreamInputs extends StreamConfig {
  /** Secret. */
  readonly connection: Connection;
  /** Written on the stream: `<project>/<stack>/<logical name>`. */
  readonly owner: string;
  /** Version of the location's servers. */
  readonly serverVersion: string;
  /** Takes over a stream of this name that is there already. Absent: no. */
  readonly adopt?: boolean;
}

/** A Stream resource's state: its inputs, and of its token what cannot be derived. */
export interface StreamState extends StreamInputs {
  /** See `OwnerToken`. Kept through updates and refreshes, and no part of what is compared. */
  readonly generation: string;
}

interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

// Pulumi's constant for a value that a preview does not know yet.
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/**
 * The hooks of a Stream resource.
 *
 * @param timeoutMs How long the links of a new or changed stream may take.
 */
export function streamHooks(timeoutMs = linkTimeoutMs) {
  return {
    check,
    diff,
    create: (inputs: StreamInputs) => create(inputs, timeoutMs),
    update: (_id: string, olds: StreamState, news: StreamInputs) => update(olds, news, timeoutMs),
    read,
    delete: remove,
  };
}

/** The hooks that `stream.ts` calls. */
export const stream = streamHooks();

/** Refuses what would need another stream in place of the old one: that is never done silently. */
async function check(
  olds: Partial<StreamInputs>,
  news: StreamInputs,
): Promise<{ inputs: StreamInputs; failures: CheckFailure[] }> {
  return { inputs: news, failures: isStream(olds) ? [...identityFaults(olds, news), ...mirrorFaults(olds, news)] : [] };
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

/** Every server refuses another origin (10055); from 2.12 on one may be let go, which promotes the mirror. */
function mirrorFaults(olds: StreamInputs, news: StreamInputs): CheckFailure[] {
  const [before, after] = [originText(olds.mirror), originText(news.mirror)];
  const isPromotion =
    news.mirror === undefined && (news.serverVersion === unknown || semver.gte(news.serverVersion, "2.12.0"));
  if (before === after || isPromotion) return [];
  return [
    {
      property: "mirror",
      reason:
        `'mirror' of stream ${place(olds)} is now ${after}; allowed: ${before}, as servers refuse the change (10055; ` +
        "from 2.12 on a mirror may be dropped); declare a new stream under another name, and drop this one when it is empty",
    },
  ];
}

function originText(origin: Origin | undefined): string {
  return origin ? `'${origin.stream}' in '${origin.location}'` : "none";
}

function place({ location, name }: StreamConfig): string {
  return `${location}/${name}`;
}

/** Works from state alone. */
async function diff(_id: string, olds: StreamInputs, news: StreamInputs): Promise<{ changes: boolean }> {
  const changes =
    changedFields(news, olds).length > 0 ||
    (["owner", "serverVersion", "adopt"] as const).some((field) => olds[field] !== news[field]) ||
    !isSameConnection(olds.connection, news.connection);
  return { changes };
}

function isSameConnection(one: Connection, other: Connection | string): boolean {
  return typeof other !== "string" && connectionKey(one) === connectionKey(other);
}

/** A resource that was moved in the program is created anew beside its old self: the new generation saves the stream from the old one's delete. */
async function create(inputs: StreamInputs, timeoutMs: number): Promise<{ id: string; outs: StreamState }> {
  const outs = { ...inputs, generation: randomBytes(4).toString("hex") };
  await converge(askPatiently(inputs.connection), wanted(outs));
  await awaitLinksOf(outs, timeoutMs);
  return { id: place(outs), outs };
}

async function update(olds: StreamState, news: StreamInputs, timeoutMs: number): Promise<{ outs: StreamState }> {
  const outs = { ...news, generation: olds.generation };
  await converge(askPatiently(news.connection), wanted(outs), olds.owner);
  await awaitLinksOf(outs, timeoutMs);
  return { outs };
}

function wanted(state: StreamState) {
  const { serverVersion, adopt = false } = state;
  return { config: state, token: state, serverVersion, adopt };
}

/** The engine keeps a resource in state when its error carries `id` and `properties`, and updates it in the next run. */
async function awaitLinksOf(state: StreamState, timeoutMs: number): Promise<void> {
  try {
    await awaitLinks(askOnce(state.connection), state, timeoutMs);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw Object.assign(error, { id: place(state), properties: state, reasons: [error.message] });
  }
}

/** Finds what was changed by hand. A stream that is gone, or by now somebody else's or nobody's, is dropped from state. */
async function read(
  id: string,
  props: StreamState,
): Promise<{ id?: string; props?: StreamState; inputs?: StreamInputs }> {
  const found = (await findStream(askPatiently(props.connection), props.location, props.name))?.config;
  if (!found || tokenOf(found)?.owner !== props.owner) return { id: "" };
  const now = drift(props, configOfWire(withoutToken(found), props.location));
  const { generation: _generation, ...inputs } = now;
  return { id, props: now, inputs };
}

/** The stream as kept, with the fields that differ as found; a field that is gone is gone. */
function drift(kept: StreamState, found: StreamConfig): StreamState {
  const now: Record<string, unknown> = { ...kept };
  for (const field of changedFields(kept, found)) {
    if (found[field] === undefined) delete now[field];
    else now[field] = found[field];
  }
  return now as unknown as StreamState;
}

async function remove(_id: string, props: StreamState): Promise<void> {
  try {
    await removeOwn(props);
  } catch (error) {
    throw isSilence(error) ? new OutOfReachError(props, error) : error;
  }
}

async function removeOwn(props: StreamState): Promise<void> {
  const ask = askPatiently(props.connection);
  const found = (await findStream(ask, props.location, props.name))?.config;
  if (!found) return;
  const token = tokenOf(found);
  if (isSameToken(token, props)) return deleteStream(ask, props.location, props.name);
  const foundText = token ? `the token '${tokenText(token)}'` : "no token";
  process.stderr.write(`stream ${place(props)} is left in place: it bears ${foundText}, not '${tokenText(props)}'\n`);
}

function isSilence(error: unknown): error is Error {
  return error instanceof ConnectionError || (error instanceof JetStreamRequestError && error.errCode === undefined);
}

/** A stream cannot be deleted, as its location does not answer. The message names both ways out. */
export class OutOfReachError extends Error {
  override readonly name = "OutOfReachError";
  constructor(stream: StreamConfig, cause: Error) {
    super(
      `stream ${place(stream)} is not deleted: ${cause.message}; bring its location up first: pulumi up -s ${stream.location}; ` +
        "or, where that is gone for good: pulumi state delete <urn> (pulumi stack --show-urns has it)",
      { cause },
    );
  }
}
