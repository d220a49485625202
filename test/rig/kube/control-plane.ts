/** What makes a cluster out of a node: etcd, the API server, controllers, scheduler and DNS. */
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CoreV1Api, Health, KubeConfig } from "@kubernetes/client-node";
import { stringify } from "yaml";
import { Background } from "./background";
import type { ClusterPlace } from "./layout";

/** Where the parts of Kubernetes are: a folder with all binaries of the tool `kube`. */
export type Binaries = (name: string) => string;

const serviceCidr = "10.96.0.0/16";
const apiPort = 6443;
const dnsReadyPort = 8181;

/** Starts etcd and the API server, and writes the kubeconfig; returns once the API answers. */
export async function startApi(place: ClusterPlace, binary: Binaries): Promise<void> {
  const pki = join(place.folder, "pki");
  writeServiceAccountKey(pki);
  const token = randomBytes(24).toString("hex");
  writeFileSync(join(pki, "tokens.csv"), `${token},admin,admin,system:masters\n`, { mode: 0o600 });
  const etcd = new Background(place, "etcd", binary("etcd"), [
    `--data-dir=${join(place.folder, "etcd")}`,
    "--unsafe-no-fsync", // a cluster that dies with the machine has nothing to keep
    "--listen-client-urls=http://127.0.0.1:2379",
    "--advertise-client-urls=http://127.0.0.1:2379",
    "--log-level=warn",
  ]);
  const api = new Background(place, "kube-apiserver", binary("kube-apiserver"), apiServerArgs(place, pki));
  const certificate = join(pki, "apiserver.crt");
  await etcd.until("the API server made its certificate", () => existsSync(join(pki, "apiserver.key")));
  writeFileSync(place.kubeconfig, kubeconfig(place, readFileSync(certificate), token), { mode: 0o600 });
  const health = new Health(readKubeconfig(place));
  await api.until("its API answered that it is ready", () => health.readyz({ timeout: 5_000 }));
}

/** Starts what works through the API; returns once pods can be declared. */
export async function startControllers(place: ClusterPlace, binary: Binaries): Promise<void> {
  const pki = join(place.folder, "pki");
  const controllers = new Background(place, "kube-controller-manager", binary("kube-controller-manager"), [
    `--kubeconfig=${place.kubeconfig}`,
    `--service-account-private-key-file=${join(pki, "sa.key")}`,
    `--root-ca-file=${join(pki, "apiserver.crt")}`,
    "--leader-elect=false",
    "--allocate-node-cidrs=true",
    `--cluster-cidr=${place.podCidr}`,
    "--node-cidr-mask-size=24",
    "--bind-address=127.0.0.1",
  ]);
  new Background(place, "kube-scheduler", binary("kube-scheduler"), [
    `--kubeconfig=${place.kubeconfig}`,
    "--leader-elect=false",
    "--bind-address=127.0.0.1",
  ]);
  const core = readKubeconfig(place).makeApiClient(CoreV1Api);
  await controllers.until("it made what each pod is given", async () => {
    await core.readNamespacedServiceAccount({ name: "default", namespace: "default" });
    await core.readNamespacedConfigMap({ name: "kube-root-ca.crt", namespace: "default" });
    return true;
  });
}

/** Starts the cluster's DNS on the node's address; returns once it answers for what the API holds. */
export async function startDns(place: ClusterPlace, binary: Binaries): Promise<void> {
  const file = join(place.folder, "Corefile");
  writeFileSync(
    file,
    `.:53 {
    bind ${place.address}
    ready ${place.address}:${dnsReadyPort}
    errors
    kubernetes cluster.local in-addr.arpa {
        kubeconfig ${place.kubeconfig} ${place.name}
    }
    cache 5
}
`,
  );
  const dns = new Background(place, "coredns", binary("coredns"), ["-conf", file]);
  await dns.until("it was ready to answer", async () => {
    const { ok } = await fetch(`http://${place.address}:${dnsReadyPort}/ready`, { signal: AbortSignal.timeout(5_000) });
    return ok;
  });
}

/** A cluster's kubeconfig as the client library takes it. */
export function readKubeconfig({ kubeconfig: file }: Pick<ClusterPlace, "kubeconfig">): KubeConfig {
  const config = new KubeConfig();
  config.loadFromFile(file);
  return config;
}

function apiServerArgs({ address }: ClusterPlace, pki: string): string[] {
  return [
    "--etcd-servers=http://127.0.0.1:2379",
    `--secure-port=${apiPort}`,
    `--advertise-address=${address}`, // its certificate, which it makes itself, is for this address
    `--cert-dir=${pki}`,
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-key-file=${join(pki, "sa.pub")}`,
    `--service-account-signing-key-file=${join(pki, "sa.key")}`,
    `--token-auth-file=${join(pki, "tokens.csv")}`,
    "--authorization-mode=Node,RBAC",
    "--kubelet-preferred-address-types=InternalIP", // the name of the node is nowhere to be resolved
    `--service-cluster-ip-range=${serviceCidr}`,
    "--allow-privileged=true",
  ];
}

/** Signs the tokens that pods present to the API. */
function writeServiceAccountKey(pki: string): void {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  writeFileSync(join(pki, "sa.key"), privateKey, { mode: 0o600 });
  writeFileSync(join(pki, "sa.pub"), publicKey);
}

function kubeconfig({ name, address }: ClusterPlace, certificate: Buffer, token: string): string {
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name,
        cluster: {
          server: `https://${address}:${apiPort}`,
          "certificate-authority-data": certificate.toString("base64"),
        },
      },
    ],
    users: [{ name: `${name}-admin`, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: `${name}-admin` } }],
    "current-context": name,
  });
}
