/** What a location is, and how a stack's config says it. Pure. */
import { z } from "zod";
import { configFaults, configKey, InvalidConfigError, type StackConfig, type Values } from "./stack-config";
import { bytes, kubernetesFaults, kubernetesKeys, kubernetesPlatform, podFaults } from "./kubernetes/kubernetes-config";
import type { KubernetesPlatform } from "./kubernetes/kubernetes-config";
import { discardAddress, maxLocalReplicas } from "./local/ports";
import { passwordsRule, passwordsSchema, rotationKey, type GivenPasswords, type Rotations } from "./rotation";
import { minimumServerVersion, serverVersionSchema } from "./server-version";

interface LocationBase {
  /** Stack name, location name and JetStream domain in one. Identity: never changed once streams exist. */
  readonly name: string;
  /** NATS cluster name; must differ between a hub and its spokes. Identity too. */
  readonly clusterName: string;
  /** Servers in the location's cluster: odd, so that JetStream keeps a quorum. */
  readonly replicas: number;
  /** nats-server's version. */
  readonly serverVersion: string;
  /** What JetStream may store on disk in each server, in bytes. */
  readonly maxFileStoreBytes: number;
  readonly platform: KubernetesPlatform | LocalPlatform;
  /** Passwords of the location's administrators, where config gives them. */
  readonly passwords: GivenPasswords;
  /** Generations of the location's users by account, and of the spokes' leafnode users on a hub. */
  readonly rotation: Rotations;
}

/** A location that accepts leafnodes. */
export interface HubLocation extends LocationBase {
  readonly role: "hub";
  /** Locations that may dial this hub; each gets users of its own. */
  readonly spokes: readonly string[];
  /** `host:port` under which spokes reach the leafnode listener. */
  readonly leafnodeAdvertise: string;
  readonly leafnodeTls: LeafnodeTls;
  /** Passwords of the spokes' leafnode users, by spoke, where config gives them. */
  readonly leafnodePasswords: Readonly<Record<string, GivenPasswords>>;
}

/** A location that dials a hub. */
export interface SpokeLocation extends LocationBase {
  readonly role: "spoke";
  /** Location name, so stack name, of the hub. */
  readonly hub: string;
}

export type Location = HubLocation | SpokeLocation;

/** How the leafnode listener is encrypted. */
export type LeafnodeTls =
  /** By a certificate of a private CA; both are made here, and renewed. */
  | { readonly kind: "generated" }
  /** By the certificate in a Secret of the namespace, which whoever made it renews. */
  | {
      readonly kind: "secret";
      /** Of type `kubernetes.io/tls`. */
      readonly secretName: string;
      /** PEM of the CA that spokes verify it with. Empty: those that their system trusts. */
      readonly ca: string;
    }
  /** Not at all: passwords and messages cross the line in clear. */
  | { readonly kind: "plaintext" };

/** Real nats-server processes on this machine's loopback. */
export interface LocalPlatform {
  readonly kind: "local";
  /** Holds everything of the location. */
  readonly folder: string;
  /** First of the location's ports. */
  readonly portBase: number;
}

export const namePattern = /^[a-z][a-z0-9-]{0,62}$/;
export const nameRule = "lower-case letters, digits and '-', starting with a letter, at most 63 characters";
const locationName = z.string().regex(namePattern);

