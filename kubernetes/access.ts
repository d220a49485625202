/** How a Kubernetes cluster is named from outside. Types only: what connects is beside this file. */

/** Which cluster, in the words of a kubeconfig. Holds no credentials, so it may lie in state and outputs. */
export interface ClusterAccess {
  /** Path of a kubeconfig; `~` stands for the user's home. Empty: `KUBECONFIG`, else `~/.kube/config`. */
  readonly kubeconfig: string;
  /** Empty: the kubeconfig's current context. */
  readonly context: string;
}

/** Where the servers of a location run in Kubernetes. */
export interface KubernetesFacts {
  readonly access: ClusterAccess;
  /** UID of the namespace `kube-system`: tells one cluster from another whatever its context is called. */
  readonly clusterUid: string;
  readonly namespace: string;
  /** Label selector of the server pods. */
  readonly podSelector: string;
}
