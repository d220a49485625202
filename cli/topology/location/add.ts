/** What `location add` changes: planned whole, so that every fault is told before a file is written. */
import { namePattern, nameRule, type Location } from "../../../components/location";
import { InvalidConfigError } from "../../../components/stack-config";
import { topologyFaults } from "../../../streams/topology";
import { streamsStack } from "../../lab/home";
import { declarationsFile, stackFileOf, type Checkout, type Edit } from "./checkout";
import { checkedText, topologyIn } from "./declarations";
import { addToDeclarations } from "./declarations-text";
import { nextName, withLocation, type Grown } from "./declared-location";
import { configOf, configValue, locationOf, spokeFile, withSpoke, type Spoke } from "./stack-files";

export interface AddOptions {
  /** Context of the kubeconfig. @default - its current one */
  readonly context?: string;
  /** NATS cluster name. @default - after the newest spoke's: `spoke-3` after `spoke-2` */
  readonly clusterName?: string;
}

/** An edit, and what it adds in words. */
export interface Written extends Edit {
  readonly says: readonly string[];
}

/** The command cannot do what it was asked for. The message lists every fault. */
export class LocationFaultsError extends Error {
  override readonly name = "LocationFaultsError";
  constructor(
    what: string,
    readonly faults: readonly string[],
  ) {
    super(
      `${what}: ${faults.length} fault(s); nothing was written:\n${faults.map((each) => `  - ${each}`).join("\n")}`,
    );
  }
}

/**
 * Everything that a new spoke needs in the checkout's files and does not have yet: none of it where all is there.
 *
 * @throws LocationFaultsError
 */
export async function plannedAdd(checkout: Checkout, name: string, options: AddOptions): Promise<Written[]> {
  const topology = topologyIn(checkout.folder, checkout.declarations);
  const { hub } = topology;
  const hubFile = checkout.stackFiles[hub];
  const faults = [...nameFaults(name, hub), ...hubFaults(checkout, hub)];
  if (faults.length > 0 || hubFile === undefined) throw new LocationFaultsError(`location '${name}'`, faults);

  const before = checkout.stackFiles[name];
  const stackFile = before ?? spokeFile(spokeOf(checkout, name, hub, options), siblings(checkout, hub));
  const isKnown = spokesOf(hub, hubFile).includes(name);
  const newHubFile = isKnown ? hubFile : withSpoke(hubFile, name);
  const grown = topology.spokes.includes(name) ? undefined : withLocation(topology, name);

  const files = { ...checkout.stackFiles, [hub]: newHubFile, [name]: stackFile };
  const read = readLocations(files, checkout.project);
  const all = [
    ...(before === undefined ? [] : presentFaults(name, before, hub, options)),
    ...read.faults,
    ...togetherFaults(name, read.locations),
    ...topologyFaults(grown?.topology ?? topology, read.locations.map(limitsOf)),
  ];
  if (all.length > 0) throw new LocationFaultsError(`location '${name}'`, all);
  return [
    ...(before === undefined
      ? [{ file: stackFileOf(name), before, after: stackFile, says: stackFile.trim().split("\n") }]
      : []),
    ...(isKnown ? [] : [{ file: stackFileOf(hub), before: hubFile, after: newHubFile, says: [`spokes: + ${name}`] }]),
    ...(grown ? [await declarationsEdit(checkout, name, grown)] : []),
  ];
}

async function declarationsEdit(checkout: Checkout, name: string, grown: Grown): Promise<Written> {
  const before = checkout.declarations;
  const text = addToDeclarations(before, name, grown.copies);
  const gatherers = grown.topology.streams.filter(({ sources = [] }) =>
    sources.some(({ location }) => location === name),
  );
  return {
    file: declarationsFile,
    before,
    after: await checkedText(checkout.folder, text, grown.topology),
    says: [
      `spokes: + ${name}`,
      ...grown.copies.map(
        ({ model, stream }) =>
          `stream ${stream.name} in ${name}, subjects ${stream.subjects?.join(", ")}, all else as ${model.name} has it`,
      ),
      ...gatherers.map(
        (each) =>
          `sources of ${each.name} in ${each.location}: + ${grown.copies.map(({ stream }) => stream.name).join(", ")}`,
      ),
      ...(grown.copies.length === 0 ? ["no stream: no other spoke feeds the hub, so declare what it has"] : []),
    ],
  };
}

