/**
 * What the resources of the streams project do. Loaded in the provider's own process, by the hooks that `stream.ts` keeps in state.
 * Takes and returns plain values.
 */
import { randomBytes } from "node:crypto";
import { guardOrigin } from "./guards/anew";
import { check } from "./guards/check";
import { remove } from "./guards/delete";
import { declaredStreamsHooks } from "./guards/leaving";
import { awaitPromotion, isPromotion } from "./guards/promotion";
import { read } from "./guards/read";
import { awaitLinks, linkTimeoutMs } from "./jetstream/await-links";
import { converge } from "./jetstream/converge";
import { Followers } from "./jetstream/followers";
import type { Connection } from "./jetstream/login";
import { askPatiently, askUnlessCutOff, type Ask } from "./jetstream/request";
import type { StreamInputs, StreamState } from "./stream-state";
import { isSameConnection, place } from "./stream-state";
import { changedFields } from "./wire-config";

export type { StreamInputs, StreamState } from "./stream-state";

/** Where the hooks' requests go. */
export interface Asking {
  readonly once: (connection: Connection) => Ask;
  readonly patiently: (connection: Connection) => Ask;
}

const servers: Asking = { once: askUnlessCutOff, patiently: askPatiently };

/**
 * The hooks of a Stream resource. `check` and `diff` work without servers, and `diff` asks none.
 *
 * @param timeoutMs How long the links of a new or changed stream may take whose inputs do not say.
 */
export function streamHooks(timeoutMs = linkTimeoutMs, asking = servers, followers = new Followers(asking.once)) {
  const { once, patiently } = asking;
  const timeoutOf = ({ linkTimeoutSeconds = timeoutMs / 1000 }: StreamInputs) => linkTimeoutSeconds * 1000;
  const settle = (state: StreamState) => {
    followers.note(state);
    return awaitLinksOf(once(state.connection), state, timeoutOf(state));
  };
  return {
    check: (olds: Partial<StreamInputs>, news: StreamInputs) => check(once, olds, news),
    diff,
    /** A resource that was moved in the program is created anew beside its old self: the new generation saves the stream from the old one's delete. */
    create: async (inputs: StreamInputs): Promise<{ id: string; outs: StreamState }> => {
      const outs = { ...inputs, generation: randomBytes(4).toString("hex") };
      const ask = patiently(inputs.connection);
      await converge(ask, { ...wanted(outs), beforeCreate: () => guardOrigin(ask, followers, inputs) });
      await settle(outs);
      return { id: place(outs), outs };
    },
    update: async (_id: string, olds: StreamState, news: StreamInputs): Promise<{ outs: StreamState }> => {
      const outs = { ...news, generation: olds.generation };
      if (isPromotion(olds, news)) await awaitPromotion(once(news.connection), olds, news, timeoutOf(news));
      const ask = patiently(news.connection);
      const beforeCreate = () => guardOrigin(ask, followers, news);
      await converge(ask, { ...wanted(outs), beforeCreate }, olds.owner);
      await settle(outs);
      return { outs };
    },
    read: (id: string, props: StreamState) => read(asking, id, props),
    delete: (_id: string, props: StreamState) => remove(patiently, followers, props),
  };
}

const followers = new Followers(servers.once);

/** The hooks that `stream.ts` calls. */
export const stream = streamHooks(linkTimeoutMs, servers, followers);

/** The hooks of the resource that knows which streams are declared. */
export const declaredStreams = declaredStreamsHooks(servers.once, followers);

/** Works from state alone. */
async function diff(_id: string, olds: StreamInputs, news: StreamInputs): Promise<{ changes: boolean }> {
  const changes =
    changedFields(news, olds).length > 0 ||
    (["owner", "serverVersion", "adopt", "allowDataLoss"] as const).some((field) => olds[field] !== news[field]) ||
    olds.domains?.join(" ") !== news.domains?.join(" ") ||
    !isSameConnection(olds.connection, news.connection);
  return { changes };
}

function wanted(state: StreamState) {
  const { serverVersion, adopt = "never", allowDataLoss = false } = state;
  return { config: state, token: state, serverVersion, adopt, allowDataLoss };
}

/** The engine keeps a resource in state when its error carries `id` and `properties`, and updates it in the next run. */
async function awaitLinksOf(ask: Ask, state: StreamState, timeoutMs: number): Promise<void> {
  try {
    await awaitLinks(ask, state, timeoutMs, state.domains?.[0]);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw Object.assign(error, { id: place(state), properties: state, reasons: [error.message] });
  }
}
