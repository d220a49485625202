/** The figures of three locations in Kubernetes, in one run. */
import { join } from "node:path";
import { checkout, locationStack, streamsStack } from "../cli/lab/home";
import { readOutputs } from "../cli/lab/stacks";
import { openForward } from "../kubernetes/port-forward";
import { KubeStacks } from "../test/rig/kube/kube-stacks";
import { locationNames } from "../test/rig/stacks";
import { benchClusters } from "./bench-clusters";
import type { Figure } from "./figure";
import { stopwatch } from "./measure";

const locationStacks = locationNames.map(locationStack);

/**
 * Brings three locations and their streams up and measures it. Takes some three minutes, the first time more, as the clusters' parts
 * have to be built.
 *
 * @param say told of each figure when its measuring begins
 * @throws Error where there can be no clusters, with the reason
 */
export async function measureKubernetes(say: (name: string) => void): Promise<Figure[]> {
  const clusters = await benchClusters();
  const stacks = new KubeStacks(clusters);
  const time = stopwatch(say);
  const figures: Figure[] = [];
  try {
    await stacks.init();
    stacks.configure("hub", { kubeconfig: `${stacks.home.folder}/none` });
    figures.push(await time("preview of a location without a cluster", () => stacks.preview(locationStack("hub")), 5));
    stacks.configure("hub");
    for (const stack of locationStacks)
      figures.push(await time(`up of '${stack.name}' from nothing`, () => stacks.up(stack), 60));
    figures.push(await time("up of the streams from nothing", () => stacks.up(streamsStack)));
    for (const stack of [...locationStacks, streamsStack]) {
      const unchanged = () => stacks.up(stack, "--expect-no-changes");
      figures.push(await time(`up of '${stack.name}' without a change`, unchanged, 8));
    }
    const { kubernetes } = await readOutputs(stacks.engine, "hub");
    if (!kubernetes) throw new Error("the hub's stack does not say where its servers run");
    await import("@kubernetes/client-node"); // from its own files, as here alone: what users have loads the bundle
    const forward = async () => {
      await import(join(checkout, "kubernetes/dist/client.js"));
      await (await openForward({ facts: kubernetes, port: 4222 })).close();
    };
    figures.push(await time("port-forward ready", forward, 1));
    return figures;
  } finally {
    await stacks.remove();
    await clusters.down();
  }
}
