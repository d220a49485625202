/* eslint no-console: "off" -- a command */
/** Clusters to develop against. `npm run rig -- --help`. */
import { CoreV1Api } from "@kubernetes/client-node";
import { Command } from "commander";
import { endingSignals } from "../../../toolchain/command.mjs";
import { elapsed } from "../../../toolchain/progress.mjs";
import { tools } from "../../../toolchain/tools.mjs";
import { findRig, startKeptRig, takeRigDown, type KubeCluster, type KubeRig } from "./clusters";
import { readKubeconfig } from "./control-plane";
import { rigFolder } from "./layout";
import { blackholes } from "./network";
import { readRecord, recordedPlaces, userOf } from "./record";
import { defaultServers } from "./start";

const defaultClusters = ["hub", "cinema-a", "cinema-b"];
const commaList = (text: string) => text.split(",");
const started = Date.now();
const onStep = (text: string) => console.error(`${elapsed(Date.now() - started).padStart(5)}  ${text}`);

const program = new Command("npm run rig --")
  .description(
    "Real Kubernetes clusters on this machine, one node each, in network namespaces of their own. They reach each\n" +
      "other's NodePorts, and so does this machine. Needs Linux and root; installs missing Debian packages, and says so.",
  )
  .showHelpAfterError("(--help says more)")
  .addHelpText(
    "after",
    `
A rig lives in ${rigFolder()}; CINEMA_JETSTREAM_RIG=<folder> names another. There is one at a
time on a machine. Each cluster has nine volumes of 20 GiB in its default storage class, and the images
nats:<version>-alpine and natsio/nats-server-config-reloader:${tools.reloader.version}; nothing is pulled from a registry.

  npm run rig -- up                              hub, cinema-a and cinema-b
  npm run rig -- up --clusters east,west --nats 2.14.2,2.9.19
  npm run rig -- cut cinema-a                    as if its line to the others were gone
  npm run rig -- heal cinema-a
  npm run rig -- down`,
  );

program
  .command("up")
  .description("start the clusters, half a minute once the tools are made; they stay until 'down'")
  .option("--clusters <names>", "comma-separated", commaList, defaultClusters)
  .option("--nats <versions>", "servers to have images of, comma-separated", commaList, defaultServers)
  .action(({ clusters, nats }) =>
    run(async () => printKubeconfigs(await startKeptRig(clusters, { natsVersions: nats, onStep }))),
  );

program
  .command("status")
  .description("show the clusters and their kubeconfigs; exit code 1 where one is not ready")
  .action(() => run(printStatus));

program
  .command("cut")
  .description("cut a cluster off from the others, open connections too; its pods and this machine's access live on")
  .argument("<cluster>")
  .action((name) => run(() => requireRig().cluster(name).cut()));

program
  .command("heal")
  .description("join it to the others again")
  .argument("<cluster>")
  .action((name) => run(() => requireRig().cluster(name).heal()));

program
  .command("down")
  .description("end all clusters and remove their data, volumes included; also what a killed run left")
  .action(() => run(() => takeRigDown(onStep)));

void program.parseAsync();

/** Runs a command; what one that is interrupted leaves is known by its record. */
async function run(work: () => Promise<void>): Promise<void> {
  for (const signal of endingSignals) {
    process.once(signal, () => {
      console.error("interrupted; what is there is removed by: npm run rig -- down");
      process.exit(1);
    });
  }
  try {
    await work();
  } catch (error) {
    console.error(`error: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}

function requireRig(): KubeRig {
  const rig = findRig();
  if (rig) return rig;
  throw new Error("no rig is up on this machine; bring one up first: npm run rig -- up");
}

function printKubeconfigs({ clusters }: KubeRig): void {
  for (const { name, kubeconfig } of clusters) console.log(`${name}: KUBECONFIG=${kubeconfig}`);
  console.log(`all, each as the context of its name: KUBECONFIG=${clusters.map((one) => one.kubeconfig).join(":")}`);
}

async function printStatus(): Promise<void> {
  const rig = requireRig();
  const record = readRecord();
  if (!record) return; // taken down this moment
  console.log(`in ${record.folder}, kept by ${userOf(record)}`);
  for (const [i, place] of recordedPlaces(record).entries()) {
    const cluster = rig.clusters[i];
    const away = await blackholes(place);
    const state = cluster ? await nodeState(cluster, place.node) : "gone";
    if (state !== "ready") process.exitCode = 1;
    console.log(`${place.name}: ${place.address}, ${state}${away.length > 0 ? ", cut off from the others" : ""}`);
  }
  printKubeconfigs(rig);
}

async function nodeState(cluster: KubeCluster, node: string): Promise<string> {
  try {
    const { status } = await readKubeconfig(cluster).makeApiClient(CoreV1Api).readNode({ name: node });
    const ready = status?.conditions?.find(({ type }) => type === "Ready");
    return ready?.status === "True" ? "ready" : `not ready: ${ready?.message ?? "no state told yet"}`;
  } catch (error) {
    return `no answer: ${(error as Error).message}`;
  }
}
