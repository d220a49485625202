/**
 * A Kubernetes cluster's API, as a kubeconfig leads to it. `@kubernetes/client-node` takes its time to load, so it is loaded by the
 * functions that need it: every provider process loads this file.
 */
import type { KubeConfig } from "@kubernetes/client-node";
import { setTimeout as sleep } from "node:timers/promises";
import type { ClusterAccess } from "./access";
import { readKubeconfig } from "./kubeconfig";

export { expandHome, KubeconfigError } from "./kubeconfig";

/** The cluster's API does not answer, or the kubeconfig's user has no credentials for it. */
export class ClusterUnreachableError extends Error {
  override readonly name = "ClusterUnreachableError";
}

/** The cluster's API answered with a refusal. `code` is its HTTP status: 401 login, 403 lacking right, 404 not there. */
export class ClusterRefusalError extends Error {
  override readonly name = "ClusterRefusalError";
  constructor(
    message: string,
    readonly code: number,
  ) {
    super(message);
  }
}

const answerTimeoutMs = 5_000;
/** A credential plugin of a cloud is a program that may have to be fetched from disk and ask a server of its own. */
const credentialTimeoutMs = 30_000;

/**
 * The cluster that `access` names. Reads files alone. Whatever is made from the result bears a limit: requests end after 5 s, as do
 * handshakes of web sockets; credential plugins after 30 s.
 *
 * @throws KubeconfigError where there is no such file or context.
 */
export async function loadCluster(access: ClusterAccess): Promise<KubeConfig> {
  const config = await readKubeconfig(access);
  const secureRequest = config.applySecurityAuthentication.bind(config);
  const secureSocket = config.applyToHTTPSOptions.bind(config);
  // client-node 1.4 has no limits of its own: a server that does not answer would be waited for forever.
  return Object.assign(config, {
    applySecurityAuthentication: async (...[request]: Parameters<typeof secureRequest>) => {
      await inTime(secureRequest(request));
      request.setSignal(AbortSignal.timeout(answerTimeoutMs));
    },
    applyToHTTPSOptions: async (...[options]: Parameters<typeof secureSocket>) => {
      await inTime(secureSocket(options));
      Object.assign(options, { handshakeTimeout: answerTimeoutMs });
    },
  });
}

async function inTime(credentials: Promise<void>): Promise<void> {
  const seconds = credentialTimeoutMs / 1000;
  const late = sleep(credentialTimeoutMs, undefined, { ref: false }).then(() => {
    throw new Error(`the kubeconfig's credential plugin gave nothing within ${seconds} s`);
  });
  await Promise.race([credentials, late]);
}

/**
 * What tells this cluster from every other one: the UID of its namespace `kube-system`.
 *
 * @throws ClusterUnreachableError, ClusterRefusalError
 */
export async function readClusterUid(config: KubeConfig): Promise<string> {
  const { CoreV1Api } = await import("@kubernetes/client-node");
  const { metadata } = await ask(config, () => config.makeApiClient(CoreV1Api).readNamespace({ name: "kube-system" }));
  if (!metadata?.uid)
    throw new ClusterUnreachableError(`${clusterText(config)} gives no UID of namespace 'kube-system'`);
  return metadata.uid;
}

/**
 * Sends a request to the cluster. client-node's errors hold the request, and with it credentials: they end here.
 *
 * @throws ClusterUnreachableError, ClusterRefusalError
 */
export async function ask<T>(config: KubeConfig, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    throw await withoutCredentials(config, error);
  }
}

/** The cluster as the user knows it. */
export function clusterText(config: KubeConfig): string {
  return `the Kubernetes cluster at ${config.getCurrentCluster()?.server} (context '${config.getCurrentContext()}')`;
}

async function withoutCredentials(config: KubeConfig, error: unknown): Promise<Error> {
  const { ApiException } = await import("@kubernetes/client-node");
  if (error instanceof ApiException) {
    const { code } = error;
    return new ClusterRefusalError(
      `${clusterText(config)} refused: ${wordsOf(error)} (${code})${refusalCure(code)}`,
      code,
    );
  }
  return new ClusterUnreachableError(
    `${clusterText(config)} cannot be reached: ${reasonOf(error)}; see whether 'kubectl get namespaces --context ${config.getCurrentContext()}' ` +
      "works from this machine",
  );
}

/** The API's own words for a refusal. */
function wordsOf({ body, code }: { readonly body: unknown; readonly code: number }): string {
  try {
    const status: unknown = typeof body === "string" ? JSON.parse(body) : body;
    if (status instanceof Object && "message" in status && typeof status.message === "string") return status.message;
  } catch {
    // A proxy before the API answers with pages of its own.
  }
  return code === 401 ? "it does not know the kubeconfig's user" : "it gave no reason";
}

function refusalCure(code: number): string {
  if (code === 401) return "; log in again, or choose another context";
  if (code === 403) return "; grant it to the kubeconfig's user by a Role or ClusterRole, or choose another context";
  return "";
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "the connection failed";
  if (error.name === "AbortError" || error.name === "TimeoutError")
    return `no answer within ${answerTimeoutMs / 1000} s`;
  // A plugin's output that is not JSON is quoted in the error, and may be a token.
  if (error instanceof SyntaxError) return "the kubeconfig's credential plugin gave something else than credentials";
  return error.message;
}
