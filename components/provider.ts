/** What the dynamic resources of a location do; built, as the provider's own process loads it at run time. */
export { passwordHash } from "./password-hash-hooks";
export { leafnodeCertificate } from "./leafnode-certificate-hooks";
export { localCluster } from "./local/runtime/cluster-hooks";
export { leafnodeRelay } from "./local/runtime/relay-hooks";
export { clusterGuard } from "./kubernetes/runtime/cluster-guard-hooks";
export { serving } from "./kubernetes/runtime/serving-hooks";
