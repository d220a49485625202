/**
 * The contract between stacks: what a location gives to its spokes, to the streams and to the commands, and how it is
 * read. Both Pulumi projects import it, and nothing else of each other.
 */
import * as pulumi from "@pulumi/pulumi";
import { unknown } from "@pulumi/pulumi/output";
import type { KubernetesFacts } from "../kubernetes/access";
import type { AccountName } from "./account-names";
import type { Generations, Rotation, Rotations } from "./rotation";
import { UserError } from "../user-error";

/** Pulumi project whose stacks are the locations. */
export const locationsProject = "cinema-jetstream";

/** One login: user name and clear password. Only ever inside a secret output. */
export interface Login {
  readonly user: string;
  readonly password: string;
}

export { accountNames, type AccountName } from "./account-names";

/** A login for each account. */
export type Logins = Readonly<Record<AccountName, Login>>;

/** What anybody may see of a location. */
export interface LocationFacts {
  /** Location name; also its stack name and its JetStream domain. */
  readonly location: string;
  readonly role: "hub" | "spoke";
  /** NATS cluster name. A hub and its spokes must differ in it, else the leafnodes are refused. */
  readonly clusterName: string;
  /** Version of the location's servers, such as `2.14.2`. */
  readonly serverVersion: string;
  /** Servers in the location's cluster. */
  readonly replicas: number;
  /** What JetStream may store on disk in each server of the location, in bytes. */
  readonly maxFileStoreBytes: number;
  /** Hub only: locations that may dial it. Empty on a spoke. */
  readonly spokes: readonly string[];
  /** Generations of the location's users that its servers accept, by account, newest last. Earlier releases told one list for all. */
  readonly rotation: Rotations | Rotation;
  /** Spoke only: generation of the hub's users as which its servers dial, by account; earlier releases told one for all. Null on a hub. */
  readonly dialledGeneration: Generations | number | null;
  /** Where clients connect, `nats://host:port` each. */
  readonly clientUrls: readonly string[];
  /** The servers' monitoring endpoints, `http://host:port` each. Empty where they cannot be reached from outside. */
  readonly monitorUrls: readonly string[];
  /** Hub only: where spokes dial, `nats-leaf://host:port` each. Empty on a spoke. */
  readonly leafnodeUrls: readonly string[];
  /** Hub only: the leafnode listener takes TLS and nothing else. False on a spoke. */
  readonly leafnodeTls: boolean;
  /** Hub only: PEM of the CA that spokes verify the listener by. Empty: those that their system trusts. */
  readonly leafnodeCa: string;
  /** Where the servers run; null on another platform. Where there are no `clientUrls`, a port-forward reaches them there. */
  readonly kubernetes: KubernetesFacts | null;
}

/** What only administrators and the location's own spokes may see: clear passwords. */
export interface LocationSecrets {
  /** Administrators of the location, one an account. */
  readonly logins: Logins;
  /** Hub only: what each spoke logs in with when it dials, by location name. Empty on a spoke. */
  readonly leafnodeLogins: Readonly<Record<string, Logins>>;
}

/** Outputs of a location's stack. Those of `LocationSecrets` are secret. */
export type LocationOutputs = {
  readonly [K in keyof (LocationFacts & LocationSecrets)]: pulumi.Output<(LocationFacts & LocationSecrets)[K]>;
};

/** A location as another stack sees it. Its outputs are unknown in a preview before the location is up. */
export interface LocationReference extends Pick<
  LocationOutputs,
  "clientUrls" | "leafnodeUrls" | "leafnodeTls" | "leafnodeCa" | "kubernetes" | keyof LocationSecrets
> {
  /** Plain, so that they can be checked before anything is touched. Undefined in a preview before the location is up. */
  readonly facts: LocationFacts | undefined;
}

/** The location's stack has not been brought up. The message names the command that does it. */
export class LocationNotUpError extends UserError {
  constructor(location: string, neededBy: string) {
    super(
      `location '${location}' is not up, and ${neededBy} needs it: its stack has no outputs; bring it up first: pulumi up -s ${location}`,
    );
  }
}

/**
 * Reads a location's stack. In a preview it may be missing, as it is before the first `up`: a warning then says what that
 * leaves unknown.
 *
 * @throws LocationNotUpError in an update, where the location is not up.
 */
export async function referenceLocation(location: string, neededBy: string): Promise<LocationReference> {
  const name = `${pulumi.getOrganization()}/${locationsProject}/${location}`;
  if (await isUp(name)) return reference(new pulumi.StackReference(name));
  const missing = new LocationNotUpError(location, neededBy);
  if (!pulumi.runtime.isDryRun()) throw missing;
  await pulumi.log.warn(`${missing.message} (in this preview what comes from it stays unknown)`);
  return {
    facts: undefined,
    clientUrls: unknownOutput(),
    leafnodeUrls: unknownOutput(),
    leafnodeTls: unknownOutput(),
    leafnodeCa: unknownOutput(),
    kubernetes: unknownOutput(),
    logins: pulumi.secret(unknownOutput()),
    leafnodeLogins: pulumi.secret(unknownOutput()),
  };
}

async function reference(stack: pulumi.StackReference): Promise<LocationReference> {
  const output = <K extends keyof LocationOutputs>(key: K) => stack.requireOutput(key) as LocationOutputs[K];
  return {
    facts: await readFacts(stack),
    clientUrls: output("clientUrls"),
    leafnodeUrls: output("leafnodeUrls"),
    leafnodeTls: output("leafnodeTls"),
    leafnodeCa: output("leafnodeCa"),
    kubernetes: output("kubernetes"),
    logins: pulumi.secret(output("logins")),
    leafnodeLogins: pulumi.secret(output("leafnodeLogins")),
  };
}

function unknownOutput<T>(): pulumi.Output<T> {
  return pulumi.output(unknown) as unknown as pulumi.Output<T>;
}

/** Asks the engine without a resource: a StackReference to a missing stack would end the program, in previews too. */
async function isUp(stackName: string): Promise<boolean> {
  try {
    const { outputs } = await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name: stackName });
    return outputs !== undefined && "location" in outputs;
  } catch (error) {
    if (error instanceof Error && error.message.includes("unknown stack")) return false; // the engine gives no code for it
    throw error;
  }
}

async function readFacts(stack: pulumi.StackReference): Promise<LocationFacts> {
  const fact = async <K extends keyof LocationFacts>(key: K) =>
    [key, (await stack.getOutputDetails(key)).value] as const;
  const keys = Object.keys(factKeys) as (keyof LocationFacts)[];
  return Object.fromEntries(await Promise.all(keys.map(fact))) as unknown as LocationFacts;
}

/** All keys of LocationFacts; the type keeps it complete. */
const factKeys: Readonly<Record<keyof LocationFacts, true>> = {
  location: true,
  role: true,
  clusterName: true,
  serverVersion: true,
  replicas: true,
  maxFileStoreBytes: true,
  spokes: true,
  rotation: true,
  dialledGeneration: true,
  clientUrls: true,
  monitorUrls: true,
  leafnodeUrls: true,
  leafnodeTls: true,
  leafnodeCa: true,
  kubernetes: true,
};
