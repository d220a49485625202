/** One look, and what it asks for. */
import type { LocationLeafnodes } from "./leafnodes";
import type { RepairSession } from "./repair-session";
import type { RepairWatch, Verdict } from "./repair-verdict";

/** A follower whose leader was stepped down, and what came of that. */
export interface StepDown {
  readonly domain: string;
  readonly stream: string;
  /** Why the server did not. Left out where it did. */
  readonly fault?: string;
}

/** What a look showed, and what was done. */
export interface RepairStep {
  readonly verdicts: readonly Verdict[];
  readonly locations: readonly LocationLeafnodes[];
  readonly stepDowns: readonly StepDown[];
}

/**
 * Looks, and steps down the leader of each follower that is to be repaired; a follower of several origins once.
 *
 * @param dryRun Changes nothing.
 * @throws ConnectionError where the hub does not answer.
 */
export async function repairStep(session: RepairSession, watch: RepairWatch, dryRun: boolean): Promise<RepairStep> {
  const look = await session.look();
  const verdicts = watch.note(look);
  const wanted = verdicts.filter(({ kind }) => kind === "repair").map(({ link }) => link);
  const followers = [
    ...new Map(wanted.map(({ domain, stream }) => [`${domain}/${stream}`, { domain, stream }])).values(),
  ];
  if (dryRun) return { verdicts, locations: look.locations, stepDowns: [] };
  const stepDowns = await Promise.all(
    followers.map(async (follower): Promise<StepDown> => {
      const fault = await session.stepDown(follower).catch((error: Error) => error.message);
      watch.noteRepair(follower, Date.now()); // refused or not: once an outage
      return fault === undefined ? follower : { ...follower, fault };
    }),
  );
  return { verdicts, locations: look.locations, stepDowns };
}
