/** The commands of the guide for Kubernetes, each run as it stands there, in a copy of the checkout and with a home of its own. */
import { expect } from "chai";
import execa from "execa";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { checkout } from "../../cli/lab/home";
import { commandsOf, inShell, typedIn } from "../rig/guide";
import { NamespaceApi } from "../rig/kube/api";
import { chartFolder } from "../rig/kube/kube-stacks";
import { testClusters, type TestClusters } from "../rig/kube/test-clusters";
import { locationNames } from "../rig/stacks";

describe("the guide for Kubernetes", function () {
  this.timeout(1_800_000);
  const home = mkdtempSync(join(tmpdir(), "cinema-guide-"));
  const copy = join(home, "checkout");
  let clusters: TestClusters;

  before(async function () {
    clusters = await testClusters(this);
    await execa("cp", ["-R", checkout, copy]);
  });
  after(async () => {
    rmSync(home, { recursive: true, force: true });
    if (clusters) for (const name of locationNames) await new NamespaceApi(clusters.cluster(name).access).remove();
    await clusters?.down();
  });

  it("leads from three empty clusters to the report, and back", async function () {
    const accesses = locationNames.map((name) => clusters.cluster(name).access);
    if (accesses.some(({ context }) => context === "")) this.skip(); // given clusters, whose contexts have other names
    const blocks = commandsOf("docs/kubernetes.md");
    const shell = blocks.findIndex((block) => block.startsWith("npm run shell"));
    const said = await typedIn(home, inShell(blocks.slice(shell + 1)), {
      KUBECONFIG: accesses.map(({ kubeconfig }) => kubeconfig).join(delimiter),
      HUB_ADDRESS: clusters.cluster("hub").address,
      CHART: chartFolder,
    });
    expect(said).to.contain("5 streams, 3 links, all active, gap 0");
    expect(said).to.match(/^drop: .*hub done/m);
    expect(said).to.match(/^cinema-a: done, .*\ncinema-b: done, .*\nhub: done, /m);
  });
});
