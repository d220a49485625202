/** How long followers stand still after a cut line is healed: left alone, and with `topology watch --repair` beside them. */
import { setTimeout as sleep } from "node:timers/promises";
import type { LabHome } from "../cli/lab/home";
import { labLine } from "../cli/lab/lines";
import { labPublish } from "../cli/lab/publish";
import { LabWorkspace } from "../cli/topology/lab-workspace";
import { RepairSession } from "../cli/topology/operations/repair-session";
import { watchLinks } from "../cli/topology/operations/watch";
import { topology } from "../streams/declarations";
import { closeConnections } from "../streams/jetstream/connection";
import type { BenchLab } from "./bench-lab";
import type { Figure } from "./figure";

/** First port of the lab: beside those of the other benches. */
const portBase = 20_800;
const spoke = "cinema-a";
/** Messages to each stream in each cut. */
const messages = 10;
/** Long enough for the servers of 2.14 and 2.15 to have lengthened their pauses. */
const cutMs = 20_000;
const lookEveryMs = 100;
/** The servers' own pauses end after 2 min. */
const patienceMs = 180_000;

/**
 * Cuts a line some times without repair, then as often with it. Takes a minute a cut, half a one with repair.
 *
 * @param say told of each cut
 */
export async function measureRepair(
  lab: BenchLab,
  cuts: number,
  say: (name: string) => void,
  signal: AbortSignal,
): Promise<Figure[]> {
  await lab.npm("lab", "--", "up", "--ports", String(portBase));
  const session = await RepairSession.open(new LabWorkspace(lab.home));
  const ended = new AbortController();
  const measured = async (how: string) => {
    const seconds: number[] = [];
    for (let i = 1; i <= cuts; i++) {
      say(`cut ${i} of ${cuts}, ${how}`);
      seconds.push(await cutAndHeal(lab.home, session, signal));
    }
    return figures(how, seconds);
  };
  try {
    const alone = await measured("left alone");
    const watching = watchLinks(session, topology.hub, {
      repair: true,
      signal: ended.signal,
      onEvent: () => undefined,
    });
    const watched = await measured("with watch --repair").finally(() => ended.abort());
    await watching;
    return [...alone, ...watched];
  } finally {
    await closeConnections();
  }
}

/** Seconds from the heal until each follower holds all that was published during the cut. */
async function cutAndHeal(home: LabHome, session: RepairSession, signal: AbortSignal): Promise<number> {
  await labLine(home, spoke, "cut");
  await labPublish(home, [topology.hub, spoke], { count: messages, signal });
  await sleep(cutMs, undefined, { signal });
  await labLine(home, spoke, "heal");
  const healed = performance.now();
  for (; performance.now() - healed < patienceMs; await sleep(lookEveryMs, undefined, { signal })) {
    const { links } = await session.look();
    if (links.every(({ gap }) => gap === 0)) return (performance.now() - healed) / 1000;
  }
  throw new Error(
    `a follower still lacks messages ${patienceMs / 1000} s after the line was healed; see npm run report`,
  );
}

function figures(how: string, seconds: readonly number[]): Figure[] {
  const sorted = seconds.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? NaN;
  const figure = (what: string, value: number): Figure => ({
    name: `${seconds.length} cuts, ${how}: ${what}`,
    value,
    unit: "s",
  });
  return [figure("shortest", at(0.001)), figure("median", at(0.5)), figure("longest", at(1))];
}
