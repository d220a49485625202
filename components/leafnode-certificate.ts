import type * as pulumi from "@pulumi/pulumi";
import { BuiltResource } from "../built-resource";

export interface LeafnodeCertificateArgs {
  /**
   * DNS names and IP addresses under which spokes dial, without port; one that is missing is refused by the spokes that dial it.
   * A change makes a new certificate of the same CA. Their order means nothing.
   */
  readonly hosts: pulumi.Input<readonly string[]>;
  /**
   * Name in the subject of the certificate, and with ` CA` behind it of the CA: up to 61 letters, digits, spaces, `.`, `-` and `_`.
   * A change makes a new certificate; the CA keeps the name that it was made with.
   */
  readonly commonName: pulumi.Input<string>;
}

/**
 * A private CA and the certificate that it gives to a hub's leafnode listener, both kept in state. The first `up` in the last third of
 * its life renews either: the certificate lives a year, the CA ten. A CA is renewed with its key and name, so that spokes verify the
 * hub with the CA's old certificate and with its new one. Only a replacement or a `destroy` ends the CA: every spoke then needs the
 * next one before it connects again.
 */
export class LeafnodeCertificate extends BuiltResource {
  /** What spokes verify the hub with: the CA's certificate, PEM. */
  declare readonly caCertificate: pulumi.Output<string>;
  /** What the listener shows, PEM. */
  declare readonly certificate: pulumi.Output<string>;
  /** The certificate's own, PKCS #8 PEM; a new one with each certificate. Secret. */
  declare readonly privateKey: pulumi.Output<string>;
  /** When the certificate ends, in ISO 8601. */
  declare readonly expires: pulumi.Output<string>;

  constructor(name: string, args: LeafnodeCertificateArgs, opts?: pulumi.CustomResourceOptions) {
    const hooks = { package: "@cinema-jetstream/components", name: "leafnodeCertificate" } as const;
    const outputs = {
      caCertificate: undefined,
      certificate: undefined,
      privateKey: undefined,
      expires: undefined,
      caKey: undefined,
    };
    const secrets = { additionalSecretOutputs: ["privateKey", "caKey"] };
    super(hooks, "tls:LeafnodeCertificate", name, { ...args, ...outputs }, { ...opts, ...secrets });
  }
}
