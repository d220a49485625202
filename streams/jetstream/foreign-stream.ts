/** Streams that are there already and bear no token of ours. */
import { tokenOf, withoutToken } from "../owner-token";
import type { StreamConfig } from "../stream-config";
import type { Adopt } from "../stream-declaration";
import type { WireConfig } from "../wire-config";
import { changedFields, configOfWire } from "../wire-config";
import { differencesText } from "./differences";

/** A stream of that name is there, and it is not ours. The message says how it differs, and how to take it over. */
export class ForeignStreamError extends Error {
  override readonly name = "ForeignStreamError";
  constructor(config: StreamConfig, owner: string, found: WireConfig, adopt: Adopt) {
    super(foreignText(config, owner, found, adopt));
  }
}

/** Whether a stream bears none of the owners' tokens. */
export function isForeign(found: WireConfig, ...owners: readonly string[]): boolean {
  const owner = tokenOf(found)?.owner;
  return owner === undefined || !owners.includes(owner);
}

/** Why a stream is not taken over. */
export function foreignText(config: StreamConfig, owner: string, found: WireConfig, adopt: Adopt): string {
  const foundOwner = tokenOf(found)?.owner;
  const differences = differencesOf(config, found);
  const whose =
    `stream '${config.name}' in '${config.location}' is there already, ` +
    `${foundOwner ? `owned by '${foundOwner}'` : "owned by nobody known"}, not by '${owner}'; it was left as it is. `;
  if (adopt === "if-equal") {
    return (
      `${whose}'adopt: "if-equal"' takes over what is as declared, and it differs: ${differences}; declare it as it is, ` +
      "set 'adopt: \"always\"' to change it, or choose another name"
    );
  }
  return (
    `${whose}Renamed the resource? Give it an alias of its old name. Else set 'adopt: "always"' on the declaration to take it ` +
    `over with its messages${differences && ` and to change it (${differences})`}, or choose another name`
  );
}

/** What a take-over does, in words. */
export function takenOverText(config: StreamConfig, found: WireConfig): string {
  const differences = differencesOf(config, found);
  const place = `${config.location}/${config.name}`;
  return `stream ${place} is taken over with its messages${differences ? ` and changed: ${differences}` : ", as it is"}`;
}

function differencesOf(config: StreamConfig, wire: WireConfig): string {
  const found = configOfWire(withoutToken(wire), config.location);
  return differencesText(changedFields(config, found), found, config);
}
