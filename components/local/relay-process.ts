/** A spoke's relay, as the process that runs detached: forwards connections, and takes commands on a socket in its folder. */
import { rm } from "node:fs/promises";
import { once } from "node:events";
import { createServer } from "node:net";
import type { Socket } from "node:net";
import type { RelayInputs } from "./local-cluster-inputs";
import { readIfPresent, writeWhole } from "./runtime/folder";
import { commanded } from "./runtime/relay-control";
import { relaySocket, relayStateFile } from "./runtime/relay-files";
import type { LinkState } from "./runtime/relay-server";
import { RelayServer } from "./runtime/relay-server";

async function main(conf: string): Promise<void> {
  const { folder, port, targets } = JSON.parse((await readIfPresent(conf)) ?? "") as RelayInputs;
  const relay = new RelayServer(targets.map((target) => new URL(target)));
  const saved = await readIfPresent(relayStateFile(folder));
  if (saved) relay.state = JSON.parse(saved) as LinkState;
  await relay.listen(port);
  await rm(relaySocket(folder), { force: true });
  createServer((socket) => void answer(socket, relay, folder)).listen(relaySocket(folder));
}

/** Ends with the newest command: each finds the link as the one before left it. */
let obeyed: Promise<unknown> = Promise.resolve();

async function answer(socket: Socket, relay: RelayServer, folder: string): Promise<void> {
  socket.on("error", () => socket.destroy());
  try {
    const [command] = (await once(socket, "data")) as [Buffer]; // so short that it comes in one piece
    const turn = obeyed.then(() => obey(command.toString(), relay, folder));
    obeyed = turn.catch(() => undefined);
    await turn;
    socket.end(JSON.stringify({ ...relay.state, connections: relay.connections }));
  } catch (error) {
    socket.end(JSON.stringify({ error: (error as Error).message }));
  }
}

async function obey(command: string, relay: RelayServer, folder: string): Promise<void> {
  const state = commanded(relay.state, command);
  if (state === relay.state) return;
  // Saved first: a cut that was acknowledged outlives the relay.
  await writeWhole(relayStateFile(folder), JSON.stringify(state));
  relay.state = state;
}

void main(process.argv.at(-1) ?? "");
