import { expect } from "chai";
import { helmValues, type HelmValues, type KubernetesLocation } from "../../../components/kubernetes/helm-values";
import { aHub, aPlatform as on, aSpoke } from "../a-location";

const marks = { values: "aaaa1111", secret: "bbbb2222", hubTls: true };
const restartsOn = "podTemplate.merge.metadata.annotations.cinema-jetstream/restarts-on";
const metadata = "config.merge.server_metadata.cinema-jetstream";

/** Title, the location with one thing changed, and every value that differs from the location as it was. */
const knobs: readonly [string, KubernetesLocation, HelmValues][] = [
  [
    "the volume's size",
    aHub({ platform: on({ volumeSize: "1Ti" }) }),
    { "config.jetstream.fileStore.pvc.size": "1Ti" },
  ],
  [
    "the storage class",
    aHub({ platform: on({ storageClass: "fast" }) }),
    { "config.jetstream.fileStore.pvc.storageClassName": "fast" },
  ],
  [
    "volumes that go",
    aHub({ platform: on({ deleteVolumes: true }) }),
    {
      "statefulSet.merge.spec.persistentVolumeClaimRetentionPolicy.whenDeleted": "Delete",
      "statefulSet.merge.spec.persistentVolumeClaimRetentionPolicy.whenScaled": "Retain",
    },
  ],
  [
    "resources",
    aHub({ platform: on({ resources: { cpu: "2", memory: "4Gi" } }) }),
    {
      "container.env.GOMEMLIMIT": "3686MiB",
      "container.resources.requests.cpu": "2",
      "container.resources.requests.memory": "4Gi",
      "container.resources.limits.memory": "4Gi",
    },
  ],
  [
    "a spread that is only preferred",
    aHub({ platform: on({ spread: "preferred" }) }),
    {
      "podTemplate.topologySpreadConstraints.kubernetes.io/hostname.whenUnsatisfiable": "ScheduleAnyway",
      "podTemplate.topologySpreadConstraints.kubernetes.io/hostname.minDomains": undefined,
    },
  ],
  [
    "an exporter",
    aHub({ platform: on({ metrics: "exporter" }) }),
    { "promExporter.enabled": true, "promExporter.podMonitor.enabled": false },
  ],
  [
    "a pod monitor",
    aHub({ platform: on({ metrics: "podMonitor" }) }),
    { "promExporter.enabled": true, "promExporter.podMonitor.enabled": true },
  ],
  [
    "an exporter on a spoke, which has leafnodes without a listener",
    aSpoke({ platform: on({ metrics: "exporter" }) }),
    {
      "promExporter.enabled": true,
      "promExporter.podMonitor.enabled": false,
      "promExporter.patch": [{ op: "add", path: "/args/0", value: "-leafz" }],
    },
  ],
  [
    "a public address for clients",
    aHub({ platform: on({ clientService: "LoadBalancer" }) }),
    { "service.merge.spec.type": "LoadBalancer" },
  ],
  [
    "a certificate of another's",
    aHub({ leafnodeTls: { kind: "secret", secretName: "theirs", ca: "" } }),
    {
      "config.leafnodes.tls.secretName": "theirs",
      [restartsOn]: "max_file_store 10737418240, leafnodes.advertise hub.example.com:30742, leafnodes.tls secret",
    },
  ],
  [
    "leafnodes in plaintext",
    aHub({ leafnodeTls: { kind: "plaintext" } }),
    {
      "config.leafnodes.tls.enabled": undefined,
      "config.leafnodes.tls.secretName": undefined,
      [restartsOn]: "max_file_store 10737418240, leafnodes.advertise hub.example.com:30742, leafnodes.tls plaintext",
    },
  ],
  [
    "what the hub advertises",
    aHub({ leafnodeAdvertise: "hub.example.org:443" }),
    {
      "config.leafnodes.merge.advertise": "hub.example.org:443",
      [restartsOn]: "max_file_store 10737418240, leafnodes.advertise hub.example.org:443, leafnodes.tls generated",
    },
  ],
  [
    "the store's limit",
    aSpoke({ maxFileStoreBytes: 2 ** 30 }),
    {
      "config.jetstream.fileStore.maxSize": "1073741824",
      [restartsOn]: "max_file_store 1073741824, leafnodes.remotes with tls",
    },
  ],
  [
    "a single server, which is no cluster",
    aSpoke({ replicas: 1 }),
    {
      "config.cluster.enabled": false,
      "config.cluster.replicas": undefined,
      "config.cluster.routeURLs.useFQDN": undefined,
      "config.cluster.merge.name": undefined,
      "podTemplate.topologySpreadConstraints.kubernetes.io/hostname.minDomains": 1,
    },
  ],
  ["a newer server", aHub({ serverVersion: "2.15.2" }), { "container.image.tag": "2.15.2-alpine" }],
  [
    "a spoke's server that refuses changed remotes, and so restarts on a changed Secret",
    aSpoke({ serverVersion: "2.13.9" }),
    {
      "container.image.tag": "2.13.9-alpine",
      [restartsOn]: "max_file_store 10737418240, leafnodes.remotes with tls, Secret bbbb2222",
    },
  ],
  ["a hub's server of that time", aHub({ serverVersion: "2.12.0" }), { "container.image.tag": "2.12.0-alpine" }],
  [
    "a hub's server that does not show what it has loaded, and so restarts on every change",
    aHub({ serverVersion: "2.11.10" }),
    {
      "container.image.tag": "2.11.10-alpine",
      [metadata]: undefined,
      "podTemplate.configChecksumAnnotation": true,
      [restartsOn]:
        "max_file_store 10737418240, leafnodes.advertise hub.example.com:30742, leafnodes.tls generated, Secret bbbb2222",
    },
  ],
  [
    "extra values, last",
    aHub({ platform: on({ extraValues: { container: { image: { tag: "mine" } }, podTemplate: { patch: [] } } }) }),
    { "container.image.tag": "mine", "podTemplate.patch": [] },
  ],
  [
    "extra values of which null takes a default of the chart away",
    aHub({ platform: on({ extraValues: { container: { resources: { limits: null } } } }) }),
    { "container.resources.limits": null, "container.resources.limits.memory": undefined },
  ],
];

