/** `topology import`: a stream that somebody made by hand or with another tool, as the declaration that takes it over. */
import { inspect } from "node:util";
import { topology } from "../../streams/declarations";
import { closeConnections } from "../../streams/jetstream/connection";
import { askOnce, type Ask } from "../../streams/jetstream/request";
import { findStream, listStreams } from "../../streams/jetstream/stream-api";
import { withoutToken } from "../../streams/owner-token";
import type { StreamDeclaration } from "../../streams/stream-declaration";
import { declarationOf } from "../../streams/stream-import";
import { splitPlace } from "../../streams/stream-state";
import { configOfWire } from "../../streams/wire-config";
import { LabHome } from "../lab/home";
import { labConnections, stackConnections } from "../report/connection";
import type { ImportOptions } from "./import-command";

/** Prints the declaration of a stream that is there. @param place `<location>/<stream>` */
export async function printDeclaration(place: string, { lab = false, json = false }: ImportOptions): Promise<void> {
  try {
    const { hub } = await (lab ? labConnections(LabHome.fromEnvironment()) : stackConnections());
    const declaration = await readDeclaration(askOnce(hub), place);
    console.log(json ? JSON.stringify(declaration, undefined, 2) : literal(declaration));
  } finally {
    await closeConnections();
  }
}

/**
 * Reads a stream and declares it as it is.
 *
 * @param place `<location>/<stream>`
 * @throws Error naming the locations or the streams that there are.
 */
export async function readDeclaration(ask: Ask, place: string): Promise<StreamDeclaration> {
  const { location, name } = splitPlace(place);
  const locations = [topology.hub, ...topology.spokes];
  if (!locations.includes(location) || name === "") {
    const places = locations.map((each) => `${each}/<stream>`).join(", ");
    throw new Error(`no stream is named by '${place}'; allowed: ${places}; name one of them`);
  }
  const info = await findStream(ask, location, name);
  if (info) return declarationOf(configOfWire(withoutToken(info.config), location));
  const { streams, silent } = await listStreams(ask, location);
  const names = [...streams.map(({ config }) => config.name), ...silent].sort();
  throw new Error(
    `there is no stream '${name}' in location '${location}'; allowed: ${names.join(", ") || "none, as it has no stream"}; name one that is there`,
  );
}

/** As an entry of `streams` in `declarations.ts`. */
function literal(declaration: StreamDeclaration): string {
  return `${inspect(declaration, { depth: null, compact: false, maxArrayLength: null, maxStringLength: null })},`;
}
