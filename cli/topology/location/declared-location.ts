/** What a new location declares, made after the newest one that is declared; and a topology without a location. Pure. */
import type { StreamDeclaration, Topology } from "../../../streams/declarations";
import { originsOf } from "../../../streams/topology";
import { place } from "../../../streams/checks/declared";

/** A stream of the new location, and the declared one that it is made after. */
export interface Copy {
  readonly model: StreamDeclaration;
  readonly stream: StreamDeclaration;
}

/** A topology with one more location. */
export interface Grown {
  readonly topology: Topology;
  /** Empty where no declared spoke feeds a stream of the hub. */
  readonly copies: readonly Copy[];
}

/** One stream of the location for each that the newest spoke feeds the hub with, and a source of each wherever the hub has one of those. */
export function withLocation(topology: Topology, name: string): Grown {
  const models = modelsOf(topology);
  const copies: Copy[] = [];
  for (const model of models) {
    const taken = [...topology.streams, ...copies.map(({ stream }) => stream)].map((each) => each.name);
    copies.push({ model, stream: copyOf(model, name, nextName(model.name, model.location, name, taken)) });
  }
  const streams = topology.streams.flatMap((stream) => [
    gathering(topology.hub, stream, copies),
    ...copies.filter(({ model }) => model === stream).map((copy) => copy.stream),
  ]);
  return { topology: { ...topology, spokes: [...topology.spokes, name], streams }, copies };
}

/** Streams of the newest spoke that take messages and feed the hub. */
function modelsOf({ hub, spokes, streams }: Topology): readonly StreamDeclaration[] {
  const sources = streams.filter(({ location }) => location === hub).flatMap((each) => each.sources ?? []);
  const feeding = streams.filter(
    ({ location, name, subjects = [] }) =>
      subjects.length > 0 && sources.some((source) => source.location === location && source.stream === name),
  );
  const newest = spokes.findLast((spoke) => feeding.some(({ location }) => location === spoke));
  return feeding.filter(({ location }) => location === newest);
}

function copyOf(model: StreamDeclaration, location: string, name: string): StreamDeclaration {
  const { adopt: _adopt, allowDataLoss: _allowDataLoss, description, subjects = [], ...rest } = model;
  return {
    ...rest,
    location,
    name,
    ...(description !== undefined && { description: description.replaceAll(model.location, location) }),
    subjects: subjects.some((subject) => !subject.includes(model.name))
      ? [`${name}.>`]
      : subjects.map((subject) => subject.replaceAll(model.name, name)),
  };
}

function gathering(hub: string, stream: StreamDeclaration, copies: readonly Copy[]): StreamDeclaration {
  if (stream.location !== hub || !stream.sources) return stream;
  const sources = stream.sources;
  const more = copies.flatMap(({ model, stream: copy }) =>
    sources
      .filter((source) => source.location === model.location && source.stream === model.name)
      .map((source) => ({ ...source, location: copy.location, stream: copy.name })),
  );
  return more.length > 0 ? { ...stream, sources: [...sources, ...more] } : stream;
}

/** A name after the model's: the next number, or the location's name where the model has its location's. */
export function nextName(model: string, modelLocation: string, location: string, taken: readonly string[]): string {
  const [, stem, number] = /^(.*?)(\d+)$/.exec(model) ?? [];
  if (stem === undefined || model === modelLocation) {
    return model.includes(modelLocation) ? model.replaceAll(modelLocation, location) : `${model}-${location}`;
  }
  for (let next = Number(number) + 1; ; next++) if (!taken.includes(`${stem}${next}`)) return `${stem}${next}`;
}

/** A topology whose streams neither live in the location nor source from it; the location itself stays. */
export function withoutStreamsOf(topology: Topology, location: string): Topology {
  const streams = topology.streams
    .filter((stream) => stream.location !== location)
    .map((stream) => {
      const sources = stream.sources?.filter((source) => source.external || source.location !== location);
      return sources && sources.length !== stream.sources?.length ? { ...stream, sources } : stream;
    });
  return { ...topology, streams };
}

/** Streams that only streams of the location follow: without it nobody takes their messages. */
export function onlyFor({ streams }: Topology, location: string): string[] {
  return streams
    .filter((stream) => {
      const followers = streams.filter((each) =>
        originsOf(each).some((origin) => origin.location === stream.location && origin.stream === stream.name),
      );
      return (
        stream.location !== location && followers.length > 0 && followers.every((each) => each.location === location)
      );
    })
    .map(place);
}
