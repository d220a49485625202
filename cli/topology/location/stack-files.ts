/** Stack files as texts: what they say of a location, and how one is made or changed with all else in it kept. Pure. */
import { isMap, isSeq, parse, parseDocument, stringify } from "yaml";
import { readLocation, type Location } from "../../../components/location";
import { shortRotations, type Rotations } from "../../../components/rotation";

type Config = Readonly<Record<string, unknown>>;

const prefix = "cinema-jetstream:";
const key = (name: string) => `${prefix}${name}`;

/** Keys that belong to one location alone, whatever the others say. */
const own = ["clusterName", "kubeContext", "kubeconfig", "clientUrl", "localFolder", "localPortBase", "rotation"];

/** What a new spoke's stack file says. */
export interface Spoke {
  readonly name: string;
  readonly hub: string;
  readonly clusterName: string;
  /** @default - the kubeconfig's current one */
  readonly kubeContext?: string;
}

/**
 * A stack file's config.
 *
 * @throws Error where the text is no YAML, with the line.
 */
export function configOf(location: string, text: string): Config {
  try {
    return parse(text)?.config ?? {};
  } catch (error) {
    throw new Error(`Pulumi.${location}.yaml is no YAML: ${(error as Error).message}; mend it`, { cause: error });
  }
}

/** One key of this project in a stack file's config. */
export function configValue(config: Config, name: string): unknown {
  return config[key(name)];
}

/**
 * The location that a stack file declares. Secrets count as not given: they are encrypted in the file.
 *
 * @param project text of `Pulumi.yaml`, which has the defaults
 * @throws InvalidConfigError with every fault
 */
export function locationOf(name: string, text: string, project: string): Location {
  const declared = parse(project).config as Readonly<Record<string, { readonly default: unknown }>>;
  const defaults = Object.entries(declared).map(([each, { default: value }]) => [each, value]);
  const given = Object.entries(configOf(name, text))
    .filter(([each, value]) => each.startsWith(prefix) && !holdsSecret(value))
    .map(([each, value]) => [each.slice(prefix.length), value]);
  const values = [...defaults, ...given].map(([each, value]) => [
    each,
    typeof value === "object" ? JSON.stringify(value) : String(value),
  ]);
  return readLocation(name, { values: Object.fromEntries(values), secretKeys: [] });
}

/** The stack file of a new spoke: its own keys, and what all other spokes of the hub agree on. */
export function spokeFile({ name, hub, clusterName, kubeContext }: Spoke, others: readonly string[]): string {
  const [first = {}, ...rest] = others.map((text) => configOf(name, text));
  const common = Object.entries(first).filter(
    ([each, value]) =>
      !own.map(key).includes(each) &&
      !holdsSecret(value) &&
      rest.every((other) => JSON.stringify(other[each]) === JSON.stringify(value)),
  );
  const config = {
    [key("platform")]: "kubernetes",
    [key("role")]: "spoke",
    [key("clusterName")]: clusterName,
    [key("hub")]: hub,
    ...(kubeContext !== undefined && { [key("kubeContext")]: kubeContext }),
    ...Object.fromEntries(common),
  };
  return stringify({ config }, { lineWidth: 0 });
}

/** A hub's stack file with one more spoke. */
export function withSpoke(hubFile: string, spoke: string): string {
  return edited(hubFile, (document) => {
    const spokes = document.getIn(["config", key("spokes")]);
    if (isSeq(spokes)) spokes.add(spoke);
    else document.setIn(["config", key("spokes")], document.createNode([spoke]));
  });
}

/** A hub's stack file without a spoke; passwords that it has for the spoke go as well. */
export function withoutSpoke(hubFile: string, spoke: string): string {
  return edited(hubFile, (document) => {
    const spokes = document.getIn(["config", key("spokes")]);
    if (isSeq(spokes)) spokes.items = spokes.items.filter((item) => String(item) !== spoke);
    const passwords = document.getIn(["config", key("leafnodePasswords")]);
    if (isMap(passwords)) passwords.delete(spoke);
  });
}

/** A location's stack file with other generations of users. */
export function withRotations(file: string, rotations: Rotations): string {
  return edited(file, (document) => {
    document.setIn(["config", key("rotation")], document.createNode(shortRotations(rotations), { flow: true }));
  });
}

function edited(text: string, edit: (document: ReturnType<typeof parseDocument>) => void): string {
  const document = parseDocument(text);
  edit(document);
  return document.toString({
    lineWidth: 0,
    indent: /^( +)\S/m.exec(text)?.[1]?.length ?? 2,
    indentSeq: !/^( *)[^\s#-][^\n]*:\n\1- /m.test(text),
    flowCollectionPadding: !/: \[\S/.test(text),
  });
}

function holdsSecret(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return "secure" in value || Object.values(value).some(holdsSecret);
}
