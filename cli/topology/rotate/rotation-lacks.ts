/** What keeps a location from the next phase of a rotation. Pure. */
import { accountNames } from "../../../components/account-names";
import type { LocationLeafnodes } from "../operations/leafnodes";
import { lineLack } from "../operations/repair-verdict";
import type { ServerStatus } from "../status/servers";

/** A location that is not well, and why. */
export interface LocationLacks {
  readonly location: string;
  readonly lacks: readonly string[];
}

/** What the hub says of a location's line, and its servers of themselves. */
export function locationLacks(
  reached: LocationLeafnodes,
  servers: readonly ServerStatus[],
  hub: string,
): LocationLacks {
  const own = servers.flatMap(({ server, lacks }) => lacks.map(({ what }) => `server ${server}: ${what}`));
  return { location: reached.location, lacks: [...lineLacks(reached, hub), ...own] };
}

function lineLacks(reached: LocationLeafnodes, hub: string): string[] {
  const lack = lineLack(reached, hub);
  if (lack !== undefined) return [lack];
  if (reached.location === hub) return [];
  return reached.servers.flatMap(({ server, accounts }) =>
    accountNames
      .filter((account) => !accounts.includes(account))
      .map((account) => `server ${server}: no leafnode for account ${account}`),
  );
}
