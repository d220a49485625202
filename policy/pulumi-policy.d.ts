/** What is used of it. The pack has packages of its own, so that who enforces nothing installs none of them. */
declare module "@pulumi/policy" {
  export type ReportViolation = (message: string, urn?: string) => void;

  /** Properties throw when they are read and not known yet; `Object.keys` does not. */
  export interface PolicyResource {
    readonly type: string;
    readonly urn: string;
    readonly name: string;
    readonly props: Readonly<Record<string, unknown>>;
  }

  export interface StackValidationArgs {
    readonly resources: readonly PolicyResource[];
  }

  export interface Policy {
    readonly name: string;
    readonly description: string;
    /** Called with each resource's inputs before it is made, changed or left as it is. */
    readonly validateResource?: (resource: PolicyResource, reportViolation: ReportViolation) => void;
    /** Called at the end of a preview or an up, with each resource's outputs. */
    readonly validateStack?: (stack: StackValidationArgs, reportViolation: ReportViolation) => void;
  }

  export class PolicyPack {
    constructor(
      name: string,
      args: { readonly enforcementLevel: "advisory" | "mandatory"; readonly policies: readonly Policy[] },
    );
  }
}
