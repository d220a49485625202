/** Where the text of `streams/declarations.ts` says what, and how spans of it are replaced: comments, order and everything else stay. Pure. */
import ts from "typescript";
import type { StreamDeclaration } from "../../../streams/declarations";

/** The declarations are made in another way than written out as lists, so a command cannot change them. */
export class UnwrittenError extends Error {
  override readonly name = "UnwrittenError";
  constructor(what: string) {
    super(
      `${what} is not written out in streams/declarations.ts; allowed for this command: lists of objects with their values`,
    );
  }
}

/** One replaced span of the text. */
export interface Change {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Which stream. */
export type Place = Pick<StreamDeclaration, "location" | "name">;

export function parsed(text: string): ts.SourceFile {
  return ts.createSourceFile("declarations.ts", text, ts.ScriptTarget.Latest);
}

export function topologyOf(source: ts.SourceFile): ts.ObjectLiteralExpression {
  const declarations = source.statements.flatMap((each) =>
    ts.isVariableStatement(each) ? [...each.declarationList.declarations] : [],
  );
  const found = declarations.find(({ name }) => ts.isIdentifier(name) && name.text === "topology")?.initializer;
  const value = found && unwrapped(found);
  if (value && ts.isObjectLiteralExpression(value)) return value;
  throw new UnwrittenError("'topology'");
}

/** Without `as const`, `satisfies Topology` and parentheses. */
function unwrapped(node: ts.Expression): ts.Expression {
  const isWrapped = ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isParenthesizedExpression(node);
  return isWrapped ? unwrapped(node.expression) : node;
}

/** `name: value`, as it is written in the object. */
export function assignment(object: ts.ObjectLiteralExpression, name: string): ts.PropertyAssignment | undefined {
  return object.properties.find(
    (each): each is ts.PropertyAssignment =>
      ts.isPropertyAssignment(each) &&
      (ts.isIdentifier(each.name) || ts.isStringLiteralLike(each.name)) &&
      each.name.text === name,
  );
}

/** The value of a property. */
export function property(object: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
  const found = assignment(object, name);
  return found && unwrapped(found.initializer);
}

export function textOf(object: ts.ObjectLiteralExpression, name: string): string | undefined {
  const value = property(object, name);
  return value && ts.isStringLiteralLike(value) ? value.text : undefined;
}

export function listOf(object: ts.ObjectLiteralExpression, name: string, what: string): ts.ArrayLiteralExpression {
  const value = property(object, name);
  if (value && ts.isArrayLiteralExpression(value)) return value;
  throw new UnwrittenError(what);
}

export function objectsIn({ elements }: ts.ArrayLiteralExpression): ts.ObjectLiteralExpression[] {
  return elements.map(unwrapped).filter(ts.isObjectLiteralExpression);
}

export function objectAt(streams: ts.ArrayLiteralExpression, { location, name }: Place): ts.ObjectLiteralExpression {
  const found = objectsIn(streams).find(
    (each) => textOf(each, "location") === location && textOf(each, "name") === name,
  );
  if (found) return found;
  throw new UnwrittenError(`stream ${location}/${name}`);
}

/** An element or a property with the comments above it, its comma, and a comment behind it on the same line. */
export function removed(source: ts.SourceFile, node: ts.Node): Change {
  const start = lastCommentEnd(source, node.pos); // what is on the line of the one before belongs to that
  const afterComments = lastCommentEnd(source, node.end);
  const comma = /^\s*,/.exec(source.text.slice(afterComments))?.[0].length ?? 0;
  return { start, end: lastCommentEnd(source, afterComments + comma), text: "" };
}

/** End of the comments that follow a position on its line. */
export function lastCommentEnd(source: ts.SourceFile, position: number): number {
  return ts.getTrailingCommentRanges(source.text, position)?.at(-1)?.end ?? position;
}

/** From the end on, so that no change moves another; those at one position keep their order. */
export function applied(text: string, changes: readonly Change[]): string {
  return changes
    .toReversed()
    .toSorted((one, other) => other.start - one.start)
    .reduce((result, { start, end, text: inserted }) => result.slice(0, start) + inserted + result.slice(end), text);
}