/** Every config key: how its value is read, what is allowed, and the cure of a wrong one. `Pulumi.yaml` has the defaults. */
export const locationKeys = {
  role: configKey(z.enum(["hub", "spoke"]), "hub or spoke", "pulumi config set role spoke"),
  platform: configKey(z.enum(["kubernetes", "local"]), "kubernetes or local", "pulumi config set platform kubernetes"),
  clusterName: configKey(
    z.union([z.literal(""), locationName]),
    `empty for the location's name, or ${nameRule}`,
    "pulumi config set clusterName headquarter",
  ),
  replicas: configKey(
    z.coerce
      .number()
      .int()
      .min(1)
      .max(maxLocalReplicas)
      .refine((n) => n % 2 === 1),
    `1, 3 or ${maxLocalReplicas}: odd, so that JetStream keeps a quorum`,
    "pulumi config set replicas 3",
  ),
  serverVersion: configKey(
    serverVersionSchema,
    `a release of nats-server, ${minimumServerVersion} or newer`,
    "pulumi config set serverVersion 2.14.2",
  ),
  fileStoreSize: configKey(
    z.string().regex(/^[1-9]\d*(Mi|Gi|Ti)$/),
    "a whole number of Mi, Gi or Ti",
    "pulumi config set fileStoreSize 10Gi",
  ),
  spokes: configKey(
    z.array(locationName).refine((names) => new Set(names).size === names.length),
    `a list of location names, each once (${nameRule})`,
    "pulumi config set --path 'spokes[0]' cinema-a",
  ),
  leafnodeAdvertise: configKey(
    z.union([z.literal(""), z.string().regex(/^[^\s:/]+:\d{1,5}$/)]),
    "host:port",
    "pulumi config set leafnodeAdvertise hub.example.com:30742",
  ),
  leafnodeTlsSecret: configKey(
    z.string().regex(/^[-a-z0-9.]*$/),
    "empty for a certificate that is made here, or the name of a Secret in the namespace",
    "pulumi config set leafnodeTlsSecret nats-leafnodes-tls",
  ),
  leafnodeCa: configKey(
    z.union([z.literal(""), z.string().regex(/^-----BEGIN CERTIFICATE-----/)]),
    "empty for the CAs that the spokes' systems trust, or a CA certificate in PEM",
    "pulumi config set leafnodeCa < ca.crt",
  ),
  allowPlaintextLeafnodes: configKey(
    z.enum(["true", "false"]).transform((text) => text === "true"),
    "true or false",
    "pulumi config set allowPlaintextLeafnodes true",
  ),
  hub: configKey(
    z.union([z.literal(""), locationName]),
    `the hub's location name (${nameRule})`,
    "pulumi config set hub hub",
  ),
  passwords: configKey(passwordsSchema, passwordsRule, "pulumi config set --secret --path passwords.ACC", "secret"),
  leafnodePasswords: configKey(
    z.record(locationName, passwordsSchema),
    `by spoke, ${passwordsRule}`,
    "pulumi config set --secret --path leafnodePasswords.cinema-a.ACC",
    "secret",
  ),
  rotation: rotationKey,
  localFolder: configKey(z.string(), "a folder", "pulumi config set localFolder ~/.local/state/cinema-jetstream/hub"),
  localPortBase: configKey(
    z.coerce.number().int().min(1024).max(65_000),
    "a port from 1024 to 65000",
    "pulumi config set localPortBase 14200",
  ),
  ...kubernetesKeys,
} as const;

type LocationConfig = Values<typeof locationKeys>;

/**
 * Reads a stack's whole config.
 *
 * @throws InvalidConfigError naming every fault at once: key, value given, values allowed, cure.
 */
export function readLocation(stack: string, config: StackConfig): Location {
  const { values, faults } = configFaults(locationKeys, config);
  const all = [...nameFaults(stack), ...faults, ...roleFaults(stack, values)];
  if (all.length > 0) throw new InvalidConfigError(stack, all);
  return toLocation(stack, values as LocationConfig);
}

function nameFaults(stack: string): string[] {
  return namePattern.test(stack)
    ? []
    : [
        `stack name '${stack}' cannot be a location name and JetStream domain; allowed: ${nameRule}; choose another: pulumi stack init cinema-a`,
      ];
}

/** Faults that only show when the keys are seen together; a key that could not be read has its fault already. */
function roleFaults(stack: string, config: Partial<LocationConfig>): string[] {
  const faults: string[] = [];
  if (config.role === "hub") faults.push(...hubFaults(stack, config));
  if (config.role === "spoke") faults.push(...spokeFaults(stack, config));
  if (config.platform === "local" && config.localFolder === "") {
    faults.push(
      `localFolder is empty; allowed with platform local: a folder; set it: ${locationKeys.localFolder.cure}`,
    );
  }
  if (config.platform === "kubernetes") faults.push(...kubernetesFaults(config));
  if (config.platform === "local") faults.push(...podFaults(config));
  return faults;
}

