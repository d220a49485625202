/**
 * What is used of `@kubernetes/client-node`, which takes a second to load from its 700 files. `build.mjs` makes one file of these, which loads in a fifth of
 * that, and leads the other bundles' imports of the package there.
 */
export {
  ApiException,
  AppsV1Api,
  CoreV1Api,
  KubeConfig,
  PatchStrategy,
  PortForward,
  setHeaderOptions,
} from "@kubernetes/client-node";
