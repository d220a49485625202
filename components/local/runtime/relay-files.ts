/** Where a relay keeps its files, by the folder of its location. */
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { locationFolder } from "./folder";
import type { OwnProcess } from "./own-process";
import { ownProcess } from "./own-process";

/** The longest path that a socket takes: 104 bytes on macOS, 108 on Linux, the closing zero included. */
const maxSocketPath = 103;

/** The process of a location's relay; its conf holds the `RelayInputs`. */
export function relayProcess(folder: string): OwnProcess {
  return ownProcess(locationFolder(folder).relay, "relay-process.js", "relay.json");
}

/** Keeps what was done to the link, so that a relay that is started again does it still. */
export function relayStateFile(folder: string): string {
  return join(locationFolder(folder).relay, "state.json");
}

/** Where the relay takes commands. */
export function relaySocket(folder: string): string {
  const { relay } = locationFolder(folder);
  const path = join(relay, "control.sock");
  if (Buffer.byteLength(path) <= maxSocketPath) return path;
  const hash = createHash("sha256").update(relay).digest("hex").slice(0, 16);
  return join(tmpdir(), `cinema-relay-${hash}.sock`);
}
