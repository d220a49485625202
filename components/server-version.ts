/** Which servers are supported. Pure. */
import semver from "semver";
import { z } from "zod";

/** Oldest nats-server that everything here was measured on; older ones are refused. */
export const minimumServerVersion = "2.9.19";

/** Newest nats-server that everything here was measured on; newer ones are accepted. */
export const newestMeasuredVersion = "2.15.2";

/** A supported release of nats-server, such as `2.14.2`. */
export const serverVersionSchema = z
  .string()
  .refine((version) => semver.valid(version) === version && semver.gte(version, minimumServerVersion));
