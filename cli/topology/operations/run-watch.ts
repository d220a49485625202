/** What a watch prints, from its begin to its end. Loads no engine, as the image of the repair watch has none. */
import { closeConnections } from "../../../streams/jetstream/connection";
import { abortOnSignals } from "../../../toolchain/command.mjs";
import { RepairSession, type RunningTopology } from "./repair-session";
import { watchLinks } from "./watch";
import type { WatchEvent } from "./watch-events";

export interface RunWatchOptions {
  /** Steps leaders down; otherwise only tells. */
  readonly repair: boolean;
  /** One object a line. */
  readonly json: boolean;
}

/** Prints what happens until Ctrl-C, which is the way to end it and so has no words of its own. */
export async function runWatch(open: () => Promise<RunningTopology>, { repair, json }: RunWatchOptions): Promise<void> {
  const { signal, release } = abortOnSignals();
  try {
    const running = await open();
    const session = await RepairSession.open(running);
    console.error(`watching the links of ${running.label}${repair ? ", and repairing them" : ""}; Ctrl-C ends it`);
    const onEvent = (event: WatchEvent) => console.log(json ? eventJson(event) : eventText(event));
    await watchLinks(session, running.topology.hub, { repair, signal, onEvent });
  } catch (error) {
    console.error(`error: ${(error as Error).message}`);
    process.exitCode = 1;
  } finally {
    release();
    await closeConnections();
  }
}

const moment = () => new Date().toISOString();
const eventText = ({ of, text }: WatchEvent) => `${moment()} ${of}: ${text}`;
const eventJson = (event: WatchEvent) => JSON.stringify({ time: moment(), ...event });
