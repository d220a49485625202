import { Release, type ReleaseArgs } from "@pulumi/kubernetes/helm/v3/release"; // the whole of v3 loads a renderer of charts
import * as pulumi from "@pulumi/pulumi";
import { createHash } from "node:crypto";
import { expandHome } from "../../kubernetes/kubeconfig";
import { leafnodePermissions } from "../leafnode-permissions";
import type { PlatformArgs } from "../platform";
import { configText, helmValues, type ConfigMarks, type HelmValues, type KubernetesLocation } from "./helm-values";
import type { Chart } from "./kubernetes-config";
import { legacyValues } from "./legacy-values";
import { releaseName } from "./names";
import { reloadsSecret, reportsMetadata } from "./reload";

export interface HelmReleaseArgs extends Pick<PlatformArgs, "hub" | "links"> {
  readonly location: KubernetesLocation;
  /** Changes with the content of the servers' Secret. */
  readonly mark: pulumi.Output<string>;
}

/** The release of the chart `nats`, installed; `Serving` tells when its servers serve. */
export class HelmRelease extends pulumi.ComponentResource {
  /** What servers report once they have loaded the ConfigMap; nothing where they cannot. */
  readonly valuesMark?: string;

  constructor(name: string, args: HelmReleaseArgs, opts: pulumi.ComponentResourceOptions) {
    super("cinema:nats:HelmRelease", name, {}, opts);
    const { location } = args;
    const { namespace, chart } = location.platform;
    const mark = markOf(configText(location));
    new Release(
      `${name}-release`,
      {
        name: releaseName,
        namespace,
        ...chartArgs(chart),
        values: valuesOf(args, mark),
        skipAwait: true, // Serving waits, and says what for
        maxHistory: 10,
      },
      { parent: this },
    );

    if (reportsMetadata(location)) this.valuesMark = mark;
    this.registerOutputs({ valuesMark: this.valuesMark });
  }
}

/** Where Helm finds the chart. A folder has a version of its own. */
function chartArgs({ source, version }: Chart): Pick<ReleaseArgs, "version" | "repositoryOpts"> & { chart: string } {
  if (source.startsWith("oci://")) return { chart: source, version };
  if (/^https?:/.test(source)) return { chart: "nats", version, repositoryOpts: { repo: source } };
  return { chart: expandHome(source) };
}

/** The values are known in a preview but for what the hub says, and, on servers that restart for it, for a Secret that changes. */
function valuesOf({ location, mark, hub, links = [] }: HelmReleaseArgs, values: string): pulumi.Output<HelmValues> {
  const write = location.platform.chart.profile === "legacy" ? legacyValues : helmValues;
  const secret = reloadsSecret(location) ? "" : mark;
  const spokes = location.role === "hub" ? location.spokes : [];
  const permissions = markOf(JSON.stringify(spokes.map((spoke) => [spoke, leafnodePermissions("ACC", spoke, links)])));
  return pulumi
    .all([secret, hub?.leafnodeTls ?? false])
    .apply(([secret, hubTls]): HelmValues =>
      write(location, { values, secret, hubTls, permissions } satisfies ConfigMarks),
    );
}

function markOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
