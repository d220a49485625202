/** A chart rendered by Helm, and its server pod's files as they would lie in the container. */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import execa from "execa";
import { parseAllDocuments, stringify } from "yaml";
import type { HelmValues } from "../../components/kubernetes/helm-values";
import { findTool } from "../../toolchain/find.mjs";

/** The chart under test: our own, or the folder that `NATS_CHART` names. */
export const chartFolder = process.env["NATS_CHART"] ?? resolve(__dirname, "../fixtures/chart");

/** A Kubernetes object, as far as the tests look at it. */
export interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever its kind has
  readonly spec?: any;
}

/** What Helm would install of a chart. */
export async function render(folder: string, values: HelmValues): Promise<Manifest[]> {
  const helm = findTool("helm")?.binary;
  if (!helm) throw new Error("there is no helm here; make it: node toolchain/ensure.mjs helm");
  const args = ["template", "nats", folder, "--namespace", "nats", "--values", "-"];
  const { stdout } = await execa(helm, args, { input: stringify(values) });
  return parseAllDocuments(stdout)
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null);
}

/** The only object of a kind and name. */
export function named(manifests: readonly Manifest[], kind: string, name: string): Manifest {
  const found = manifests.filter((manifest) => manifest.kind === kind && manifest.metadata.name === name);
  if (!found[0] || found.length > 1) throw new RangeError(`there are ${found.length} objects ${kind}/${name}`);
  return found[0];
}

/** A server's files under a folder of their own, and its environment. */
export interface ServerFiles {
  /** Stands for `/`. */
  readonly root: string;
  readonly conf: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Lays out what is mounted into the container of the server with this number: ConfigMaps as rendered, Secrets as given. Paths in
 * files are made to lead into the folder.
 */
export function layOut(manifests: readonly Manifest[], secrets: Record<string, Record<string, string>>, index: number) {
  const { spec } = named(manifests, "StatefulSet", "nats").spec.template;
  const server = spec.containers.find(({ name }: { name: string }) => name === "nats");
  const root = mkdtempSync(join(tmpdir(), "cinema-pod-"));
  for (const { name, mountPath } of server.volumeMounts) {
    const volume = spec.volumes.find((each: { name: string }) => each.name === name);
    const files = volume?.configMap
      ? named(manifests, "ConfigMap", volume.configMap.name).data
      : secrets[volume?.secret?.secretName];
    for (const [file, text] of Object.entries(files ?? {})) write(join(root, mountPath, file), inside(root, text));
  }
  return { root, conf: join(root, "etc/nats-config/nats.conf"), env: environment(server.env, `nats-${index}`) };
}

/** `text` with its paths leading into `root` instead of `/`. */
export function inside(root: string, text: string): string {
  return text.replaceAll(/(?<=["\s])\/(?=etc\/)/g, `${root}/`);
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** What the kubelet makes of a container's `env`, where one may name those before it. */
function environment(list: readonly { name: string; value?: string }[], pod: string): Record<string, string> {
  const env: Record<string, string> = { POD_NAME: pod, POD_NAMESPACE: "nats" };
  for (const { name, value } of list)
    if (value !== undefined) env[name] = value.replaceAll(/\$\((\w+)\)/g, (_, other: string) => env[other] ?? "");
  return env;
}
