/** The one node of a cluster: containerd, the kubelet and the service proxy, with cgroups and a pod network of its own. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CoreV1Api } from "@kubernetes/client-node";
import execa from "execa";
import { stringify } from "yaml";
import { Background } from "./background";
import { readKubeconfig, type Binaries } from "./control-plane";
import { importImages, pauseReference } from "./images";
import type { ClusterPlace } from "./layout";
import { findCommand } from "./machine";

const cgroupRoot = "/sys/fs/cgroup";

/** Starts containerd and gives it the images of an archive. */
export async function startContainers(place: ClusterPlace, archive: string): Promise<void> {
  const { folder, containerdSocket } = place;
  writePodNetwork(place);
  const config = join(folder, "containerd.toml");
  writeFileSync(config, containerdConfig(place));
  const containerd = new Background(place, "containerd", findCommand("containerd") ?? "containerd", ["-c", config]);
  await containerd.until("it answered on its socket", async () => {
    await execa("ctr", ["-a", containerdSocket, "version"]);
    return true;
  });
  await importImages(containerdSocket, archive);
}

/** Starts the kubelet and the service proxy; returns once the node is ready for pods. */
export async function startNode(place: ClusterPlace, binary: Binaries): Promise<void> {
  makeCgroups(place.netns);
  const config = join(place.folder, "kubelet.yaml");
  writeFileSync(config, stringify(kubeletConfig(place)));
  writeFileSync(join(place.folder, "resolv.conf"), `nameserver ${place.address}\n`);
  const kubelet = new Background(place, "kubelet", binary("kubelet"), [
    `--config=${config}`,
    `--kubeconfig=${place.kubeconfig}`,
    `--hostname-override=${place.node}`,
    `--root-dir=${join(place.folder, "kubelet")}`,
    `--cert-dir=${join(place.folder, "pki")}`,
    `--node-ip=${place.address}`,
  ]);
  new Background(place, "kube-proxy", binary("kube-proxy"), [
    `--kubeconfig=${place.kubeconfig}`,
    `--hostname-override=${place.node}`,
    `--cluster-cidr=${place.podCidr}`,
    "--proxy-mode=iptables",
    "--conntrack-max-per-core=0", // that limit is the whole machine's, not to be touched
  ]);
  const core = readKubeconfig(place).makeApiClient(CoreV1Api);
  await kubelet.until("the node was ready", async () => {
    const { status } = await core.readNode({ name: place.node });
    const ready = status?.conditions?.find(({ type }) => type === "Ready");
    if (ready?.status !== "True") throw new Error(ready?.message ?? "no state told yet");
    return true;
  });
}

/** Folders of a cgroup, one for each hierarchy that the machine has; not each need exist. */
export function cgroupFolders(cgroup: string): string[] {
  const hierarchies = existsSync(join(cgroupRoot, "cgroup.controllers"))
    ? [cgroupRoot]
    : readdirSync(cgroupRoot, { withFileTypes: true }).flatMap((entry) =>
        entry.isDirectory() ? join(cgroupRoot, entry.name) : [],
      );
  return hierarchies.map((hierarchy) => join(hierarchy, cgroup));
}

function makeCgroups(netns: string): void {
  for (const folder of cgroupFolders(netns)) {
    mkdirSync(folder, { recursive: true });
    // A cpuset of the first version starts out empty, and nothing can run in it.
    for (const file of ["cpuset.cpus", "cpuset.mems"]) {
      const parent = join(folder, "..", file);
      if (folder.startsWith(join(cgroupRoot, "cpuset"))) writeFileSync(join(folder, file), readFileSync(parent));
    }
  }
}

function writePodNetwork({ folder, podCidr }: ClusterPlace): void {
  const network = {
    cniVersion: "0.4.0",
    name: "rig",
    plugins: [
      {
        type: "bridge",
        bridge: "cni0",
        isGateway: true,
        ipMasq: true,
        hairpinMode: true,
        ipam: {
          type: "host-local",
          dataDir: join(folder, "ipam"),
          ranges: [[{ subnet: podCidr }]],
          routes: [{ dst: "0.0.0.0/0" }],
        },
      },
      { type: "portmap", capabilities: { portMappings: true } },
    ],
  };
  writeFileSync(join(folder, "cni", "10-rig.conflist"), JSON.stringify(network));
}

function containerdConfig({ folder, containerdSocket }: ClusterPlace): string {
  const state = join(folder, "containerd");
  return `version = 2
root = "${state}/root"
state = "${state}/state"
[grpc]
  address = "${containerdSocket}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${pauseReference}"
  restrict_oom_score_adj = true
  # All that is mounted for pods lies in this folder, so that what a killed rig leaves is found.
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      Root = "${state}/runc"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${folder}/cni"
`;
}

function kubeletConfig({ folder, address, netns, containerdSocket }: ClusterPlace) {
  return {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    // A disk that is full to 85 % would have it remove the images, which no registry has; 100 is never.
    imageGCHighThresholdPercent: 100,
    imageGCLowThresholdPercent: 99,
    // Only this machine's own clusters reach it.
    authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
    authorization: { mode: "AlwaysAllow" },
    cgroupDriver: "cgroupfs",
    cgroupRoot: `/${netns}`,
    cgroupsPerQOS: false,
    enforceNodeAllocatable: [],
    failSwapOn: false,
    clusterDNS: [address],
    clusterDomain: "cluster.local",
    containerRuntimeEndpoint: `unix://${containerdSocket}`,
    podLogsDir: join(folder, "pods"),
    evictionHard: { "memory.available": "100Mi" },
    resolvConf: join(folder, "resolv.conf"),
    // A changed Secret or ConfigMap reaches its pods within this; by default a minute.
    syncFrequency: "10s",
  };
}