function nameFaults(name: string, hub: string): string[] {
  if (!namePattern.test(name))
    return [
      `'${name}' cannot be the name of a location, its stack and its JetStream domain; allowed: ${nameRule}; ` +
        "choose another: npm run topology -- location add cinema-c",
    ];
  if (name !== hub && name !== streamsStack.name) return [];
  const whose = name === hub ? "the hub" : "the stack of the streams";
  return [`'${name}' is the name of ${whose}; allowed: a name that nothing has yet; choose another`];
}

function hubFaults(checkout: Checkout, hub: string): string[] {
  const file = checkout.stackFiles[hub];
  if (file !== undefined && configValue(configOf(hub, file), "role") === "hub") return [];
  const hubs = Object.entries(checkout.stackFiles).filter(
    ([name, text]) => configValue(configOf(name, text), "role") === "hub",
  );
  const found = hubs.map(([name]) => name).join(", ") || "no stack file has role hub";
  return [
    `'hub' in ${declarationsFile} is '${hub}', and ${stackFileOf(hub)} declares no hub; allowed: ${found}; ` +
      `name it there, or: pulumi config set role hub -s ${hub}`,
  ];
}

function siblings(checkout: Checkout, hub: string): string[] {
  return Object.entries(checkout.stackFiles)
    .filter(([name, text]) => configValue(configOf(name, text), "hub") === hub)
    .map(([, text]) => text);
}

function spokeOf(checkout: Checkout, name: string, hub: string, { context, clusterName }: AddOptions): Spoke {
  const clusters = Object.entries(checkout.stackFiles).map(([each, text]) => {
    const config = configOf(each, text);
    return { name: each, hub: configValue(config, "hub"), cluster: String(configValue(config, "clusterName") || each) };
  });
  const model = clusters.findLast((each) => each.hub === hub);
  const taken = clusters.map(({ cluster }) => cluster);
  const made = model ? nextName(model.cluster, model.name, name, taken) : name;
  return { name, hub, clusterName: clusterName ?? made, ...(context !== undefined && { kubeContext: context }) };
}

function spokesOf(hub: string, hubFile: string): readonly unknown[] {
  const spokes = configValue(configOf(hub, hubFile), "spokes");
  return Array.isArray(spokes) ? spokes : [];
}

/** A stack file that is there has to say what was asked for: it is the user's, and kept. */
function presentFaults(name: string, text: string, hub: string, { context, clusterName }: AddOptions): string[] {
  const config = configOf(name, text);
  const wanted = { role: "spoke", hub, kubeContext: context, clusterName };
  return Object.entries(wanted)
    .filter(([key, value]) => value !== undefined && configValue(config, key) !== value)
    .map(
      ([key, value]) =>
        `${stackFileOf(name)} is there, with ${key} '${String(configValue(config, key) ?? "")}'; allowed: '${value}'; ` +
        `choose another name, or: pulumi config set ${key} ${value} -s ${name}`,
    );
}

function readLocations(files: Readonly<Record<string, string>>, project: string) {
  const faults: string[] = [];
  const locations = Object.entries(files).flatMap(([name, text]) => {
    try {
      return [locationOf(name, text, project)];
    } catch (error) {
      if (!(error instanceof InvalidConfigError)) throw error;
      faults.push(...error.faults.map((fault) => `${stackFileOf(name)}: ${fault}`));
      return [];
    }
  });
  return { locations, faults };
}

/** Faults of the new location beside the others. */
function togetherFaults(name: string, locations: readonly Location[]): string[] {
  const own = locations.find((each) => each.name === name);
  if (!own) return [];
  const others = locations.filter((each) => each.name !== name);
  return [
    ...others
      .filter(({ clusterName }) => clusterName === own.clusterName)
      .map(
        (other) =>
          `clusterName '${own.clusterName}' is that of '${other.name}'; allowed: one that no location has; ` +
          "choose another: --cluster-name <name>",
      ),
    ...others
      .filter((other) => isSamePlace(own, other))
      .map(
        (other) =>
          `'${other.name}' is in the same cluster and namespace already (${accessOf(own)}); allowed: a cluster or a namespace of its own; ` +
          "choose another: --context <context>",
      ),
  ];
}

/** Two that both leave the context to the kubeconfig are not known to meet. */
function isSamePlace(one: Location, other: Location): boolean {
  const place = accessOf(one);
  return place !== undefined && place === accessOf(other);
}

function accessOf({ platform }: Location): string | undefined {
  if (platform.kind !== "kubernetes" || !platform.access.context) return undefined;
  const { kubeconfig, context } = platform.access;
  return `context ${context}${kubeconfig ? ` of ${kubeconfig}` : ""}, namespace ${platform.namespace}`;
}

function limitsOf({ name, ...rest }: Location) {
  return { location: name, ...rest };
}
