/** Reading a stack's config with every fault at once. Pure. */
import { distance } from "fastest-levenshtein";
import type { z } from "zod";

/** A stack's config of one project, as the engine gives it: every value a string, lists and objects as JSON. */
export interface StackConfig {
  /** Value by key, without the project's prefix. */
  readonly values: Readonly<Record<string, string>>;
  /** Keys whose value is encrypted in the stack's file. */
  readonly secretKeys: readonly string[];
}

/** One config key. */
export interface ConfigKey<S extends z.ZodType = z.ZodType> {
  readonly schema: S;
  /** What is allowed, in words that complete "allowed: ". */
  readonly allowed: string;
  /** The command that sets it right. */
  readonly cure: string;
  /** A secret is refused in clear, and its value is part of no message. */
  readonly secret: boolean;
}

export function configKey<S extends z.ZodType>(
  schema: S,
  allowed: string,
  cure: string,
  secret?: "secret",
): ConfigKey<S> {
  return { schema, allowed, cure, secret: secret !== undefined };
}

/** The config of a stack is wrong. The message lists every fault. */
export class InvalidConfigError extends Error {
  override readonly name = "InvalidConfigError";
  constructor(
    stack: string,
    readonly faults: readonly string[],
  ) {
    super(
      `the config of stack '${stack}' has ${faults.length} fault${faults.length === 1 ? "" : "s"}:\n${faults.map((fault) => `  - ${fault}`).join("\n")}`,
    );
  }
}

type Keys = Readonly<Record<string, ConfigKey>>;

/** Values of all keys, as read. */
export type Values<K extends Keys> = { readonly [N in keyof K]: z.output<K[N]["schema"]> };

/** What could be read, and a fault for each key that could not: without faults the values are complete. */
export function configFaults<K extends Keys>(
  keys: K,
  config: StackConfig,
): { values: Partial<Values<K>>; faults: string[] } {
  const faults = Object.keys(config.values)
    .filter((key) => !(key in keys))
    .map((key) => unknownKey(key, Object.keys(keys)));
  const values: Record<string, unknown> = {};
  for (const [name, key] of Object.entries(keys)) {
    const given = config.values[name];
    const parsed = key.schema.safeParse(decode(given));
    if (parsed.success) values[name] = parsed.data;
    else faults.push(`${name} is ${shown(key, given)}; allowed: ${key.allowed}; set it: ${key.cure}`);
    if (key.secret && hasContent(given) && !config.secretKeys.includes(name)) {
      faults.push(`${name} is given in clear; allowed: only encrypted; set it again: ${key.cure}`);
    }
  }
  return { values: values as Partial<Values<K>>, faults };
}

function unknownKey(key: string, known: readonly string[]): string {
  const nearest = known.toSorted((a, b) => distance(key, a) - distance(key, b))[0] ?? "";
  const cure = distance(key, nearest) <= 3 ? `did you mean ${nearest}?` : `take it away: pulumi config rm ${key}`;
  return `${key} is no config key; allowed: ${known.join(", ")}; ${cure}`;
}

/** Lists and objects come as JSON; everything else is a string. */
function decode(value: string | undefined): unknown {
  if (value === undefined || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value; // the schema refuses it, with the text that the user wrote
  }
}

function shown(key: ConfigKey, given: string | undefined): string {
  if (given === undefined) return "missing";
  return key.secret ? "wrong (a secret, not shown)" : `'${given}'`;
}

function hasContent(given: string | undefined): boolean {
  return given !== undefined && given !== "" && given !== "{}";
}
