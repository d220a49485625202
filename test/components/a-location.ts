/** Whole locations for the tests; each test says only what it is about. */
import type { KubernetesLocation } from "../../components/kubernetes/helm-values";
import type { KubernetesPlatform } from "../../components/kubernetes/kubernetes-config";
import { ofAllAccounts } from "../../components/rotation";
import type { HubLocation, SpokeLocation } from "../../components/location";

/** What the defaults of `Pulumi.yaml` make of a platform. */
export function aPlatform(changes: Partial<KubernetesPlatform> = {}): KubernetesPlatform {
  return {
    kind: "kubernetes",
    access: { kubeconfig: "", context: "" },
    namespace: "nats",
    chart: { profile: "current", source: "https://nats-io.github.io/helm/charts", version: "2.14.2" },
    volumeSize: "11Gi",
    storageClass: "",
    deleteVolumes: false,
    resources: { cpu: "250m", memory: "1Gi" },
    spread: "required",
    metrics: "none",
    clientService: "ClusterIP",
    clientUrl: "",
    leafnodeService: { type: "NodePort", nodePort: 30_742 },
    extraValues: {},
    ...changes,
  };
}

const base = {
  replicas: 3,
  serverVersion: "2.14.2",
  maxFileStoreBytes: 10 * 2 ** 30,
  passwords: {},
  rotation: ofAllAccounts([1]),
};

type OnKubernetes = { readonly platform: KubernetesPlatform };

/** The hub, `hub`. */
export function aHub(changes: Partial<HubLocation & OnKubernetes> = {}): HubLocation & KubernetesLocation {
  return {
    ...base,
    name: "hub",
    role: "hub",
    clusterName: "headquarter",
    platform: aPlatform(),
    spokes: ["cinema-a", "cinema-b"],
    leafnodeAdvertise: "hub.example.com:30742",
    leafnodeTls: { kind: "generated" },
    leafnodePasswords: {},
    ...changes,
  };
}

/** One of its spokes, `cinema-a`. */
export function aSpoke(changes: Partial<SpokeLocation & OnKubernetes> = {}): SpokeLocation & KubernetesLocation {
  return {
    ...base,
    name: "cinema-a",
    role: "spoke",
    clusterName: "spoke-1",
    platform: aPlatform(),
    hub: "hub",
    ...changes,
  };
}