function hubFaults(stack: string, config: Partial<LocationConfig>): string[] {
  const { hub, spokes, leafnodeAdvertise, leafnodePasswords, platform } = config;
  const faults: string[] = [];
  if (hub) faults.push(`hub is '${hub}' on a hub; allowed: only on a spoke; take it away: pulumi config rm hub`);
  if (spokes?.includes(stack)) {
    faults.push(
      `spokes names '${stack}' itself; allowed: other locations, as two locations cannot share a JetStream domain; take it out of the list`,
    );
  }
  faults.push(...tlsFaults(config));
  if (leafnodeAdvertise === "" && platform === "kubernetes") {
    faults.push(
      `leafnodeAdvertise is empty; allowed on a hub: host:port, as the spokes reach it; set it: ${locationKeys.leafnodeAdvertise.cure}`,
    );
  }
  for (const spoke of Object.keys(leafnodePasswords ?? {}).filter((name) => spokes && !spokes.includes(name))) {
    faults.push(
      `leafnodePasswords names '${spoke}'; allowed: the declared spokes (${spokes?.join(", ") || "none"}); add it to spokes or take it out`,
    );
  }
  return faults;
}

function tlsFaults(config: Partial<LocationConfig>): string[] {
  const { platform, allowPlaintextLeafnodes: plaintext, leafnodeTlsSecret: secret, leafnodeCa: ca } = config;
  const faults: string[] = [];
  if (platform === "local" && plaintext === false) {
    faults.push(
      "allowPlaintextLeafnodes is 'false'; allowed with platform local: true, as its leafnodes stay on this machine and are " +
        `not encrypted; set it: ${locationKeys.allowPlaintextLeafnodes.cure}`,
    );
  }
  if (plaintext && (secret || ca)) {
    faults.push(
      `allowPlaintextLeafnodes is 'true' beside ${secret ? "leafnodeTlsSecret" : "leafnodeCa"}; allowed: one of them; take it away: ` +
        "pulumi config rm allowPlaintextLeafnodes",
    );
  }
  if (ca && secret === "") {
    faults.push(
      "leafnodeCa is given without leafnodeTlsSecret; allowed: both, as a certificate that is made here has its own CA; " +
        `set it: ${locationKeys.leafnodeTlsSecret.cure}`,
    );
  }
  return faults;
}

function spokeFaults(stack: string, config: Partial<LocationConfig>): string[] {
  const faults: string[] = [];
  if (config.hub === "")
    faults.push(`hub is empty; allowed on a spoke: the hub's location name; set it: ${locationKeys.hub.cure}`);
  if (config.hub === stack) {
    faults.push(
      `hub is '${stack}' itself; allowed: another location, as two locations cannot share a JetStream domain; set it: ${locationKeys.hub.cure}`,
    );
  }
  for (const key of hubKeys) {
    if (isGiven(config[key]))
      faults.push(`${key} is given on a spoke; allowed: only on a hub; take it away: pulumi config rm ${key}`);
  }
  return faults;
}

const hubKeys = [
  "spokes",
  "leafnodePasswords",
  "leafnodeAdvertise",
  "leafnodeTlsSecret",
  "leafnodeCa",
  "allowPlaintextLeafnodes",
  "repairWatch",
] as const;

function isGiven(value: LocationConfig[(typeof hubKeys)[number]] | undefined): boolean {
  return typeof value === "object" ? Object.keys(value).length > 0 : Boolean(value);
}

function toLocation(stack: string, config: LocationConfig): Location {
  const base = {
    name: stack,
    clusterName: config.clusterName || stack,
    replicas: config.replicas,
    serverVersion: config.serverVersion,
    maxFileStoreBytes: bytes(config.fileStoreSize),
    platform: toPlatform(config),
    passwords: config.passwords,
    rotation: config.rotation,
  };
  if (config.role === "spoke") return { ...base, role: "spoke", hub: config.hub };
  const leafnodeAdvertise = config.platform === "local" ? discardAddress : config.leafnodeAdvertise;
  return {
    ...base,
    role: "hub",
    spokes: config.spokes,
    leafnodeAdvertise,
    leafnodeTls: leafnodeTls(config),
    leafnodePasswords: config.leafnodePasswords,
  };
}

function leafnodeTls(config: LocationConfig): LeafnodeTls {
  if (config.allowPlaintextLeafnodes) return { kind: "plaintext" };
  const { leafnodeTlsSecret: secretName, leafnodeCa: ca } = config;
  return secretName ? { kind: "secret", secretName, ca } : { kind: "generated" };
}

function toPlatform(config: LocationConfig): Location["platform"] {
  return config.platform === "local"
    ? { kind: "local", folder: config.localFolder, portBase: config.localPortBase }
    : kubernetesPlatform(config);
}
