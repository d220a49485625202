import type { ServingInputs } from "../../../components/kubernetes/serving-inputs";

/** What the servers of a spoke in Kubernetes must be. */
export function aServing(change: Partial<ServingInputs> = {}): ServingInputs {
  return {
    kubernetes: {
      access: { kubeconfig: "", context: "cinema-a" },
      clusterUid: "11111111-2222-3333-4444-555555555555",
      namespace: "nats",
      podSelector: "app.kubernetes.io/name=nats",
    },
    serverNames: [0, 1, 2].map((n) => `cinema-a-nats-${n}`),
    serverVersion: "2.14.2",
    clusterName: "spoke-1",
    domain: "cinema-a",
    maxFileStoreBytes: 2 ** 30,
    leafnodeAccounts: ["ACC", "SYS"],
    secretMark: "5ec7e7",
    valuesMark: "7a1e5",
    ...change,
  };
}
