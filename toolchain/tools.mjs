/**
 * The tools that are no npm packages: which versions, where officially published, how built from Go modules. Data.
 *
 * @typedef {"pulumi" | "nats-server" | "random" | "kubernetes" | "kube" | "helm" | "reloader" | "nats" | "actionlint" | "promtool"} ToolName
 *
 * @typedef {object} GoStep One binary of a tool.
 * @property {string} module Folder under `toolchain/go/` whose go.mod and go.sum pin everything.
 * @property {string} package
 * @property {string} binary
 * @property {string} [ldflags]
 * @property {string} [tags] Build tags.
 * @property {readonly string[]} [generate] Arguments of `go run` that write files which the package embeds.
 *
 * @typedef {object} OnPath What of this tool on PATH is as good as one made here.
 * @property {readonly string[]} askVersion Arguments that make it print its version.
 * @property {(found: string, wanted: string) => boolean} accepts Is a version found good enough?
 *
 * @typedef {object} Release
 * @property {string} repository On GitHub; its releases hold the archives and their checksums.
 * @property {(version: string, os: string, cpu: Cpu) => string} archive
 * @property {(version: string) => string} checksums
 * @property {(version: string, os: string, cpu: Cpu) => string} folder Where the binaries are in the archive.
 *
 * @typedef {object} ToolSpec
 * @property {string} version Taken where no version is asked for; the one that `go` pins.
 * @property {readonly string[]} binaries All of one install; the first is the tool itself.
 * @property {OnPath} [onPath] Default: what is on PATH is not looked at.
 * @property {string} [oldest] Any version from this one on may be asked for. Default: only `version`.
 * @property {Release} [release] Default: not published as one archive, so it is only built.
 * @property {readonly GoStep[]} go
 * @property {boolean} [optimized] Compiled as its release is: the bench measures it, or a user waits for it. Default: compiled in half the time.
 * @property {string} buildTime From empty caches on two busy cores, for people.
 * @property {string} install Where people find the official install.
 *
 * @typedef {"x64" | "arm64"} Cpu Node's word; Go says amd64 for x64.
 */

const versionPattern = /^\d+\.\d+\.\d+$/;

/** @param {Cpu} cpu */
const goCpu = (cpu) => (cpu === "x64" ? "amd64" : cpu);

/**
 * How Pulumi publishes a provider.
 *
 * @param {string} provider
 * @returns {Release}
 */
const providerRelease = (provider) => ({
  repository: `pulumi/pulumi-${provider}`,
  archive: (version, os, cpu) => `pulumi-resource-${provider}-v${version}-${os}-${goCpu(cpu)}.tar.gz`,
  checksums: (version) => `pulumi-${provider}_${version}_checksums.txt`,
  folder: () => ".",
});

const kubernetesBinaries = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy"];

/**
 * Archive and checksums are taken from one GitHub release: Pulumi's two download hosts have disagreed before
 * (pulumi/pulumi#9416).
 *
 * @type {Readonly<Record<ToolName, ToolSpec>>}
 */
