/** What can be told to a running relay, at both ends of its control socket. */
import { once } from "node:events";
import type { Socket } from "node:net";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { relaySocket } from "./relay-files";
import type { LinkState } from "./relay-server";
import { wholeLink } from "./relay-server";

/**
 * `cut` ends all connections and refuses new ones; `delay 150` holds each way back by 150 ms; `heal` takes cut and delay
 * back; `status` only asks.
 */
export type RelayCommand = "cut" | "heal" | "status" | `delay ${number}`;

/** A link as its relay sees it. */
export interface RelayStatus extends LinkState {
  /** Connections that are forwarded now: one a server and account when all is well. */
  readonly connections: number;
}

/** The longest delay, in milliseconds: the server gives a leafnode up that does not answer for longer. */
export const maxDelayMs = 10_000;

/** How long a relay may take to answer, in milliseconds: it does so at once. */
const patienceMs = 5_000;

/**
 * Tells the relay of the location in a folder, and returns the link's state after it. Waits at most 5 s.
 *
 * @throws when no relay runs there, or it does not answer, or the command is none
 */
export async function controlRelay(folder: string, command: RelayCommand): Promise<RelayStatus> {
  const socket = connect(relaySocket(folder));
  try {
    await once(socket, "connect");
  } catch (error) {
    throw new Error(`no relay runs in '${folder}'; bring the location up first`, { cause: error });
  }
  socket.setTimeout(patienceMs, () => socket.destroy(new Error(`nothing within ${patienceMs / 1_000} s`)));
  socket.write(command);
  const answer = await answerOn(socket).catch((error: Error) => {
    const cure = "bring the location up again, which starts it anew";
    throw new Error(`the relay in '${folder}' does not answer '${command}': ${error.message}; ${cure}`, {
      cause: error,
    });
  });
  if ("error" in answer) throw new Error(answer.error);
  return answer;
}

async function answerOn(socket: Socket): Promise<RelayStatus | { readonly error: string }> {
  const answer = await text(socket);
  if (answer === "") throw new Error("it hung up");
  return JSON.parse(answer);
}

/**
 * The state of a location's link.
 *
 * @throws when no relay runs there
 */
export function relayStatus(folder: string): Promise<RelayStatus> {
  return controlRelay(folder, "status");
}

/**
 * What a link becomes by a command.
 *
 * @throws when it is no command, with those there are
 */
export function commanded(state: LinkState, command: string): LinkState {
  if (command === "status") return state;
  if (command === "cut") return { ...state, cut: true };
  if (command === "heal") return wholeLink;
  const delayMs = Number(/^delay (\d+)$/.exec(command)?.[1] ?? NaN);
  if (delayMs <= maxDelayMs) return { ...state, delayMs };
  throw new Error(`a relay takes cut, heal, status, or delay with 0 to ${maxDelayMs} milliseconds, got '${command}'`);
}
