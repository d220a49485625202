/** How long followers stand still after a cut line is healed: left alone, and with `topology watch --repair` beside them. */
import { setTimeout as sleep } from "node:timers/promises";
import { declaredLocations, locationStack, streamsStack, type LabHome } from "../cli/lab/home";
import { labLine } from "../cli/lab/lines";
import { labPublish } from "../cli/lab/publish";
import { readOutputs } from "../cli/lab/stacks";
import { LabWorkspace } from "../cli/topology/lab-workspace";
import { RepairSession } from "../cli/topology/operations/repair-session";
import { watchLinks } from "../cli/topology/operations/watch";
import { topology } from "../streams/declarations";
import { closeConnections } from "../streams/jetstream/connection";
import { KubeStacks } from "../test/rig/kube/kube-stacks";
import { locationNames } from "../test/rig/stacks";
import type { BenchLab } from "./bench-lab";
import { benchClusters } from "./bench-clusters";
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

export interface RepairBench {
  /** How often the line is cut, of each kind. Takes a minute a cut, half a one with repair. */
  readonly cuts: number;
  /** Told of each cut. */
  readonly say: (name: string) => void;
  readonly signal: AbortSignal;
}

/** What is brought up, with a line that can be cut. */
interface Ground {
  readonly home: LabHome;
  readonly session: RepairSession;
  cut(): Promise<unknown>;
  heal(): Promise<unknown>;
}

/** On the lab, whose relay cuts each connection and takes no new one. */
export async function measureRepair(lab: BenchLab, bench: RepairBench): Promise<Figure[]> {
  await lab.npm("lab", "--", "up", "--ports", String(portBase));
  const { home } = lab;
  const session = await RepairSession.open(new LabWorkspace(home));
  const line = (how: "cut" | "heal") => () => labLine(home, spoke, how);
  return measureOn({ home, session, cut: line("cut"), heal: line("heal") }, bench);
}

/** On three Kubernetes clusters, whose network swallows what goes over the line. */
export async function measureRepairOnKubernetes(bench: RepairBench): Promise<Figure[]> {
  const clusters = await benchClusters();
  const { line } = clusters.cluster(spoke);
  if (!line) throw new Error("clusters of your own cannot be cut; unset KUBECONFIG_HUB and the others");
  const stacks = new KubeStacks(clusters);
  try {
    await stacks.init();
    for (const stack of [...locationNames.map(locationStack), streamsStack]) await stacks.up(stack);
    const outputs = (name: string) => readOutputs(stacks.engine, name);
    const locations = declaredLocations();
    const session = await RepairSession.open({ label: "three clusters", topology, locations, outputs });
    return await measureOn({ home: stacks.home, session, cut: () => line.cut(), heal: () => line.heal() }, bench);
  } finally {
    await stacks.remove();
    await clusters.down();
  }
}

/** Cuts a line some times without repair, then as often with it. */
async function measureOn(ground: Ground, { cuts, say, signal }: RepairBench): Promise<Figure[]> {
  const ended = new AbortController();
  const measured = async (how: string) => {
    const seconds: number[] = [];
    for (let i = 1; i <= cuts; i++) {
      say(`cut ${i} of ${cuts}, ${how}`);
      seconds.push(await cutAndHeal(ground, signal));
    }
    return figures(how, seconds);
  };
  try {
    const alone = await measured("left alone");
    const watching = watchLinks(ground.session, topology.hub, {
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
async function cutAndHeal({ home, session, cut, heal }: Ground, signal: AbortSignal): Promise<number> {
  await cut();
  await labPublish(home, [topology.hub, spoke], { count: messages, signal });
  await sleep(cutMs, undefined, { signal });
  await heal();
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
