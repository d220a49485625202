import * as pulumi from "@pulumi/pulumi";
import { readLocation, type Location } from "./location";
import { InvalidConfigError, type StackConfig } from "./stack-config";
import { UserError } from "../user-error";

/**
 * The location that the running stack's config describes.
 *
 * @throws UserError naming every fault of the config: the engine shows it without a stack trace, which helps nobody here.
 */
export function locationOfStack(): Location {
  try {
    return readLocation(pulumi.getStack(), readStackConfig(pulumi.getProject()));
  } catch (error) {
    throw error instanceof InvalidConfigError ? new UserError(error.message) : error;
  }
}

/** The running stack's whole config of one project: what no typed getter shows, as those ask for one known key at a time. */
function readStackConfig(project: string): StackConfig {
  const prefix = `${project}:`;
  const bare = (key: string) => key.slice(prefix.length);
  const own = Object.entries(pulumi.runtime.allConfig()).filter(([key]) => key.startsWith(prefix));
  return {
    values: Object.fromEntries(own.map(([key, value]) => [bare(key), value])),
    secretKeys: own
      .map(([key]) => key)
      .filter(isConfigSecret)
      .map(bare),
  };
}

/** The SDK's own, which its types leave out: whichever way a program is run, this is what knows. */
function isConfigSecret(key: string): boolean {
  const { isConfigSecret: isSecret } = pulumi.runtime as typeof pulumi.runtime & {
    isConfigSecret(key: string): boolean;
  };
  return isSecret(key);
}
