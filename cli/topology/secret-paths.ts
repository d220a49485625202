/** Secrets of a stack file, which only the backend that encrypted them can read. Pure. */
import type { StackFile } from "./workspace";

/** A stack file without its secrets. */
export interface OpenStackFile {
  /** Where the secrets were, as `pulumi config set --path` takes it. */
  readonly paths: readonly string[];
  readonly config: Readonly<Record<string, unknown>>;
}

/** Takes all secrets out of a stack file. */
export function withoutSecrets({ config = {} }: StackFile): OpenStackFile {
  const paths: string[] = [];
  const walk = (value: unknown, path: string): unknown => {
    if (Array.isArray(value)) return value.map((each, i) => walk(each, `${path}[${i}]`));
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value);
    if (entries.length === 1 && entries[0]?.[0] === "secure") return void paths.push(path);
    return Object.fromEntries(
      entries.flatMap(([key, each]) => {
        const kept = walk(each, path === "" ? key : pathTo(path, key));
        return kept === undefined ? [] : [[key, kept]];
      }),
    );
  };
  return { config: walk(config, "") as Record<string, unknown>, paths };
}

/** The path of a key; quoted, as generations of passwords have a dot in theirs. */
export function pathTo(...[first, ...rest]: readonly string[]): string {
  return `${first}${rest.map((key) => `[${JSON.stringify(key)}]`).join("")}`;
}
