/** Speed of the streams, beside natscli, a bare client and the engine alone, in one run on one lab. */
import type { StreamDeclaration } from "../streams/declarations";
import { startProgress, type Progress } from "../toolchain/progress.mjs";
import { tools } from "../toolchain/tools.mjs";
import type { Figure } from "./figure";
import { withProviderPeak } from "./provider-memory";
import { BareClient, inFlight, NatsCli } from "./streams-baselines";
import { growthFigures, type Point } from "./streams-growth";
import { spoke, StreamsLab } from "./streams-lab";

/** How many streams are made, in turn. */
export const defaultCounts: readonly number[] = [10, 100, 500];

/** What is asked for at the greatest count: times what bare client and engine alone take together, seconds, and MB. */
const targets = { count: 500, overhead: 1.5, unchanged: 12, memory: 150 } as const;

interface Ways {
  readonly lab: StreamsLab;
  readonly client: BareClient;
  readonly cli: NatsCli;
}

/**
 * Creates and checks R3 streams in a spoke, through the hub, in each way there is. Takes some eight minutes with the default counts.
 *
 * @param counts rising
 */
export async function measureStreams(counts: readonly number[], signal: AbortSignal): Promise<Figure[]> {
  const lab = new StreamsLab(signal);
  try {
    await timed("bringing up a hub and a spoke of three servers each", () => lab.bringUp());
    const login = await lab.hubLogin();
    const cli = await NatsCli.open(login, spoke, signal);
    const client = await BareClient.open(login, spoke);
    try {
      return await measureCounts({ lab, client, cli }, counts);
    } finally {
      cli.remove();
      await client.close();
    }
  } finally {
    await timed("taking the lab away", () => lab.remove());
  }
}

async function measureCounts(ways: Ways, counts: readonly number[]): Promise<Figure[]> {
  const figures: Figure[] = [];
  const points: Point[] = [];
  for (const count of counts) {
    const streams = benchStreams(count);
    const base = await baselineFigures(ways, streams);
    const { ours, point } = await ourFigures(ways.lab, streams, base.seconds);
    figures.push(...base.figures, ...ours);
    points.push(point);
  }
  return [...figures, ...growthFigures(points)];
}

/** Streams of three replicas in the spoke, small enough for its file store. */
function benchStreams(count: number): StreamDeclaration[] {
  return Array.from({ length: count }, (_, i) => ({
    location: spoke,
    name: `bench-${i}`,
    subjects: [`bench.${i}.>`],
    maxAgeSeconds: 3_600,
    maxBytes: 2 ** 16,
    replicas: 3,
  }));
}

/** Each way but ours; what one makes is gone before the next begins. `seconds`: what nobody who uses the engine can save. */
async function baselineFigures({ lab, client, cli }: Ways, streams: readonly StreamDeclaration[]) {
  const time = (name: string, work: Work) => timed(`${streams.length} streams, ${name}`, work);
  const natscli = `natscli ${tools.nats.version} in a loop`;
  const floor = await time(`bare client, ${inFlight} in flight: create and info`, () => client.create(streams));
  const gone = await time(`bare client, ${inFlight} in flight: delete`, () => client.delete(streams));
  const made = await time(`${natscli}: create`, (progress) => cli.create(streams, progress.at));
  const read = await time(`${natscli}: info`, (progress) => cli.check(streams, progress.at));
  await timed("taking natscli's streams away", () => client.delete(streams));
  const engine = await time("engine alone: up from nothing", () => lab.run("idle", "up", streams));
  const again = await time("engine alone: up without a change", () => lab.run("idle", "up unchanged", streams));
  const ended = await time("engine alone: destroy", () => lab.run("idle", "destroy", streams));
  return { figures: [floor, gone, made, read, engine, again, ended], seconds: floor.value + engine.value };
}

/** @param least what a bare client and the engine alone took together, in seconds */
async function ourFigures(lab: StreamsLab, streams: readonly StreamDeclaration[], least: number) {
  const count = streams.length;
  const target = (most: number) => (count === targets.count ? most : undefined);
  const name = (text: string) => `${count} streams, ours: ${text}`;
  const run = (text: string, command: Parameters<StreamsLab["run"]>[1], most?: number) =>
    timed(name(text), () => lab.run("ours", command, streams), most);
  const { result: up, peak } = await withProviderPeak(() => run("up from nothing", "up"));
  const overhead = up.value / least;
  const memory = peak === undefined ? [] : [peak / 1e6];
  const ours: Figure[] = [
    up,
    {
      name: name("the same over bare client and engine alone"),
      value: overhead,
      unit: "×",
      target: target(targets.overhead),
    },
    ...memory.map((value): Figure => ({
      name: name("provider's peak memory in it, RSS"),
      value,
      unit: "MB",
      target: target(targets.memory),
    })),
    await run("up without a change", "up unchanged", target(targets.unchanged)),
    await run("preview without a change", "preview"),
    await run("refresh without a change", "refresh"),
    await run("destroy", "destroy"),
  ];
  return { ours, point: { count, seconds: up.value, memory: memory[0] } };
}

type Work = (progress: Progress) => Promise<unknown>;

/** Times a piece of work, and says on stderr how far it is. */
async function timed(name: string, work: Work, target?: number): Promise<Figure> {
  const progress = startProgress(process.stderr, name);
  const start = performance.now();
  let outcome = "failed";
  try {
    await work(progress);
    outcome = "done";
  } finally {
    progress.end(outcome);
  }
  return { name, value: (performance.now() - start) / 1000, unit: "s", target };
}
