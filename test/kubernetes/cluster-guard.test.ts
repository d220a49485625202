import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { identityAnnotations, type LocationIdentity } from "../../components/kubernetes/identity";
import { clusterGuard } from "../../components/kubernetes/runtime/cluster-guard-hooks";
import { findCluster } from "../../components/kubernetes/runtime/own-cluster";
import { ofAllAccounts } from "../../components/rotation";
import type { ClusterAccess } from "../../kubernetes/access";
import { testClusters, type TestClusters } from "../rig/kube/test-clusters";
import { TestNamespace } from "../rig/kube/test-namespace";
import { rejection } from "../rig/rejection";

type Inputs = Parameters<typeof clusterGuard.create>[0];

const namespace = "guard-test";
const identity: LocationIdentity = {
  location: "cinema-b",
  clusterName: "spoke-2",
  replicas: 3,
  chartProfile: "current",
  volumeSize: "1Gi",
  storageClass: "",
  rotation: ofAllAccounts([1]),
};

describe("the guard of a location's cluster", function () {
  this.timeout(600_000);
  let clusters: TestClusters;
  let home: TestNamespace;
  let inputs: Inputs;
  const folder = mkdtempSync(join(tmpdir(), "cluster-guard-"));
  const nowhere: ClusterAccess = { kubeconfig: join(folder, "missing"), context: "" };
  const closed: ClusterAccess = { kubeconfig: join(folder, "closed"), context: "closed" };
  writeFileSync(
    closed.kubeconfig,
    JSON.stringify({
      clusters: [{ name: "closed", cluster: { server: "https://127.0.0.1:1" } }],
      users: [{ name: "nobody", user: {} }],
      contexts: [{ name: "closed", context: { cluster: "closed", user: "nobody" } }],
    }),
  );

  before(async function () {
    clusters = await testClusters(this);
    const { access } = clusters.cluster("cinema-b");
    home = await TestNamespace.make(access, namespace);
    inputs = { access, namespace, identity };
  });
  after(async () => {
    await home?.remove();
    await clusters?.down();
    rmSync(folder, { recursive: true });
  });

  const reasonsOf = async (olds: Partial<Inputs>, news: Inputs): Promise<string[]> =>
    (await clusterGuard.check(olds, news)).failures.map(({ reason }) => reason);

  it("knows its cluster in the first preview already, and again when it is made", async () => {
    const { inputs: checked, failures } = await clusterGuard.check({}, inputs);
    expect(failures).to.deep.equal([]);
    expect(checked.clusterUid).to.match(/^[0-9a-f-]{36}$/);
    const { id, outs } = await clusterGuard.create(checked);
    expect(id).to.equal(checked.clusterUid);
    expect(outs).to.deep.equal(checked);
    expect(await clusterGuard.diff(id, outs, checked)).to.deep.equal({ changes: false });
    expect(await clusterGuard.read(id, outs)).to.deep.equal({ id, props: outs });
  });

  it("refuses another cluster in every step, with both UIDs and the way out", async () => {
    const { id, outs } = await clusterGuard.create(inputs);
    const other = await clusterGuard.check({}, { ...inputs, access: clusters.cluster("hub").access });
    const news = { ...inputs, access: clusters.cluster("hub").access };
    const reasons = await reasonsOf(outs, { ...news, identity: { ...identity, replicas: 5, volumeSize: "2Gi" } });
    expect(reasons).to.have.length(3, "what is in another cluster excuses nothing");
    const isRefusal = (text = "") =>
      expect(text)
        .to.contain(`stack 'cinema-b' is up in the cluster with UID ${outs.clusterUid}`)
        .and.contain(`is another cluster, with UID ${other.inputs.clusterUid}`)
        .and.contain("pulumi config set kubeContext")
        .and.contain("pulumi state delete --target-dependents");
    isRefusal(reasons[0]);
    isRefusal((await rejection(clusterGuard.update(id, outs, news))).message);
    isRefusal((await rejection(clusterGuard.read(id, { ...outs, access: news.access, context: "" }))).message);
    isRefusal((await rejection(clusterGuard.diff(id, outs, { ...news, clusterUid: other.inputs.clusterUid }))).message);
  });

  it("remembers the context that the kubeconfig had as its current one", async () => {
    const { kubeconfig } = inputs.access;
    const own = (await findCluster(inputs.access)).config.getCurrentContext();
    const { config: hub } = await findCluster(clusters.cluster("hub").access);
    const merged = join(folder, "merged");
    const write = async (current: string) => {
      const { KubeConfig } = await import("@kubernetes/client-node");
      const all = new KubeConfig();
      all.loadFromFile(kubeconfig);
      if (hub.getCurrentContext() !== own) all.mergeConfig(hub, true);
      all.setCurrentContext(current);
      writeFileSync(merged, all.exportConfig());
    };
    await write(own);
    const open = { ...inputs, access: { kubeconfig: merged, context: "" } };
    const { inputs: checked } = await clusterGuard.check({}, open);
    const { id, outs } = await clusterGuard.create(checked);
    expect([checked.context, outs.context]).to.deep.equal([own, own]);
    await write(hub.getCurrentContext());
    expect(await clusterGuard.read(id, outs)).to.deep.equal({ id, props: outs }, "a refresh follows the state");
    expect((await reasonsOf(outs, open)).join()).to.contain("is another cluster", "an up follows the kubeconfig");
  });

  it("lets a preview go on where no cluster answers, and nothing else", async () => {
    const { id, outs } = await clusterGuard.create(inputs);
    const news = { ...inputs, access: nowhere };
    expect(await clusterGuard.check({}, news)).to.deep.equal({ inputs: news, failures: [] });
    const { inputs: checked } = await clusterGuard.check(outs, news);
    expect(checked.clusterUid).to.equal(outs.clusterUid, "carried on");
    expect(await clusterGuard.diff(id, outs, checked)).to.deep.equal({ changes: true });
    for (const work of [clusterGuard.create(news), clusterGuard.update(id, outs, checked)])
      expect((await rejection(work)).message).to.contain(nowhere.kubeconfig);
    expect(await reasonsOf(outs, { ...inputs, access: closed })).to.deep.equal([]);
    expect((await rejection(clusterGuard.read(id, { ...outs, access: closed, context: "closed" }))).message)
      .to.contain("cannot be reached")
      .and.contain("or, where it is gone for good, let the stack forget it: pulumi state delete");
  });

  it("refuses volumes of another location, in a preview and before it is made", async () => {
    await home.claim("nats-js-nats-0", "1Gi");
    await home.claim("someone-elses", "1Gi");
    await home.annotate(identityAnnotations({ ...identity, location: "cinema-c" }));
    const fault =
      /volumes of other servers \(nats-js-nats-0\).*cinema-jetstream\/domain is 'cinema-c', here 'cinema-b'/;
    expect((await reasonsOf({}, inputs)).join()).to.match(fault);
    expect((await rejection(clusterGuard.create(inputs))).message).to.match(fault);
    await home.annotate(identityAnnotations(identity));
    expect(await reasonsOf({}, inputs)).to.deep.equal([]);
  });

  it("refuses a StatefulSet that is none of its own", async () => {
    await home.statefulSet("1Gi", { "meta.helm.sh/release-name": "theirs" });
    expect((await reasonsOf({}, inputs)).join()).to.contain("a StatefulSet 'nats' of the Helm release 'theirs'");
  });

  it("refuses another size until the StatefulSet is gone and the volumes are large enough", async () => {
    const olds = { ...inputs, clusterUid: (await clusterGuard.create({ ...inputs, namespace: "empty" })).id };
    const news = { ...inputs, identity: { ...identity, volumeSize: "2Gi", storageClass: "other" } };
    const both = await reasonsOf(olds, news);
    expect(both[0]).to.match(
      /^volumeSize is now '2Gi'.*kubectl -n guard-test patch pvc nats-js-nats-0 -p .*--cascade=orphan/,
    );
    expect(both[1]).to.match(/^storageClass is now 'other'/);
    await home.removeStatefulSet();
    expect((await reasonsOf(olds, news)).join()).to.match(
      /^volumeSize is '2Gi', and there are smaller volumes from before: nats-js-nats-0 \(1Gi\)/,
    );
    await home.unclaim("nats-js-nats-0");
    await home.claim("nats-js-nats-0", "2Gi");
    expect(await reasonsOf(olds, news)).to.deep.equal([]);
  });
});
