import * as pulumi from "@pulumi/pulumi";
import { BuiltResource } from "../built-resource";

/**
 * The bcrypt hash of a password, kept in state: a fresh salt at each run would reload all servers at each `up`. Made anew only
 * when the password no longer matches it. A password over 72 bytes is refused, as bcrypt would cut it.
 */
export class PasswordHash extends BuiltResource {
  /** `$2b$10$…`: cost 10, as every reload checks every client's password again (50 ms each, measured). Secret. */
  declare readonly hash: pulumi.Output<string>;

  constructor(name: string, args: { readonly password: pulumi.Input<string> }, opts?: pulumi.CustomResourceOptions) {
    const hooks = { package: "@cinema-jetstream/components", name: "passwordHash" } as const;
    const props = { password: pulumi.secret(args.password), hash: undefined };
    super(hooks, "accounts:PasswordHash", name, props, { ...opts, additionalSecretOutputs: ["password", "hash"] });
  }
}
