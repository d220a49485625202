/** Which nats-server runs a location. */
import { findTool } from "../../../toolchain/find.mjs";
import { minimumServerVersion, serverVersionSchema } from "../../server-version";

/**
 * Path of the nats-server of a version: on PATH or in the tools' cache.
 *
 * @throws when the version is too old or not installed: names the versions allowed, or the command that installs it
 */
export function serverBinary(version: string): string {
  if (!serverVersionSchema.safeParse(version).success) {
    throw new Error(
      `'serverVersion' must be a release of nats-server, ${minimumServerVersion} or newer, got '${version}'`,
    );
  }
  const tool = findTool("nats-server", version);
  if (tool) return tool.binary;
  throw new Error(`nats-server ${version} is not installed; run: node toolchain/ensure.mjs nats-server@${version}`);
}
