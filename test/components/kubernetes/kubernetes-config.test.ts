import { expect } from "chai";
import { bytes } from "../../../components/kubernetes/kubernetes-config";
import { readLocation } from "../../../components/location";
import { aPlatform } from "../a-location";
import { faultsOf, hub, spoke, stackConfig } from "../a-stack-config";

function platformOf(given: Record<string, unknown>) {
  return readLocation("hub", stackConfig({ ...hub, ...given })).platform;
}

describe("the config of platform kubernetes", () => {
  it("has defaults for everything", () => {
    expect(platformOf({})).to.deep.equal(aPlatform());
  });

  it("can say everything", () => {
    const given = {
      kubeconfig: "~/hub.kubeconfig",
      kubeContext: "hub",
      namespace: "messaging",
      chart: { profile: "current", source: "oci://registry.example.com/charts/nats", version: "1.3.16" },
      volumeSize: "20Gi",
      storageClass: "fast",
      deleteVolumes: "true",
      resources: { cpu: "1.5", memory: "4Gi" },
      spread: "preferred",
      metrics: "podMonitor",
      clientService: "LoadBalancer",
      clientUrl: "nats://hub.example.com:4222",
      leafnodeService: "NodePort",
      leafnodeNodePort: "31000",
      repairWatch: { image: "registry.example.com:5000/team/cinema-jetstream:1" },
      extraValues: { container: { image: { registry: "registry.example.com" } } },
    };
    const { kubeconfig, kubeContext: context, leafnodeNodePort: _port, ...same } = given;
    expect(platformOf(given)).to.deep.equal({
      ...same,
      kind: "kubernetes",
      access: { kubeconfig, context },
      deleteVolumes: true,
      leafnodeService: { type: "NodePort", nodePort: 31_000 },
    });
  });

  for (const [title, given, expected] of [
    [
      "the legacy chart has a version of its own",
      { chart: { profile: "legacy" } },
      { profile: "legacy", version: "0.19.16" },
    ],
    ["a chart's version is kept", { chart: { version: "2.13.0" } }, { profile: "current", version: "2.13.0" }],
  ] as const) {
    it(title, () => {
      expect(platformOf(given)).to.deep.include({
        chart: { source: "https://nats-io.github.io/helm/charts", ...expected },
      });
    });
  }

  it("memory and cpu have defaults of their own", () => {
    expect(platformOf({ resources: { memory: "512Mi" } })).to.deep.include({
      resources: { cpu: "250m", memory: "512Mi" },
    });
  });

  for (const [fileStoreSize, volumeSize] of [
    ["10Gi", "11Gi"],
    ["1Gi", "1127Mi"],
    ["10Ti", "11264Gi"],
    ["100Mi", "110Mi"],
  ] as const) {
    it(`a store of ${fileStoreSize} gets a volume of ${volumeSize}`, () => {
      expect(platformOf({ fileStoreSize })).to.deep.include({ volumeSize });
    });
  }
});

const chartRule =
  "profile (current or legacy), source (https:// repository, oci:// reference or folder) and version, each optional; set it: pulumi config set --path chart.version 2.14.2";
const resourcesRule =
  "cpu (such as 250m) and memory (a whole number of Mi, Gi or Ti), each optional; set it: pulumi config set --path resources.memory 4Gi";
const repairWatchRule =
  "empty for none, or image (a reference with tag or digest); set it: pulumi config set --path repairWatch.image registry.example.com/cinema-jetstream:1";
