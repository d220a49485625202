import * as pulumi from "@pulumi/pulumi";

/**
 * A fault that the user can cure: the engine shows its message and no stack trace. The stack is dropped for the user's time as well:
 * the SDK formats that of every error, and Node 20.20 needs half a minute and all memory for one that holds a frame such as
 * `node_modules/@pulumi/resource.ts` (its search for the end of the module's name starts anew for ever; measured).
 */
export class UserError extends pulumi.RunError {
  constructor(message: string) {
    super(message);
    this.stack = "";
  }
}
