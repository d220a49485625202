import { expect } from "chai";
import execa from "execa";
import { createHash } from "node:crypto";
import { stringify } from "yaml";
import { configText, helmValues, type KubernetesLocation } from "../../components/kubernetes/helm-values";
import { authSecretName, podLabels } from "../../components/kubernetes/names";
import { findCluster } from "../../components/kubernetes/runtime/own-cluster";
import { servingHooks } from "../../components/kubernetes/runtime/serving-hooks";
import { serverSecret } from "../../components/kubernetes/server-secret";
import type { ServerCondition, ServingInputs } from "../../components/kubernetes/serving-inputs";
import { serverSettings } from "../../components/server-config";
import { findTool } from "../../toolchain/find.mjs";
import { chartFolder } from "../charts/chart";
import { aHub, aPlatform } from "../components/a-location";
import { startOf } from "../rig/kube/api";
import { testClusters, type TestClusters } from "../rig/kube/test-clusters";
import { TestNamespace } from "../rig/kube/test-namespace";
import { serverVersion } from "../rig/locations";
import { rejection } from "../rig/rejection";
import { story } from "../rig/story";

const namespace = "serving-test";
const location: KubernetesLocation = aHub({
  name: "cinema-b",
  serverVersion,
  maxFileStoreBytes: 2 ** 30,
  leafnodeTls: { kind: "plaintext" },
  platform: aPlatform({
    namespace,
    volumeSize: "2Gi",
    spread: "preferred",
    resources: { cpu: "50m", memory: "256Mi" },
  }),
});
const hash = `$2b$10$${"a".repeat(53)}`;
const valuesMark = createHash("sha256").update(configText(location)).digest("hex").slice(0, 8);

