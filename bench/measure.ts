/** Every figure of the bench, in one run on one lab. */
import { setTimeout as sleep } from "node:timers/promises";
import { locationStack, streamsStack } from "../cli/lab/home";
import { topology, type StreamDeclaration, type Topology } from "../streams/declarations";
import type { BenchLab, Memory } from "./bench-lab";
import type { Figure } from "./figure";

/** First port of the lab: beside those of a user's lab, below the range that systems hand out to clients. */
const portBase = 25_000;

const moreStreams = 200;

/** Times a piece of work, and says what it is at. */
export type Stopwatch = (name: string, work: () => Promise<unknown>, target?: number) => Promise<Figure>;

/** @param say told of each figure when its measuring begins */
export function stopwatch(say: (name: string) => void): Stopwatch {
  return async (name, work, target) => {
    say(name);
    const start = performance.now();
    await work();
    return { name, value: (performance.now() - start) / 1000, unit: "s", target };
  };
}

/**
 * Brings the lab up and measures it. Takes some three minutes.
 *
 * @param say told of each figure when its measuring begins
 */
export async function measure(lab: BenchLab, say: (name: string) => void): Promise<Figure[]> {
  const time = stopwatch(say);
  return [
    await time(
      "npm run lab, from nothing to the report",
      () => lab.npm("lab", "--", "up", "--ports", String(portBase)),
      60,
    ),
    ...(await memoryFigures(lab, say)),
    ...(await unchangedFigures(lab, time)),
    ...(await streamFigures(lab, time)),
  ];
}

async function memoryFigures(lab: BenchLab, say: (name: string) => void): Promise<Figure[]> {
  if (process.platform !== "linux") return [];
  say("memory of nine idle servers");
  const { rss, pss } = await settledMemory(lab);
  return [
    { name: "memory of nine idle servers, RSS", value: rss / 1e6, unit: "MB", target: 400 },
    { name: "memory of nine idle servers, PSS", value: pss / 1e6, unit: "MB" },
  ];
}

/** Once it no longer falls by a hundredth in 10 s; after two minutes whatever it is. */
async function settledMemory(lab: BenchLab): Promise<Memory> {
  let memory = await lab.serversMemory();
  for (const deadline = Date.now() + 120_000; Date.now() < deadline;) {
    await sleep(10_000);
    const before = memory;
    memory = await lab.serversMemory();
    if (memory.rss > 0.99 * before.rss) break;
  }
  return memory;
}

async function unchangedFigures(lab: BenchLab, time: Stopwatch): Promise<Figure[]> {
  const locations = [topology.hub, ...topology.spokes].map(locationStack);
  const [hub = locationStack(topology.hub), ...spokes] = locations;
  const inOrder = async () => {
    await lab.upUnchanged(hub);
    await Promise.all(spokes.map((spoke) => lab.upUnchanged(spoke)));
    await lab.upUnchanged(streamsStack);
  };
  const figures = [await time("up of all four stacks without a change", inOrder, 20)];
  for (const stack of [...locations, streamsStack]) {
    figures.push(await time(`  up of '${stack.name}' alone`, () => lab.upUnchanged(stack)));
  }
  figures.push(await time("npm run lab again, to the report", () => lab.npm("lab")));
  figures.push(await time("npm run report", () => lab.npm("report")));
  figures.push(await time("preview of 5 streams", () => lab.previewStreams()));
  return figures;
}

async function streamFigures(lab: BenchLab, time: Stopwatch): Promise<Figure[]> {
  const many = withMore(topology);
  const total = many.streams.length;
  const [bytes, connections] = [lab.streamsStateBytes(), await lab.providerConnections()];
  const up = await time(`${moreStreams} streams more in one up`, () => lab.streamsOf(many, "up"), 30);
  const made = (await lab.providerConnections()) - connections;
  if (made < 1) throw new Error("the hub knows no connection of the streams' provider: is it named otherwise now?");
  const growth = (lab.streamsStateBytes() - bytes) / moreStreams;
  return [
    up,
    { name: "  connections for it", value: made, unit: "", target: 1 },
    { name: "state a stream, on disk", value: growth, unit: "bytes", target: 4_000 },
    await time(`up of ${total} streams without a change`, () => lab.streamsOf(many, "up unchanged")),
    await time(`preview of ${total} streams`, () => lab.streamsOf(many, "preview")),
  ];
}

/** The topology with more streams of three replicas, in turn in each location, small enough for the file stores. */
function withMore({ hub, spokes, streams }: Topology): Topology {
  const locations = [hub, ...spokes];
  const more = Array.from({ length: moreStreams }, (_, i): StreamDeclaration => ({
    location: locations[i % locations.length] ?? hub,
    name: `bench-${i}`,
    subjects: [`bench.${i}.>`],
    maxAgeSeconds: 3_600,
    maxBytes: 2 ** 16,
  }));
  return { hub, spokes, streams: [...streams, ...more] };
}
