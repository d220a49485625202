/** Servers before 2.10 forget the newest stream of their domain where all of them are killed soon after it was made. */
import { randomBytes } from "node:crypto";
import semver from "semver";
import type { StreamConfig } from "../stream-config";
import { streamConfig } from "../stream-config";
import { wireConfig } from "../wire-config";
import type { Ask } from "./request";
import { createStream, deleteStream } from "./stream-api";

/**
 * Makes a stream that was just made outlive its servers: on those before 2.10 an empty one is made after it and deleted again, which costs
 * some 0.5 s; elsewhere it is nothing. Measured on 2.9.19: docs/decisions/0006.
 */
export async function keepNewest(ask: Ask, { location, replicas }: StreamConfig, serverVersion: string): Promise<void> {
  if (semver.gte(serverVersion, "2.10.0")) return;
  const name = `cinema-jetstream-${randomBytes(4).toString("hex")}`;
  const description = "Left by an interrupted 'pulumi up'; delete it";
  const size = { maxAgeSeconds: 1, maxBytes: 1024 };
  const throwAway = streamConfig({ location, name, replicas, description, subjects: [name], ...size });
  await createStream(ask, throwAway, wireConfig(throwAway));
  await deleteStream(ask, location, name);
}