describe("the servers of a location in Kubernetes", function () {
  this.timeout(600_000);
  story(this);
  let clusters: TestClusters;
  let home: TestNamespace;
  let inputs: ServingInputs;
  const serving = servingHooks();
  const impatient = servingHooks(1_000);

  before(async function () {
    clusters = await testClusters(this);
    const { access } = clusters.cluster("cinema-b");
    home = await TestNamespace.make(access, namespace);
    await configure("one");
    await install();
    const { domain, serverNames, maxFileStoreBytes } = serverSettings(location);
    const podSelector = Object.entries(podLabels("current"))
      .map(([key, value]) => `${key}=${value}`)
      .join(",");
    inputs = {
      kubernetes: { access, clusterUid: (await findCluster(access)).uid, namespace, podSelector },
      ...{ domain, serverNames, maxFileStoreBytes, serverVersion, valuesMark },
      clusterName: location.clusterName,
      leafnodeAccounts: [],
      secretMark: "one",
    };
  });
  after(async () => {
    await home?.remove();
    await clusters?.down();
  });

  /** Writes what the servers read from their Secret. */
  async function configure(mark: string, extra: object = {}): Promise<void> {
    const user = { user: "acc", passwordHash: hash };
    const files = serverSecret({ accounts: { ACC: [user], SYS: [] }, remotes: [], mark, ca: "" });
    const conf: unknown = JSON.parse(files["auth.conf"] ?? "");
    const stringData = { "auth.conf": JSON.stringify({ ...(conf as object), ...extra }) };
    const body = { metadata: { name: authSecretName }, stringData };
    const { items } = await home.core.listNamespacedSecret({ namespace });
    await (items.some(({ metadata }) => metadata?.name === authSecretName)
      ? home.core.replaceNamespacedSecret({ namespace, name: authSecretName, body })
      : home.core.createNamespacedSecret({ namespace, body }));
  }

  async function install(change: Partial<KubernetesLocation> = {}): Promise<void> {
    const helm = findTool("helm")?.binary;
    if (!helm) throw new Error("there is no helm here; make it: node toolchain/ensure.mjs helm");
    const { kubeconfig, context } = clusters.cluster("cinema-b").access;
    const cluster = ["--kubeconfig", kubeconfig, ...(context ? ["--kube-context", context] : [])];
    const values = helmValues({ ...location, ...change } as KubernetesLocation, { values: valuesMark, secret: "" });
    const args = ["upgrade", "--install", "nats", chartFolder, "--namespace", namespace, "--values", "-", ...cluster];
    await execa(helm, args, { input: stringify(values) });
  }

  const pods = async () => (await home.core.listNamespacedPod({ namespace })).items;
  const starts = async () => Object.fromEntries((await pods()).map((pod) => [pod.metadata?.name, startOf(pod)]));
  const allAs = (condition: ServerCondition): Record<string, ServerCondition> =>
    Object.fromEntries(inputs.serverNames.map((name) => [name, condition]));

  it("are up once all of them serve", async () => {
    const { id, outs } = await serving.create(inputs);
    expect([id, outs]).to.deep.equal(["cinema-b", { ...inputs, servers: allAs("running") }]);
    expect(await serving.diff(id, outs, inputs)).to.deep.equal({ changes: false });
  });

  it("load a changed Secret without a restart", async () => {
    const before = await starts();
    await configure("two");
    const olds = { ...inputs, servers: allAs("running") };
    inputs = { ...inputs, secretMark: "two" };
    expect(await serving.diff("cinema-b", olds, inputs)).to.deep.equal({ changes: true });
    const begin = performance.now();
    const { outs } = await serving.update("cinema-b", olds, inputs);
    process.stderr.write(`      loaded by all servers after ${Math.round(performance.now() - begin)} ms\n`);
    expect(outs).to.deep.equal({ ...inputs, servers: allAs("running") });
    expect((await serving.read("cinema-b", olds)).props.servers).to.deep.equal(allAs("outdated"), "by the old mark");
    expect(await starts()).to.deep.equal(before);
  });

  it("that refuse what a reload cannot change are named, with what their log says and the cure", async () => {
    await configure("three", { disable_sublist_cache: true });
    const wanted = { ...inputs, secretMark: "three" };
    const olds = { ...inputs, servers: allAs("running") };
    const { message } = await rejection(serving.update("cinema-b", olds, wanted));
    for (const name of inputs.serverNames)
      expect(message).to.contain(`(${name}): has loaded users and remotes of mark 'two'`);
    expect(message)
      .to.match(/log: .*config reload not supported for \w+$/m)
      .and.contain("kubectl -n serving-test rollout restart statefulset/nats, then pulumi up")
      .and.not.to.contain("$2b$");
    expect((await serving.read("cinema-b", { ...olds, ...wanted })).props.servers).to.deep.equal(allAs("outdated"));
    await configure("two");
    await serving.update("cinema-b", olds, inputs);
  });

  it("that do not serve any more are seen, and waited for", async () => {
    const olds = { ...inputs, servers: allAs("running") };
    await home.core.deleteNamespacedPod({ namespace, name: "nats-1", gracePeriodSeconds: 0 });
    const { props } = await serving.read("cinema-b", olds);
    expect(props.servers["cinema-b-nats-1"]).to.equal("ailing");
    expect(await serving.diff("cinema-b", olds, inputs)).to.deep.equal({ changes: true });
    await serving.update("cinema-b", olds, inputs);
    expect(await serving.diff("cinema-b", olds, inputs)).to.deep.equal({ changes: false });
  });

  it("whose leafnodes are down are not up; the engine keeps them, to wait again", async () => {
    const wanted = { ...inputs, leafnodeAccounts: ["ACC", "SYS"] as const, __provider: "code" };
    const error = await rejection(impatient.create(wanted));
    expect(error).to.deep.include({ id: "cinema-b", properties: { ...wanted, servers: {} }, reasons: [error.message] });
    expect(error.message).to.contain("nats-2 (cinema-b-nats-2): has no leafnode to the hub for account ACC, SYS");
  });

  it("are not up before the repair watch that was asked for", async () => {
    const { message } = await rejection(impatient.create({ ...inputs, repairWatch: true }));
    expect(message).to.contain("nats-repair-watch: there is no such Deployment");
  });

  it("are given up in their own cluster alone", async () => {
    const state = { ...inputs, servers: {} };
    await serving.delete("cinema-b", state);
    const elsewhere = { ...state, kubernetes: { ...state.kubernetes, access: clusters.cluster("hub").access } };
    expect((await rejection(serving.delete("cinema-b", elsewhere))).message).to.contain("is another cluster");
    expect((await rejection(serving.read("cinema-b", elsewhere))).message).to.contain("is another cluster");
  });

  it("that cannot be made are told with what Kubernetes says, and the cure", async () => {
    await install({ serverVersion: "2.99.0" });
    const { message } = await rejection(servingHooks(20_000).create({ ...inputs, serverVersion: "2.99.0" }));
    expect(message)
      .to.match(/nats-2 \(cinema-b-nats-2\): container 'nats' waits: (ErrImagePull|ImagePullBackOff)/)
      .and.contain("nats-0 (cinema-b-nats-0): is to be made anew for the last change")
      .and.contain("pulumi config set serverVersion <release>")
      .and.not.to.contain("rollout restart");
  });
});
