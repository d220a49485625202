/** Generated blocks of the pages in `docs/`: what stands between `<!-- generated: name -->` and `<!-- end -->`. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { join } from "node:path";
import { locationKeys, readLocation } from "../../components/location";
import { InvalidConfigError } from "../../components/stack-config";
import { checkout } from "../lab/home";
import { errorTexts } from "./error-texts";

interface DeclaredKey {
  readonly type: string;
  readonly description: string;
  readonly default: unknown;
}

/** The blocks of each page, by name. */
export const pages: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
  "docs/config.md": { locations: locationTable, streams: streamsTable },
  "docs/errors.md": { config: configFaultTable, texts: errorTextTable },
};

/** The page with its blocks written anew. @throws where a block is not on the page */
export function withBlocks(page: string, blocks: Readonly<Record<string, () => string>>): string {
  return Object.entries(blocks).reduce((text, [name, block]) => {
    const place = new RegExp(`(<!-- generated: ${name} -->\n)[^]*?(<!-- end -->)`);
    if (!place.test(text)) throw new Error(`the page has no block '${name}'`);
    return text.replace(place, (_, begin: string, end: string) => `${begin}\n${block()}\n\n${end}`);
  }, page);
}

function keysOf(project: string): [string, DeclaredKey][] {
  return Object.entries(parse(readFileSync(join(checkout, project), "utf8")).config);
}

function locationTable(): string {
  return table(
    ["key", "says", "default", "allowed", "set it"],
    keysOf("Pulumi.yaml").map(([name, { description, default: value }]) => {
      const { allowed, cure } = locationKeys[name as keyof typeof locationKeys];
      return [code(name), description, code(JSON.stringify(value)), allowed, code(cure)];
    }),
  );
}

function streamsTable(): string {
  return table(
    ["key", "says", "type", "default"],
    keysOf("streams/Pulumi.yaml").map(([name, { type, description, default: value }]) => [
      code(name),
      description,
      type,
      code(JSON.stringify(value)),
    ]),
  );
}

/** What no key but a text without form allows; a key that takes it has no fault of its own. */
const wrong = "?{";

/** Each key's own fault, as a preview says it. */
function configFaultTable(): string {
  const defaults = keysOf("Pulumi.yaml").map(([name, key]) => [name, asText(key.default)] as const);
  const faulty = keysOf("Pulumi.yaml").flatMap(([name]) => {
    const values = { ...Object.fromEntries(defaults), role: "spoke", hub: "hub", [name]: wrong };
    return faultsOf({ values, secretKeys: ["passwords", "leafnodePasswords"] })
      .filter((fault) => fault.startsWith(`${name} is `))
      .map((fault) => [code(name), fault]);
  });
  return table(["key", "it says"], faulty);
}

function faultsOf(config: Parameters<typeof readLocation>[1]): readonly string[] {
  try {
    readLocation("cinema-a", config);
    return [];
  } catch (error) {
    if (error instanceof InvalidConfigError) return error.faults;
    throw error;
  }
}

function errorTextTable(): string {
  const told = errorTexts(checkout, ["cli", "components", "streams", "kubernetes", "toolchain"]);
  return table(
    ["it says", "said by"],
    told.map(({ file, text }) => [code(text), `[${file}](../${file})`]),
  );
}

const asText = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
const code = (text: string) => `\`${text}\``;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