export const tools = {
  pulumi: {
    version: "3.259.0",
    binaries: ["pulumi", "pulumi-language-nodejs"],
    onPath: {
      askVersion: ["version"],
      // An engine older than the SDK (package.json) may lack what the SDK asks it for; a newer one serves it.
      accepts: (found) => found.startsWith("3.") && compareVersions(found, "3.248.0") >= 0,
    },
    release: {
      repository: "pulumi/pulumi",
      archive: (version, os, cpu) => `pulumi-v${version}-${os}-${cpu}.tar.gz`,
      checksums: (version) => `pulumi-${version}-checksums.txt`,
      folder: () => "pulumi",
    },
    optimized: true,
    go: [
      {
        module: "pulumi",
        package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
        binary: "pulumi",
        ldflags: "-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3.259.0",
      },
      {
        module: "language-nodejs",
        package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
        binary: "pulumi-language-nodejs",
      },
    ],
    buildTime: "about 4 minutes",
    install: "https://www.pulumi.com/docs/install/",
  },
  "nats-server": {
    version: "2.14.2",
    binaries: ["nats-server"],
    onPath: { askVersion: ["--version"], accepts: (found, wanted) => found === wanted },
    oldest: "2.9.19",
    release: {
      repository: "nats-io/nats-server",
      archive: (version, os, cpu) => `nats-server-v${version}-${os}-${goCpu(cpu)}.tar.gz`,
      checksums: () => "SHA256SUMS",
      folder: (version, os, cpu) => `nats-server-v${version}-${os}-${goCpu(cpu)}`,
    },
    optimized: true,
    go: [{ module: "nats-server", package: "github.com/nats-io/nats-server/v2", binary: "nats-server" }],
    buildTime: "about 15 seconds",
    install: "https://docs.nats.io/running-a-nats-service/introduction/installation",
  },
  random: {
    version: "4.21.0",
    binaries: ["pulumi-resource-random"],
    onPath: {
      askVersion: ["--version"],
      accepts: (found, wanted) => found.startsWith("4.") && compareVersions(found, wanted) >= 0,
    },
    release: providerRelease("random"),
    go: [
      {
        module: "provider-random",
        generate: ["./cmd/tfgen", "schema", "--out", "cmd/pulumi-resource-random"],
        package: "./cmd/pulumi-resource-random",
        binary: "pulumi-resource-random",
      },
    ],
    buildTime: "about 5 minutes",
    install: "https://github.com/pulumi/pulumi-random/releases",
  },
  // Not taken from PATH: this provider has no way to tell its version.
  kubernetes: {
    version: "4.24.1",
    binaries: ["pulumi-resource-kubernetes"],
    release: providerRelease("kubernetes"),
    go: [
      {
        module: "kube",
        generate: ["./cmd/prepare-provider"],
        package: "./cmd/pulumi-resource-kubernetes",
        binary: "pulumi-resource-kubernetes",
        ldflags: "-X github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version.Version=4.24.1",
      },
    ],
    buildTime: "about 5 minutes",
    install: "https://github.com/pulumi/pulumi-kubernetes/releases",
  },
  // What a cluster of one node runs; containers and their network come from the machine's own packages.
  kube: {
    version: "1.34.4",
    binaries: [...kubernetesBinaries, "etcd", "pause", "coredns"],
    go: [
      ...kubernetesBinaries.map((binary) => ({
        module: "kube",
        package: `k8s.io/kubernetes/cmd/${binary}`,
        binary,
        ldflags: [
          "-X k8s.io/component-base/version.gitVersion=v1.34.4",
          "-X k8s.io/component-base/version.gitMajor=1",
          "-X k8s.io/component-base/version.gitMinor=34",
        ].join(" "),
      })),
      { module: "kube", package: "./cmd/etcd", binary: "etcd" },
      { module: "kube", package: "./cmd/pause", binary: "pause" },
      { module: "kube", package: "./cmd/coredns", binary: "coredns" },
    ],
    buildTime: "about 5 minutes",
    install: "https://kubernetes.io/releases/download/",
  },
  helm: {
    version: "3.19.5", // the last on the libraries of the Kubernetes that `kube` is, so Go compiles those once
    binaries: ["helm"],
    onPath: {
      askVersion: ["version", "--short"],
      // From 3.14 on charts may use all that the official one does.
      accepts: (found) => found.startsWith("3.") && compareVersions(found, "3.14.0") >= 0,
    },
    go: [
      {
        module: "kube",
        package: "helm.sh/helm/v3/cmd/helm",
        binary: "helm",
        ldflags: "-X helm.sh/helm/v3/internal/version.version=v3.19.5",
      },
    ],
    buildTime: "about 4 minutes",
    install: "https://helm.sh/docs/intro/install/",
  },
  // Becomes an image of the tests' clusters, so it must be the one built here: without a C library.
  reloader: {
    version: "0.23.0",
    binaries: ["nats-server-config-reloader"],
    go: [
      {
        module: "reloader",
        package: "github.com/nats-io/nack/cmd/nats-server-config-reloader",
        binary: "nats-server-config-reloader",
        ldflags: "-X main.Version=0.23.0",
      },
    ],
    buildTime: "about 10 seconds",
    install: "https://github.com/nats-io/nack/releases",
  },
  // The bench compares with it: always the same one, whatever is on PATH.
  nats: {
    version: "0.5.1",
    binaries: ["nats"],
    release: {
      repository: "nats-io/natscli",
      archive: (version, os, cpu) => `nats-${version}-${os}-${goCpu(cpu)}.zip`,
      checksums: () => "SHA256SUMS",
      folder: (version, os, cpu) => `nats-${version}-${os}-${goCpu(cpu)}`,
    },
    optimized: true,
    go: [
      {
        module: "natscli",
        package: "github.com/nats-io/natscli/nats",
        binary: "nats",
        ldflags: "-X main.version=0.5.1",
      },
    ],
    buildTime: "about 2 minutes",
    install: "https://github.com/nats-io/natscli/releases",
  },
  // The workflows' linter: always the same one, as each release finds more.
  actionlint: {
    version: "1.7.12",
    binaries: ["actionlint"],
    release: {
      repository: "rhysd/actionlint",
      archive: (version, os, cpu) => `actionlint_${version}_${os}_${goCpu(cpu)}.tar.gz`,
      checksums: (version) => `actionlint_${version}_checksums.txt`,
      folder: () => ".",
    },
    go: [
      {
        module: "actionlint",
        package: "github.com/rhysd/actionlint/cmd/actionlint",
        binary: "actionlint",
        ldflags: "-X github.com/rhysd/actionlint.version=1.7.12",
      },
    ],
    buildTime: "about 10 seconds",
    install: "https://github.com/rhysd/actionlint/releases",
  },
  // Checks the alert rules. The module's 0.316.0 is the release 3.16.0.
  promtool: {
    version: "3.16.0",
    binaries: ["promtool"],
    onPath: {
      askVersion: ["--version"],
      accepts: (found) => found.startsWith("3."),
    },
    release: {
      repository: "prometheus/prometheus",
      archive: (version, os, cpu) => `prometheus-${version}.${os}-${goCpu(cpu)}.tar.gz`,
      checksums: () => "sha256sums.txt",
      folder: (version, os, cpu) => `prometheus-${version}.${os}-${goCpu(cpu)}`,
    },
    go: [
      {
        module: "promtool",
        package: "github.com/prometheus/prometheus/cmd/promtool",
        binary: "promtool",
        tags: "remove_all_sd", // half of all it would compile finds targets, which no check of rules needs
        ldflags: "-X github.com/prometheus/common/version.Version=3.16.0",
      },
    ],
    buildTime: "about 3 minutes",
    install: "https://prometheus.io/download/",
  },
};

