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
  const own = Object.entries(pulumi.runtime.allConfig()).filter(([key]) => key.startsWith(prefix));
  // Set by the language host; the SDK reads it too, but only for keys that are asked for one at a time.
  const secretKeys: string[] = JSON.parse(process.env["PULUMI_CONFIG_SECRET_KEYS"] ?? "[]");
  return {
    values: Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value])),
    secretKeys: secretKeys.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length)),
  };
}
