/** What the state of a location's stack tells without a secret: its facts, and how old its passwords and certificates are. */
import { X509Certificate } from "node:crypto";
import { z } from "zod";
import type { ServingInputs } from "../../../components/kubernetes/serving-inputs";
import type { LocationFacts } from "../../../components/stack-outputs"; // its values would load the SDK, which takes over a second

const resourceSchema = z.object({
  urn: z.string(),
  type: z.string(),
  created: z.string().optional(),
  modified: z.string().optional(),
  outputs: z.record(z.string(), z.unknown()).optional(),
});
const deploymentSchema = z.object({ resources: z.array(resourceSchema).nullish() });

type Resource = z.output<typeof resourceSchema>;

/** A user of a location's servers. */
export interface PasswordAge {
  readonly user: string;
  /** When the hash of its password was last made, ISO 8601: at the `up` that gave it. */
  readonly since: string;
}

export interface CertificateAge {
  readonly certificate: "leafnode listener" | "CA of the leafnode listener";
  /** When it ends, ISO 8601. */
  readonly expires: string;
}

/** A stack that is up. */
export interface StackState {
  readonly facts: LocationFacts;
  /** Kubernetes only: what its servers are wanted to be. */
  readonly serving?: ServingInputs;
  readonly passwords: readonly PasswordAge[];
  /** Empty where leafnodes are not encrypted, and on spokes. The listener's own is known where it is made here. */
  readonly certificates: readonly CertificateAge[];
}

/**
 * Reads a deployment, as `pulumi stack export` gives it. What is secret stays encrypted and is not looked at.
 *
 * @returns undefined where the stack is not up.
 */
export function stackStateOf(deployment: unknown): StackState | undefined {
  const resources = deploymentSchema.parse(deployment).resources ?? [];
  const facts = resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs;
  if (typeof facts?.["location"] !== "string") return undefined;
  const known = facts as unknown as LocationFacts; // the contract of components/stack-outputs.ts
  const serving = ofType(resources, "kubernetes:Serving")[0]?.outputs as unknown as ServingInputs | undefined;
  return {
    facts: known,
    ...(serving && { serving }),
    passwords: ofType(resources, "accounts:PasswordHash").flatMap((each) => passwordAge(each, known.location)),
    certificates: [
      ...ofType(resources, "tls:LeafnodeCertificate").flatMap(listenerAge),
      ...(known.leafnodeCa ? [caAge(known.leafnodeCa)] : []),
    ],
  };
}

function ofType(resources: readonly Resource[], type: string): Resource[] {
  return resources.filter((each) => each.type === `pulumi-nodejs:dynamic/${type}`);
}

function passwordAge({ urn, created, modified }: Resource, location: string): PasswordAge[] {
  const name = urn.split("::").at(-1) ?? "";
  const since = modified ?? created;
  return since === undefined ? [] : [{ user: name.slice(location.length + 1).replace(/-hash$/, ""), since }];
}

function listenerAge({ outputs }: Resource): CertificateAge[] {
  const expires = outputs?.["expires"];
  return typeof expires === "string" ? [{ certificate: "leafnode listener", expires }] : [];
}

/** Of several, the one that ends last: spokes that trust it still verify the hub. */
function caAge(pem: string): CertificateAge {
  const all = pem.match(/-----BEGIN CERTIFICATE-----[^]+?-----END CERTIFICATE-----/g) ?? [];
  const ends = all.map((each) => Date.parse(new X509Certificate(each).validTo));
  return { certificate: "CA of the leafnode listener", expires: new Date(Math.max(...ends)).toISOString() };
}
