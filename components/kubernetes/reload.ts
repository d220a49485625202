/** What a running server takes by a reload, how it shows that it has, and what restarts it instead. Pure. */
import semver from "semver";
import type { ConfigMarks, KubernetesLocation } from "./helm-values";

/**
 * The first release with `server_metadata`, and the first whose `/varz` shows a changed tag after a reload; 2.9.19 and 2.11.10 take
 * the tag and go on showing the old one (2.9.19, 2.11.10, 2.12.0, 2.14.2 and 2.15.2 tried). A refused reload leaves both as they were.
 */
const firstToShowReloads = "2.12.0";
/** The first release that takes changed `leafnodes.remotes` by a reload (2.12.0 refuses them; 2.14.2 and 2.15.2 tried). */
const firstToReloadRemotes = "2.14.0";

/** Servers report the mark of their ConfigMap as metadata. Where they do not, a changed ConfigMap restarts them. */
export function reportsMetadata({ platform, serverVersion }: KubernetesLocation): boolean {
  return platform.chart.profile === "current" && semver.gte(serverVersion, firstToShowReloads);
}

/**
 * The settings of a location that no reload changes, as text for people: refused, as the leafnode listener's address (2.9.19 to
 * 2.15.2), or taken without any effect, as a higher file store limit (2.14.2) or a listener's TLS that is taken away (all of them).
 * Left out is what changes the pods by itself, and what never changes, such as the domain.
 */
export function restartsOn(location: KubernetesLocation, marks: ConfigMarks): string {
  const settings = [`max_file_store ${location.maxFileStoreBytes}`];
  if (location.role === "hub") {
    settings.push(`leafnodes.advertise ${location.leafnodeAdvertise}`, `leafnodes.tls ${location.leafnodeTls.kind}`);
    if (marks.permissions) settings.push(`spokes' permissions ${marks.permissions}`);
  } else {
    settings.push(`leafnodes.remotes ${marks.hubTls ? "with" : "without"} tls`);
  }
  if (!reloadsSecret(location)) settings.push(`Secret ${marks.secret}`);
  return settings.join(", ");
}

/** The Secret's content comes into force without a restart, and one can see that it did. */
export function reloadsSecret({ role, serverVersion }: KubernetesLocation): boolean {
  return semver.gte(serverVersion, role === "hub" ? firstToShowReloads : firstToReloadRemotes);
}
