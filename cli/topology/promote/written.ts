/** The text of `streams/declarations.ts` with streams changed in place: comments, order and everything else stay. Pure. */
import type ts from "typescript";
import { place } from "../../../streams/checks/declared";
import {
  applied,
  assignment,
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
} from "../location/declarations-syntax";
import type { Place } from "./candidate";
import type { StreamEdit } from "./edits";

/**
 * The text with the edits made. Formatting is the caller's.
 *
 * @throws UnwrittenError where what changes is not written out.
 */
export function editedDeclarations(text: string, edits: readonly StreamEdit[]): string {
  const source = parsed(text);
  const streams = listOf(topologyOf(source), "streams", "'streams'");
  return applied(
    text,
    edits.flatMap((edit) => changesOf(source, streams, edit)),
  );
}

function changesOf(source: ts.SourceFile, streams: ts.ArrayLiteralExpression, edit: StreamEdit): Change[] {
  const object = objectAt(streams, edit.stream);
  if (edit.removed) return [removed(source, object)];
  const { drop = [], set = {}, like, source: from } = edit;
  const copied = like?.fields.map((field): [string, string] => [field, writtenAs(source, streams, like.stream, field)]);
  const texts = new Map([...(copied ?? []), ...Object.entries(set).map(valueText)]);
  return [...properties(source, object, drop, texts), ...(from ? sourceChanges(source, object, from) : [])];
}

const valueText = ([name, value]: [string, unknown]): [string, string] => [name, JSON.stringify(value)];

/** Values take the place of what is there; new ones that of the first property that goes, else the end. */
function properties(
  source: ts.SourceFile,
  object: ts.ObjectLiteralExpression,
  drop: readonly string[],
  texts: ReadonlyMap<string, string>,
): Change[] {
  const there = [...texts].flatMap(([name, text]) => {
    const found = assignment(object, name);
    return found ? [{ start: found.initializer.getStart(source), end: found.initializer.end, text }] : [];
  });
  const added = [...texts].filter(([name]) => !assignment(object, name)).map(([name, text]) => `${name}: ${text}`);
  const [first, ...rest] = drop.flatMap((name) => assignment(object, name) ?? []);
  const gone = rest.map((each) => removed(source, each));
  if (added.length === 0) return [...there, ...[...(first ? [removed(source, first)] : []), ...gone]];
  if (!first) return [...there, ...appended(object, added.join(", "))];
  return [...there, { start: first.getStart(source), end: first.end, text: added.join(", ") }, ...gone];
}

function sourceChanges(
  source: ts.SourceFile,
  object: ts.ObjectLiteralExpression,
  { from, to, startSequence }: NonNullable<StreamEdit["source"]>,
): Change[] {
  const list = listOf(object, "sources", `'sources' of stream '${textOf(object, "name")}'`);
  const values = { location: to.location, stream: to.name, startSequence };
  const texts = new Map(Object.entries(values).map(valueText));
  return objectsIn(list)
    .filter((each) => textOf(each, "location") === from.location && textOf(each, "stream") === from.name)
    .filter((each) => !property(each, "external"))
    .flatMap((each) => properties(source, each, ["startTime"], texts));
}

function writtenAs(source: ts.SourceFile, streams: ts.ArrayLiteralExpression, stream: Place, field: string): string {
  const found = assignment(objectAt(streams, stream), field);
  if (found) return found.initializer.getText(source);
  throw new UnwrittenError(`'${field}' of stream ${place(stream)}`);
}

/** Behind the last property. */
function appended({ properties: { hasTrailingComma, end } }: ts.ObjectLiteralExpression, text: string): Change[] {
  return [{ start: end, end, text: `${hasTrailingComma ? "" : ","} ${text}${hasTrailingComma ? "," : ""}` }];
}