describe("a change in helmValues", () => {
  for (const [title, location, expected] of knobs) {
    it(`of ${title} changes these values and no other`, () => {
      const before = helmValues(location.role === "hub" ? aHub() : aSpoke(), marks);
      expect(changes(before, helmValues(location, marks))).to.deep.equal(expected);
    });
  }

  it("of the marks changes nothing else", () => {
    const before = helmValues(aSpoke(), marks);
    expect(changes(before, helmValues(aSpoke(), { values: "cccc", secret: "dddd", hubTls: false }))).to.deep.equal({
      [metadata]: "cccc",
      [restartsOn]: "max_file_store 10737418240, leafnodes.remotes without tls",
    });
  });

  it("of its spokes' permissions restarts a hub's servers", () => {
    const before = helmValues(aHub(), { ...marks, permissions: "eeee" });
    const after = changes(before, helmValues(aHub(), { ...marks, permissions: "ffff" }));
    expect(Object.keys(after)).to.deep.equal([restartsOn]);
    expect(after[restartsOn]).to.contain("spokes' permissions ffff");
  });
});

/** Each value that differs, by its path; undefined where it is gone. */
function changes(before: HelmValues, after: HelmValues): HelmValues {
  const [was, is] = [leaves(before), leaves(after)];
  const paths = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  const changed = paths.filter((path) => JSON.stringify(was[path]) !== JSON.stringify(is[path]));
  return Object.fromEntries(changed.map((path) => [path, is[path]]));
}

function leaves(value: HelmValues, prefix = ""): HelmValues {
  const all = Object.entries(value).map(([key, each]) =>
    typeof each === "object" && each !== null && !Array.isArray(each)
      ? leaves(each as HelmValues, `${prefix}${key}.`)
      : { [`${prefix}${key}`]: each },
  );
  return Object.assign({}, ...all);
}
