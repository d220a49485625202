import { Service } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import type { KubernetesPlatform } from "./kubernetes-config";
import { clientServiceName } from "./names";
import type { Serving } from "./serving";

/**
 * Where clients outside the cluster connect: the URL that config gives, or what the load balancer has by the time the servers serve.
 * Empty where nothing is exposed; a port-forward then does.
 */
export function clientUrls(
  name: string,
  { namespace, clientService, clientUrl }: KubernetesPlatform,
  serving: Serving,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string[]> {
  if (clientUrl) return pulumi.output([clientUrl]);
  if (clientService === "ClusterIP") return pulumi.output([]);
  // The chart's own: looked for in a preview, before there is one, it would end the preview.
  const id = serving.id.apply(() => `${namespace}/${clientServiceName}`);
  const service = Service.get(`${name}-clients`, id, opts);
  return service.status.apply((status) =>
    (status?.loadBalancer?.ingress ?? []).map(({ hostname, ip }) => `nats://${hostname || ip}:4222`),
  );
}