const cases: readonly [key: string, value: unknown, rule: string][] = [
  ["namespace", "Nats", "a name of Kubernetes; set it: pulumi config set namespace nats"],
  ["namespace", "", "a name of Kubernetes; set it: pulumi config set namespace nats"],
  ["chart", { profile: "old" }, chartRule],
  ["chart", { source: "nats/nats" }, chartRule],
  ["chart", { version: "latest" }, chartRule],
  ["chart", { name: "nats" }, chartRule],
  [
    "volumeSize",
    "11G",
    "empty for a tenth more than fileStoreSize, or a whole number of Mi, Gi or Ti; set it: pulumi config set volumeSize 11Gi",
  ],
  [
    "storageClass",
    "Fast disk",
    "empty for the cluster's default, or a storage class of the cluster; set it: pulumi config set storageClass standard",
  ],
  ["deleteVolumes", "yes", "true or false; set it: pulumi config set deleteVolumes false"],
  ["resources", { memory: "1G" }, resourcesRule],
  ["resources", { cpu: "much" }, resourcesRule],
  ["resources", { disk: "1Gi" }, resourcesRule],
  ["spread", "hard", "required or preferred; set it: pulumi config set spread required"],
  ["metrics", "all", "none, exporter or podMonitor; set it: pulumi config set metrics exporter"],
  ["clientService", "NodePort", "ClusterIP or LoadBalancer; set it: pulumi config set clientService ClusterIP"],
  [
    "clientUrl",
    "hub.example.com:4222",
    "empty, or nats://host:port; set it: pulumi config set clientUrl nats://hub.example.com:4222",
  ],
  [
    "clientUrl",
    "nats://acc:secret@hub.example.com:4222",
    "empty, or nats://host:port; set it: pulumi config set clientUrl nats://hub.example.com:4222",
  ],
  ["leafnodeService", "ClusterIP", "NodePort or LoadBalancer; set it: pulumi config set leafnodeService NodePort"],
  ["leafnodeNodePort", "7422", "a port from 30000 to 32767; set it: pulumi config set leafnodeNodePort 30742"],
  ["repairWatch", "registry.example.com/cinema-jetstream:1", repairWatchRule],
  ["repairWatch", { image: "registry.example.com/cinema-jetstream" }, repairWatchRule],
  ["repairWatch", { image: "" }, repairWatchRule],
  ["repairWatch", { replicas: 2 }, repairWatchRule],
  [
    "extraValues",
    "container.image.tag=x",
    "an object of the chart's values; set it: pulumi config set --path extraValues.container.image.registry registry.example.com",
  ],
];

describe("faults in the config of platform kubernetes", () => {
  for (const [key, value, rule] of cases) {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    it(`${key} cannot be '${text}'`, () => {
      expect(faultsOf("cinema-a", stackConfig({ ...spoke, [key]: value }))).to.deep.equal([
        `${key} is '${text}'; allowed: ${rule}`,
      ]);
    });
  }

  it("a volume cannot be smaller than the store on it", () => {
    expect(faultsOf("cinema-a", stackConfig({ ...spoke, volumeSize: "1000Mi", fileStoreSize: "1Gi" }))).to.deep.equal([
      "volumeSize is '1000Mi', less than fileStoreSize '1Gi'; allowed: as much or more, as the streams lie on the volume; set it: pulumi config set volumeSize 11Gi",
    ]);
  });

  for (const [key, value, allowed] of [
    ["deleteVolumes", "true", "false"],
    ["clientService", "LoadBalancer", "ClusterIP"],
  ] as const) {
    it(`the legacy chart knows no ${key} '${value}'`, () => {
      const given = { ...spoke, chart: { profile: "legacy" }, [key]: value };
      expect(faultsOf("cinema-a", stackConfig(given))).to.deep.equal([
        `${key} is '${value}'; allowed: ${allowed} with chart.profile legacy, as chart 0.19 has no value for it; take it away: pulumi config rm ${key}`,
      ]);
    });
  }

  it("the legacy chart knows no repair watch", () => {
    const repairWatch = { image: "registry.example.com/cinema-jetstream:1" };
    expect(faultsOf("hub", stackConfig({ ...hub, chart: { profile: "legacy" }, repairWatch }))).to.deep.equal([
      "repairWatch.image is 'registry.example.com/cinema-jetstream:1'; allowed: none with chart.profile legacy, as chart 0.19 has no value for it; take it away: pulumi config rm repairWatch",
    ]);
  });

  it("a volume can be as large as the store on it", () => {
    expect(faultsOf("cinema-a", stackConfig({ ...spoke, volumeSize: "1024Mi", fileStoreSize: "1Gi" }))).to.deep.equal(
      [],
    );
  });
});

describe("bytes", () => {
  it("reads the three units", () => {
    expect(["3Mi", "2Gi", "1Ti"].map(bytes)).to.deep.equal([3 * 2 ** 20, 2 * 2 ** 30, 2 ** 40]);
  });
});