/**
 * Reads `name` or `name@version`.
 *
 * @param {string} text
 * @returns {{ name: ToolName, version: string }}
 * @throws where there is no such tool, or no such version of it here
 */
export function readTool(text) {
  const [name = "", version] = text.split("@");
  if (!isToolName(name)) {
    throw new Error(`no tool '${name}'; there are ${Object.keys(tools).join(", ")}, e.g. nats-server@2.14.2`);
  }
  return { name, version: checkVersion(name, version ?? tools[name].version) };
}

/**
 * The version, if this project can work with it.
 *
 * @param {ToolName} name
 * @param {string} version
 * @throws with the versions allowed
 */
export function checkVersion(name, version) {
  const { version: ours, oldest } = tools[name];
  if (!versionPattern.test(version)) {
    throw new Error(`'${version}' is no version of ${name}; write three numbers, e.g. ${ours}`);
  }
  if (!oldest && version !== ours) {
    throw new Error(`${name} ${version} cannot be had here; only ${ours}, which toolchain/tools.mjs pins`);
  }
  if (oldest && compareVersions(version, oldest) < 0) {
    throw new Error(`${name} ${version} is too old for this project; any from ${oldest} on, e.g. --nats ${ours}`);
  }
  return version;
}

/**
 * Below 0 where `a` is older than `b`, 0 where equal.
 *
 * @param {string} a three numbers
 * @param {string} b three numbers
 */
export function compareVersions(a, b) {
  return a.localeCompare(b, "en", { numeric: true });
}

/**
 * @param {string} name
 * @returns {name is ToolName}
 */
const isToolName = (name) => Object.hasOwn(tools, name);
