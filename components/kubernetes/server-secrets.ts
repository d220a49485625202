import { Secret } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { createHmac } from "node:crypto";
import { LeafnodeCertificate } from "../leafnode-certificate";
import type { HubLocation } from "../location";
import type { HubLink, PlatformArgs } from "../platform";
import { leafnodeRemotes, type LeafnodeRemote } from "../server-config";
import type { KubernetesLocation } from "./helm-values";
import { authSecretName, caFile, tlsSecretName } from "./names";
import { serverSecret } from "./server-secret";

export interface ServerSecretsArgs extends PlatformArgs {
  readonly location: KubernetesLocation;
}

interface TlsFiles {
  readonly ca: pulumi.Output<string>;
  readonly certificate: pulumi.Output<string>;
}

/** What the servers of a location read from Secrets: users and their hashes, whom a spoke dials, and a hub's leafnode certificate. */
export class ServerSecrets extends pulumi.ComponentResource {
  /**
   * Eight hexadecimal digits that change with the content; the servers report them as a tag. Keyed, so that nobody can try passwords
   * on them.
   */
  readonly mark: pulumi.Output<string>;
  /** PEM of the CA that spokes verify the hub by. Empty on a spoke, in plaintext, and where their system's CAs do. */
  readonly leafnodeCa: pulumi.Output<string>;

  constructor(name: string, args: ServerSecretsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cinema:nats:ServerSecrets", name, {}, opts);
    const { location, accounts, hub } = args;
    const child = { parent: this };
    const tls = location.role === "hub" ? tlsFiles(name, location, child) : undefined;
    const remotes = pulumi.secret(hub ? dialled(hub) : []);
    const ca = hub ? hub.leafnodeCa : pulumi.output("");
    const key = new random.RandomPassword(`${name}-mark-key`, { length: 32 }, child).result;
    this.mark = pulumi.unsecret(
      pulumi
        .all([key, accounts, remotes, ca, tls?.certificate])
        .apply(([secret, ...content]) => markOf(secret, JSON.stringify(content))),
    );
    const data = pulumi
      .all([accounts, remotes, this.mark, ca])
      .apply(([accounts, remotes, mark, ca]) => encoded(serverSecret({ accounts, remotes, mark, ca })));
    const metadata = { name: authSecretName, namespace: location.platform.namespace };
    new Secret(`${name}-auth`, { metadata, data: pulumi.secret(data) }, child);

    this.leafnodeCa = tls?.ca ?? pulumi.output("");
    this.registerOutputs({ mark: this.mark, leafnodeCa: this.leafnodeCa });
  }
}

/** The certificate of a hub's listener, in a Secret of its own, as the chart mounts it. Nothing where config names a Secret or wants none. */
function tlsFiles(
  name: string,
  { leafnodeTls, leafnodeAdvertise, platform }: HubLocation & KubernetesLocation,
  opts: pulumi.ComponentResourceOptions,
): TlsFiles | undefined {
  if (leafnodeTls.kind === "plaintext") return undefined;
  if (leafnodeTls.kind === "secret") return { ca: pulumi.output(leafnodeTls.ca), certificate: pulumi.output("") };
  const host = leafnodeAdvertise.slice(0, leafnodeAdvertise.lastIndexOf(":"));
  const made = new LeafnodeCertificate(`${name}-leafnodes`, { hosts: [host], commonName: `${name} leafnodes` }, opts);
  const data = pulumi
    .all([made.certificate, made.privateKey])
    .apply(([certificate, key]) => encoded({ "tls.crt": certificate, "tls.key": key }));
  const metadata = { name: tlsSecretName, namespace: platform.namespace };
  new Secret(`${name}-leafnodes-tls`, { metadata, type: "kubernetes.io/tls", data: pulumi.secret(data) }, opts);
  return { ca: made.caCertificate, certificate: made.certificate };
}

/** The hub as a spoke dials it: with TLS where the hub takes nothing else. */
function dialled({ leafnodeUrls, leafnodeTls, leafnodeCa, logins }: HubLink): pulumi.Output<LeafnodeRemote[]> {
  return pulumi.all([leafnodeUrls, leafnodeTls, leafnodeCa, logins]).apply(([urls, encrypted, ca, logins]) =>
    leafnodeRemotes(urls, logins).map((remote) => ({
      ...remote,
      ...(encrypted && { tls: ca ? { caFile } : {} }),
    })),
  );
}

function markOf(key: string, content: string): string {
  return createHmac("sha256", key).update(content).digest("hex").slice(0, 8);
}

/** Texts as a Secret holds them. */
export function encoded(files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([file, text]) => [file, Buffer.from(text).toString("base64")]));
}
