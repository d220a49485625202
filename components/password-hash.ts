import * as pulumi from "@pulumi/pulumi";

/* eslint-disable @typescript-eslint/no-require-imports -- hooks are serialised: what they need is loaded where they run */
const provider: pulumi.dynamic.ResourceProvider = {
  check: async (_olds, news) => require("@cinema-jetstream/components").passwordHash.check(news),
  diff: async (_id, olds, news) => require("@cinema-jetstream/components").passwordHash.diff(olds, news),
  create: async (inputs) => require("@cinema-jetstream/components").passwordHash.create(inputs),
  update: async (_id, olds, news) => require("@cinema-jetstream/components").passwordHash.update(olds, news),
};
/* eslint-enable @typescript-eslint/no-require-imports */

/**
 * The bcrypt hash of a password, kept in state: a fresh salt at each run would reload all servers at each `up`. Made anew only
 * when the password no longer matches it. A password over 72 bytes is refused, as bcrypt would cut it.
 */
export class PasswordHash extends pulumi.dynamic.Resource {
  /** `$2b$10$…`: cost 10, as every reload checks every client's password again (50 ms each, measured). Secret. */
  declare readonly hash: pulumi.Output<string>;

  constructor(name: string, args: { readonly password: pulumi.Input<string> }, opts?: pulumi.CustomResourceOptions) {
    const secret = { ...opts, additionalSecretOutputs: ["password", "hash"] };
    super(
      provider,
      name,
      { password: pulumi.secret(args.password), hash: undefined },
      secret,
      "accounts",
      "PasswordHash",
    );
  }
}
