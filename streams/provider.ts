/**
 * What a Stream resource does. Loaded in the provider's own process, by the hooks that `stream.ts` keeps in state.
 * Takes and returns plain values; a preview's `check` and `diff` touch nothing.
 */
import semver from "semver";
import { awaitLinks, linkTimeoutMs } from "./jetstream/await-links";
import type { Connection } from "./jetstream/connection";
import { converge } from "./jetstream/converge";
import { askOnce, askPatiently } from "./jetstream/request";
import { deleteStream, findStream } from "./jetstream/stream-api";
import { ownerOf, withoutOwner } from "./owner-token";
import type { Origin, StreamConfig } from "./stream-config";
import { changedFields, configOfWire } from "./stream-config";

/** A Stream resource's inputs, and its state: nothing else is kept. */
export interface StreamInputs extends StreamConfig {
  /** Secret. */
  readonly connection: Connection;
  /** Token written on the stream: `<project>/<stack>/<logical name>`. */
  readonly owner: string;
  /** Version of the location's servers. */
  readonly serverVersion: string;
  /** Takes over a stream of this name that is there already. Absent: no. */
  readonly adopt?: boolean;
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
    update: (_id: string, olds: StreamInputs, news: StreamInputs) => update(olds, news, timeoutMs),
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
  if (typeof other === "string") return false;
  const fields = ({ servers, user, password }: Connection) => JSON.stringify([servers, user, password]);
  return fields(one) === fields(other);
}

async function create(inputs: StreamInputs, timeoutMs: number): Promise<{ id: string; outs: StreamInputs }> {
  await converge(askPatiently(inputs.connection), wanted(inputs));
  await awaitLinksOf(inputs, timeoutMs);
  return { id: place(inputs), outs: inputs };
}

async function update(olds: StreamInputs, news: StreamInputs, timeoutMs: number): Promise<{ outs: StreamInputs }> {
  await converge(askPatiently(news.connection), wanted(news), olds.owner);
  await awaitLinksOf(news, timeoutMs);
  return { outs: news };
}

function wanted(inputs: StreamInputs) {
  const { owner, serverVersion, adopt = false } = inputs;
  return { config: inputs, owner, serverVersion, adopt };
}

/** The engine keeps a resource in state when its error carries `id` and `properties`, and updates it in the next run. */
async function awaitLinksOf(inputs: StreamInputs, timeoutMs: number): Promise<void> {
  try {
    await awaitLinks(askOnce(inputs.connection), inputs, timeoutMs);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw Object.assign(error, { id: place(inputs), properties: inputs, reasons: [error.message] });
  }
}

/** Finds what was changed by hand. A stream that is gone, or somebody else's by now, is dropped from state. */
async function read(
  id: string,
  props: StreamInputs,
): Promise<{ id?: string; props?: StreamInputs; inputs?: StreamInputs }> {
  const found = (await findStream(askPatiently(props.connection), props.location, props.name))?.config;
  const owner = found && (ownerOf(found) ?? "");
  if (!found || (owner !== props.owner && owner !== "")) return { id: "" };
  const drifted = drift(props, configOfWire(withoutOwner(found), props.location));
  const now = { ...drifted, owner };
  return { id, props: now, inputs: now };
}

/** The stream as kept, with the fields that differ as found; a field that is gone is gone. */
function drift(kept: StreamInputs, found: StreamConfig): StreamInputs {
  const now: Record<string, unknown> = { ...kept };
  for (const field of changedFields(kept, found)) {
    if (found[field] === undefined) delete now[field];
    else now[field] = found[field];
  }
  return now as unknown as StreamInputs;
}

async function remove(_id: string, props: StreamInputs): Promise<void> {
  const ask = askPatiently(props.connection);
  const found = (await findStream(ask, props.location, props.name))?.config;
  if (!found) return;
  if (ownerOf(found) === props.owner) return deleteStream(ask, props.location, props.name);
  process.stderr.write(
    `stream ${place(props)} is left in place: its owner is '${ownerOf(found) ?? ""}', not '${props.owner}'\n`,
  );
}
