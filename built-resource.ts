import * as pulumi from "@pulumi/pulumi";

/** Hooks of a dynamic provider, by the package that `build.mjs` bundles them into and their name in it. */
export interface BuiltHooks {
  readonly package: "@cinema-jetstream/components" | "@cinema-jetstream/streams";
  readonly name: string;
}

/**
 * A dynamic resource whose state names its provider's code instead of holding it: the one line that Pulumi's host of dynamic providers
 * evaluates loads the built package there, so that no code, path or secret lies in state, and neither a moved checkout nor an edited hook shows
 * as a change. As a closure that Pulumi serialises, the same would cost each resource another 1 kB of state, and each run the time to load the
 * TypeScript compiler (measured; docs/decisions/0002).
 */
export abstract class BuiltResource extends pulumi.CustomResource {
  /** @param type `module:Type`, part of the resource's URN, so never changed */
  constructor(
    hooks: BuiltHooks,
    type: string,
    name: string,
    props: pulumi.Inputs,
    opts?: pulumi.CustomResourceOptions,
  ) {
    const __provider = `exports.handler = () => require("${hooks.package}").${hooks.name};`;
    super(`pulumi-nodejs:dynamic/${type}`, name, { ...props, __provider }, opts);
  }
}
