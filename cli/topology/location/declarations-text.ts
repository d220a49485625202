/** The text of `streams/declarations.ts`, changed in place: comments, order and everything else stay. Pure. */
import ts from "typescript";
import type { StreamDeclaration } from "../../../streams/declarations";
import type { Copy } from "./declared-location";
import {
  applied,
  lastCommentEnd,
  listOf,
  objectAt,
  objectsIn,
  parsed,
  property,
  removed,
  textOf,
  topologyOf,
  UnwrittenError,
  type Change,
  type Place,
} from "./declarations-syntax";

/** The text with one more spoke, its streams each behind the one it is made after, and their sources. Formatting is the caller's. */
export function addToDeclarations(text: string, spoke: string, copies: readonly Copy[]): string {
  const source = parsed(text);
  const topology = topologyOf(source);
  const changes = appended(source, listOf(topology, "spokes", "'spokes'"), [JSON.stringify(spoke)]);
  const streams = listOf(topology, "streams", "'streams'");
  for (const { model, stream } of copies) {
    changes.push(
      ...insertedAfter(source, streams, objectAt(streams, model), [copyText(source, streams, model, stream)]),
    );
  }
  for (const follower of objectsIn(streams).filter((each) => property(each, "sources"))) {
    const sources = listOf(follower, "sources", `'sources' of stream '${textOf(follower, "name")}'`);
    const more = copies.flatMap(({ model, stream }) =>
      sourcesFrom(sources, model).map((from) => sourceText(source, from, stream)),
    );
    changes.push(...appended(source, sources, more));
  }
  return applied(text, changes);
}

/** The text without the streams of a location and without sources from it. */
export function removeStreamsOf(text: string, location: string): string {
  const source = parsed(text);
  const streams = listOf(topologyOf(source), "streams", "'streams'");
  const changes = objectsIn(streams).flatMap((stream) => {
    if (textOf(stream, "location") === location) return [removed(source, stream)];
    if (!property(stream, "sources")) return [];
    const sources = objectsIn(listOf(stream, "sources", `'sources' of stream '${textOf(stream, "name")}'`));
    return sources
      .filter((from) => textOf(from, "location") === location && !property(from, "external"))
      .map((from) => removed(source, from));
  });
  return applied(text, changes);
}

/** The text without a spoke. */
export function removeSpoke(text: string, spoke: string): string {
  const source = parsed(text);
  const { elements } = listOf(topologyOf(source), "spokes", "'spokes'");
  const found = elements.filter((each) => ts.isStringLiteralLike(each) && each.text === spoke);
  if (found.length === 0) throw new UnwrittenError(`'${spoke}' among the 'spokes'`);
  return applied(
    text,
    found.map((each) => removed(source, each)),
  );
}

function sourcesFrom(sources: ts.ArrayLiteralExpression, { location, name }: Place): ts.ObjectLiteralExpression[] {
  return objectsIn(sources).filter((each) => textOf(each, "location") === location && textOf(each, "stream") === name);
}

/** Of the model everything as it is written, but for what tells the two apart and what was granted to that stream alone. */
function copyText(
  source: ts.SourceFile,
  streams: ts.ArrayLiteralExpression,
  model: Place,
  stream: StreamDeclaration,
): string {
  const object = objectAt(streams, model);
  const values = {
    location: stream.location,
    name: stream.name,
    description: stream.description,
    subjects: stream.subjects,
  };
  const dropped = ["adopt", "allowDataLoss"].flatMap((name) => propertySpan(source, object, name));
  return rewritten(source, object, values, dropped);
}

function sourceText(source: ts.SourceFile, from: ts.ObjectLiteralExpression, { location, name }: Place): string {
  return rewritten(source, from, { location, stream: name }, []);
}

function rewritten(
  source: ts.SourceFile,
  object: ts.ObjectLiteralExpression,
  values: Readonly<Record<string, string | readonly string[] | undefined>>,
  dropped: readonly Change[],
): string {
  const start = object.getStart(source);
  const changes = Object.entries(values).flatMap(([name, value]) => {
    const written = property(object, name);
    return written ? [{ start: written.getStart(source), end: written.end, text: JSON.stringify(value) }] : [];
  });
  const inObject = [...changes, ...dropped].map((each) => ({
    ...each,
    start: each.start - start,
    end: each.end - start,
  }));
  return applied(source.text.slice(start, object.end), inObject);
}

function propertySpan(source: ts.SourceFile, object: ts.ObjectLiteralExpression, name: string): Change[] {
  const found = object.properties.find((each) => each.name && ts.isIdentifier(each.name) && each.name.text === name);
  return found ? [removed(source, found)] : [];
}

function appended(source: ts.SourceFile, list: ts.ArrayLiteralExpression, texts: readonly string[]): Change[] {
  if (texts.length === 0) return [];
  const last = list.elements.at(-1);
  if (last) return insertedAfter(source, list, last, texts);
  const inside = list.getStart(source) + 1;
  return [{ start: inside, end: inside, text: texts.join(",") }];
}

/** Behind the element, its comma, and a comment on the same line, which stays with it. */
function insertedAfter(
  source: ts.SourceFile,
  { elements }: ts.ArrayLiteralExpression,
  element: ts.Expression,
  texts: readonly string[],
): Change[] {
  const hasComma = element !== elements.at(-1) || elements.hasTrailingComma;
  const comma = hasComma ? source.text.indexOf(",", lastCommentEnd(source, element.end)) + 1 : element.end;
  const at = lastCommentEnd(source, comma);
  return [
    ...(hasComma ? [] : [{ start: element.end, end: element.end, text: "," }]),
    { start: at, end: at, text: `\n${texts.join(",\n")}${hasComma ? "," : ""}` },
  ];
}
