/** Reading kubeconfigs, as kubectl does: several files make one, and of equal names the first counts. */
import type { KubeConfig } from "@kubernetes/client-node";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import type { ClusterAccess } from "./access";

/** The kubeconfig does not lead to a cluster. The message shows none of its text, which may hold credentials. */
export class KubeconfigError extends Error {
  override readonly name = "KubeconfigError";
}

/** Replaces a leading `~` by the user's home. */
export function expandHome(path: string): string {
  return path.replace(/^~(?=$|[/\\])/, homedir());
}

/**
 * The kubeconfig with the context that is wanted as the current one.
 *
 * @throws KubeconfigError where there is no such file or context.
 */
export async function readKubeconfig(access: ClusterAccess): Promise<KubeConfig> {
  const files = filesOf(access);
  const texts = files.paths.flatMap((path): [string, string][] => {
    const text = textOf(path);
    return text === undefined ? [] : [[path, text]];
  });
  if (texts.length === 0) {
    throw new KubeconfigError(
      `there is no kubeconfig at ${files.paths.join(", ")} (${files.origin}); allowed: a file that 'kubectl' can use; ${cureOf("kubeconfig")}`,
    );
  }
  const { KubeConfig } = await import("@kubernetes/client-node"); // takes its time, which a preview without any cluster need not
  const found = texts.map(([path, text]) => parsed(path, text, new KubeConfig()));
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: firstOfEachName(found.flatMap(({ clusters }) => clusters)),
    contexts: firstOfEachName(found.flatMap(({ contexts }) => contexts)),
    users: firstOfEachName(found.flatMap(({ users }) => users)),
    currentContext: access.context || found.find(({ currentContext }) => currentContext)?.currentContext,
  });
  requireContext(config, found.length === 1 ? files.paths.join(", ") : `${files.paths.join(", ")} (${files.origin})`);
  return config;
}

function filesOf({ kubeconfig }: ClusterAccess): { paths: string[]; origin: string } {
  if (kubeconfig) return { paths: [expandHome(kubeconfig)], origin: `given as '${kubeconfig}'` };
  const listed = (process.env["KUBECONFIG"] ?? "").split(delimiter).filter((path) => path !== "");
  if (listed.length > 0) return { paths: listed, origin: "from the environment variable KUBECONFIG" };
  return {
    paths: [join(homedir(), ".kube", "config")],
    origin: "the default, as neither config nor KUBECONFIG names one",
  };
}

function cureOf(key: "kubeconfig" | "kubeContext"): string {
  const example = key === "kubeconfig" ? "~/.kube/config" : "<context>";
  return `set it in the location's stack, then bring it up: pulumi config set ${key} ${example}`;
}

function parsed(path: string, text: string, config: KubeConfig): KubeConfig {
  try {
    config.loadFromString(text);
  } catch {
    // The parser's own message quotes the text, and with it tokens.
    throw new KubeconfigError(
      `${path} is not a kubeconfig; allowed: YAML with clusters, contexts and users; 'kubectl config view --kubeconfig ${path}' tells more`,
    );
  }
  config.makePathsAbsolute(dirname(path));
  return config;
}

/** Undefined where there is no such file. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    const reason = error instanceof Error ? error.message : String(error);
    throw new KubeconfigError(`the kubeconfig ${path} cannot be read: ${reason}; ${cureOf("kubeconfig")}`);
  }
}

function firstOfEachName<T extends { readonly name: string }>(entries: readonly T[]): T[] {
  return entries.filter(({ name }, index) => entries.findIndex((each) => each.name === name) === index);
}

function requireContext(config: KubeConfig, place: string): void {
  const wanted = config.getCurrentContext();
  const names = config.getContexts().map(({ name }) => name);
  const allowed = names.length > 0 ? `allowed: ${names.join(", ")}` : "it has no contexts at all";
  if (!wanted) {
    throw new KubeconfigError(
      `no context is given, and ${place} has no current one; ${allowed}; ${cureOf("kubeContext")}`,
    );
  }
  const context = config.getContextObject(wanted);
  if (!context) {
    throw new KubeconfigError(`there is no context '${wanted}' in ${place}; ${allowed}; ${cureOf("kubeContext")}`);
  }
  if (config.getCurrentCluster() && config.getCurrentUser()) return;
  throw new KubeconfigError(
    `context '${wanted}' in ${place} names cluster '${context.cluster}' and user '${context.user}', and one of them is not there; ` +
      `allowed: a context whose cluster and user are in the file; correct it, or choose another: ${cureOf("kubeContext")}`,
  );
}
