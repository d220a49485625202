/** The texts of all errors that the sources make, as they stand there: read from the sources, so that the page names no other. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/** One error's text, with `<name>` for what it is filled in with. */
export interface ErrorText {
  /** From the checkout's root. */
  readonly file: string;
  readonly text: string;
}

/** Every text of the sources below these folders, in the order of the files. */
export function errorTexts(root: string, folders: readonly string[]): ErrorText[] {
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => /\.(ts|mjs)$/.test(file) && !file.startsWith("dist/") && !file.endsWith(".d.ts"))
      .map((file) => `${folder}/${file}`)
      .sort(),
  );
  return files.flatMap((file) =>
    textsOf(readFileSync(join(root, file), "utf8")).map((text) => ({ file, text: text.replace(/\s*\n\s*/g, " ") })),
  );
}

/** Texts of one source: what `new …Error(…)` is given, and what a class of errors gives to its base. */
export function textsOf(source: string): string[] {
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    const told = errorArguments(node).map(textOf);
    texts.push(
      ...told
        .filter((text) => text !== undefined)
        .filter(isWhole)
        .slice(0, 1),
    );
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("source.ts", source, ts.ScriptTarget.ES2022, true));
  return [...new Set(texts)];
}

/** What says no more than "no pod" is part of another text. */
const isWhole = (text: string) => /\S[;:] /.test(text);

function errorArguments(node: ts.Node): readonly ts.Expression[] {
  const isError = ts.isNewExpression(node) && node.expression.getText().endsWith("Error");
  const isBase = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.SuperKeyword && isInError(node);
  return isError || isBase ? (node.arguments ?? []) : [];
}

function isInError(node: ts.Node): boolean {
  const holder = ts.findAncestor(node, ts.isClassDeclaration);
  return holder?.heritageClauses?.some((clause) => /Error\b/.test(clause.getText())) === true;
}

/** Undefined where nothing of it is literal. */
function textOf(node: ts.Expression): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node))
    return node.head.text + node.templateSpans.map((span) => filled(span.expression) + span.literal.text).join("");
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const [left, right] = [textOf(node.left), textOf(node.right)];
    return left === undefined && right === undefined
      ? undefined
      : (left ?? filled(node.left)) + (right ?? filled(node.right));
  }
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression))
    return textOf(node.expression.expression);
  return ts.isParenthesizedExpression(node) ? textOf(node.expression) : undefined;
}

/** The name of what is filled in; dots where it has none. */
function filled(node: ts.Expression): string {
  const literal = textOf(node);
  if (literal !== undefined) return literal;
  const [chain = "", call] = node.getText().split(/(?<=^[\w.?]+)(\()/);
  const named = chain.split(/\??\./).filter((part) => /^[A-Za-z]\w*$/.test(part) && !beside.includes(part));
  return `<${call && named.length < 2 && !/\./.test(chain) ? "…" : (named.at(-1) ?? "…")}>`;
}

/** What is done with a thing. */
const beside = ["this", "map", "join", "trim", "at", "slice"];
