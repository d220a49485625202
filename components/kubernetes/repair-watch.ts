/** The repair watch as a part of a hub's release: its Deployment, and what its pod reads of the hub. Pure. */
import type { Logins } from "../stack-outputs";
import type { HelmValues } from "./helm-values";
import type { RepairWatch } from "./kubernetes-config";
import * as names from "./names";

/** Of the image; any user but root does. */
const user = 1000;
/** Of its pod. */
export const repairWatchLabels = { "app.kubernetes.io/name": names.repairWatchName };

/**
 * One pod: two watches would step the same leaders down, so a new one comes when the old one has gone. It reads its logins from a file that
 * follows the Secret, and asks nothing of Kubernetes.
 */
export function repairWatchDeployment({ image }: RepairWatch): HelmValues {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: names.repairWatchName, labels: repairWatchLabels },
    spec: {
      replicas: 1,
      strategy: { type: "Recreate" },
      selector: { matchLabels: repairWatchLabels },
      template: {
        metadata: { labels: repairWatchLabels },
        spec: {
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: user,
            runAsGroup: user,
            seccompProfile: { type: "RuntimeDefault" },
          },
          containers: [container(image)],
          volumes: [{ name: "hub", secret: { secretName: names.repairWatchName } }],
        },
      },
    },
  };
}

function container(image: string): HelmValues {
  return {
    name: "repair-watch",
    image,
    args: [`${names.repairWatchFolder}/${names.repairWatchFile}`],
    resources: { requests: { cpu: "10m", memory: "128Mi" }, limits: { memory: "128Mi" } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
    volumeMounts: [{ name: "hub", mountPath: names.repairWatchFolder, readOnly: true }],
  };
}

/** The Secret's files as texts: what `topology watch --from` reads. */
export function repairWatchFiles(namespace: string, logins: Logins): Record<string, string> {
  const clientUrls = [`nats://${names.clientServiceName}.${namespace}.svc:4222`];
  return { [names.repairWatchFile]: `${JSON.stringify({ clientUrls, kubernetes: null, logins })}\n` };
}
