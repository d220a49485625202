import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import execa from "execa";
import { connect, type NatsConnection } from "nats";
import { parse } from "yaml";
import { Background } from "../rig/kube/background";
import { findRig, rigObstacle, startKubeRig, takeRigDown, type KubeRig } from "../rig/kube/clusters";
import { readKubeconfig } from "../rig/kube/control-plane";
import { placeClusters, rigFolder, type ClusterPlace } from "../rig/kube/layout";
import { linkNames, namespaces } from "../rig/kube/network";
import { cgroupFolders } from "../rig/kube/node";
import { PodRunner } from "../rig/kube/pods";
import { mountsBelow, pidsOf } from "../rig/kube/teardown";
import { until } from "../rig/until";

const names = ["hub", "cinema-a", "cinema-b"];
const nodePort = 30742;

/** What of a rig is on the machine beside its processes. */
async function traces(folder: string) {
  return {
    mounts: mountsBelow(folder),
    namespaces: (await namespaces()).filter((name) => /^(rig|cni)-/.test(name)),
    links: (await linkNames()).filter((name) => name.startsWith("rig")),
    cgroups: readdirSync("/sys/fs/cgroup", { recursive: true }).filter((path) => /(^|\/)rig-[^/]*$/.test(String(path))),
    shims: existsSync("/run/containerd/s") ? readdirSync("/run/containerd/s") : [],
    files: existsSync(folder) ? readdirSync(folder) : [],
  };
}
const noTraces = { mounts: [], namespaces: [], links: [], cgroups: [], shims: [], files: [] };

/** The first process of each of a cluster's containers, as containerd tells it. */
async function containerPids({ containerdSocket }: ClusterPlace): Promise<number[]> {
  const { stdout } = await execa("ctr", ["-a", containerdSocket, "-n", "k8s.io", "tasks", "ls"]);
  return stdout.split("\n").flatMap((line) => Number(/^[0-9a-f]{64} +(\d+) +RUNNING/.exec(line)?.[1]) || []);
}

/** Folders of a process's cgroups in all hierarchies. */
function cgroupsOfProcess(pid: number): string[] {
  const paths = readFileSync(`/proc/${pid}/cgroup`, "utf8").trim().split("\n");
  return [...new Set(paths.map((line) => line.slice(line.lastIndexOf(":") + 1)))].flatMap(cgroupFolders);
}

/** A process that has ended has no command line, though it may still be listed until its new parent takes note. */
function isRunning(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8") !== "";
  } catch {
    return false;
  }
}

describe("the Kubernetes rig", function () {
  this.timeout(600_000);
  before(function () {
    const obstacle = rigObstacle();
    if (!obstacle) return;
    process.stderr.write(`skipped: ${obstacle}\n`);
    this.skip();
  });

  describe("three clusters", () => {
    let rig: KubeRig;
    let hub: NatsConnection;
    const pods: Record<string, PodRunner> = {};
    const podsOf = (name: string) => pods[name] ?? expect.fail(name);
    const places = placeClusters(rigFolder(), names);

    before(async function () {
      this.timeout(0); // the tools may have to be built first
      rig = await startKubeRig(names);
      for (const cluster of rig.clusters) pods[cluster.name] = new PodRunner(readKubeconfig(cluster));
      await podsOf("hub").start("server", ["nats-server"]);
      await podsOf("hub").expose("server", 4222, nodePort);
      for (const name of names) await podsOf(name).start("shell", ["sleep", "1d"]);
      hub = await connect({ servers: `${rig.cluster("hub").address}:${nodePort}`, waitOnFirstConnect: true });
    });
    after(async () => {
      await hub?.close();
      await rig?.down();
    });

    for (const name of names) {
      it(`${name} has one ready node, and a kubeconfig that trusts its API alone`, async () => {
        const { items } = await podsOf(name).core.listNode();
        const ready = items.map(({ metadata, status }) => [
          metadata?.name,
          status?.conditions?.find(({ type }) => type === "Ready")?.status,
        ]);
        expect(ready).to.deep.equal([[`${name}-node`, "True"]]);
        const { clusters, "current-context": context } = parse(readFileSync(rig.cluster(name).kubeconfig, "utf8"));
        expect([context, Object.keys(clusters[0].cluster)]).to.deep.equal([
          name,
          ["server", "certificate-authority-data"],
        ]);
      });
    }

    it("a pod finds a service by its name, and reaches it and the API", async () => {
      const script = `nslookup server.default.svc.cluster.local && sleep 1 | nc server.default.svc.cluster.local 4222
        cd /var/run/secrets/kubernetes.io/serviceaccount && busybox head -n 1 ca.crt && nc kubernetes.default.svc.cluster.local 443 </dev/null && echo API`;
      const { output } = await podsOf("hub").run("shell", script);
      expect(output).to.match(/INFO \{"server_id"[^]*-----BEGIN CERTIFICATE-----\nAPI\n$/);
    });

    it("nine volumes are there, to be kept when their claim goes", async () => {
      const { core } = podsOf("cinema-b");
      const { items } = await core.listPersistentVolume();
      const each = items.map(({ spec }) => [spec?.capacity?.["storage"], spec?.persistentVolumeReclaimPolicy]);
      expect(each).to.deep.equal(new Array(9).fill(["20Gi", "Retain"]));
    });

    it("a cut stops new and open connections both ways, and nothing else; healed, all goes on", async () => {
      const [a, b, hubAddress] = [podsOf("cinema-a"), podsOf("cinema-b"), rig.cluster("hub").address];
      const arrived: string[] = [];
      hub.subscribe("up.*", { callback: (_error, { subject }) => void arrived.push(subject) });
      for (const runner of [a, b]) await openLine(runner, hubAddress);

      await rig.cluster("cinema-a").cut();
      const toHub = `nc -w 2 ${hubAddress} ${nodePort} </dev/null`;
      const toA = `nc -w 2 ${rig.cluster("cinema-a").address} 6443 </dev/null`;
      const reached = async () => [
        (await a.run("shell", toHub)).succeeded,
        (await podsOf("hub").run("shell", toA)).succeeded,
        (await b.run("shell", toHub)).succeeded,
      ];
      hub.publish("down", "during");
      await until(async () => (await received(b)).includes("during"));
      expect(await received(a)).not.to.include("during");
      expect(await reached()).to.deep.equal([false, false, true]);
      await send(a, "PUB up.a 0", "");
      await send(b, "PUB up.b 0", "");
      await until(async () => arrived.length > 0);
      expect(arrived).to.deep.equal(["up.b"]);

      await rig.cluster("cinema-a").heal();
      await until(async () => arrived.length > 1 && (await received(a)).includes("during"));
      expect(arrived).to.deep.equal(["up.b", "up.a"]);
      expect(await reached()).to.deep.equal([true, true, true]);
    });

    it("another rig is refused, naming what is up and who uses it", async () => {
      const fault = await startKubeRig(["other"]).then(String, (error: Error) => error.message);
      expect(fault).to.match(
        /^a rig is up on this machine, clusters hub, cinema-a, cinema-b, in use by process \d+ \(/,
      );
      expect(fault).to.contain(`process ${process.pid} (`);
      const down = await takeRigDown(() => {}).then(String, (error: Error) => error.message);
      expect(down).to.contain(`process ${process.pid} (`);
      expect((await podsOf("hub").run("shell", "true")).succeeded).to.equal(true);
    });

    it("a part that ends is named with how it ended and what it said last", async () => {
      const [place] = places;
      if (!place) expect.fail();
      const part = new Background(place, "part", "sh", ["-c", "echo no such disk; exit 3"]);
      const fault = await part.until("it answered", () => false).catch((error: Error) => error.message);
      expect(fault?.split("\n")).to.deep.equal([
        "part of cluster 'hub': ended with 3 before it answered",
        `the end of ${join(place.folder, "log", "part.log")}:`,
        "    no such disk",
      ]);
    });

    it("down leaves no process, mount, namespace, link, cgroup or file", async () => {
      const pids = (await Promise.all(places.map(pidsOf))).flat();
      expect(pids.length).to.be.greaterThan(3 * 8); // eight parts a cluster, and the pods
      const inPods = (await Promise.all(places.map(containerPids))).flat();
      expect(inPods.length).to.be.greaterThan(2 * 4); // each pod with what holds its network
      expect(pids).to.include.members(inPods);
      const cgroups = inPods.flatMap(cgroupsOfProcess);
      expect(cgroups.filter((folder) => existsSync(folder))).to.not.deep.equal([]);
      await hub.close();
      await rig.down();
      await rig.down(); // changes nothing
      expect(pids.filter(isRunning)).to.deep.equal([]);
      expect(cgroups.filter((folder) => existsSync(folder))).to.deep.equal([]);
      expect(await traces(rigFolder())).to.deep.equal(noTraces);
      expect(findRig()).to.equal(undefined);
    });
  });

  it("a killed run's clusters are removed by the next", async () => {
    const script = `require("./test/rig/kube/clusters").startKubeRig(["killed"]).then(() => process.stdout.write("up"))
      .then(() => setInterval(() => {}, 1000))`;
    const run = spawn(process.execPath, ["--require", "tsx/cjs", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(run, "exit");
    await Promise.race([once(run.stdout, "data"), ended]);
    run.kill("SIGKILL");
    await ended;
    const left = (await Promise.all(placeClusters(rigFolder(), ["killed"]).map(pidsOf))).flat();

    const steps: string[] = [];
    const rig = await startKubeRig(["next"], { onStep: (text) => steps.push(text) });
    const { namespaces: now, files } = await traces(rigFolder());
    await rig.down();
    expect(steps[0]).to.match(new RegExp(`^removing what process ${run.pid} \\(.*node.*\\) left$`));
    expect([left.length >= 8, left.filter(isRunning), now, files]).to.deep.equal([true, [], ["rig-next"], ["next"]]);
    expect(await traces(rigFolder())).to.deep.equal(noTraces);
  });

  it("a start that fails leaves nothing but its logs", async () => {
    const base = mkdtempSync(join(tmpdir(), "rig-"));
    // The kernel takes no path of a socket as long as this.
    const folder = join(base, "long".repeat(25));
    process.env["CINEMA_JETSTREAM_RIG"] = folder;
    try {
      const fault = await startKubeRig(["one"]).then(String, (error: Error) => error.message);
      expect(fault).to.match(
        /^containerd of cluster 'one': ended with 1 before it answered on its socket[^]*invalid argument/,
      );
      expect(await traces(folder)).to.deep.equal({ ...noTraces, files: ["one"] });
      expect(readdirSync(join(folder, "one"))).to.deep.equal(["log"]);
      expect(findRig()).to.equal(undefined);
    } finally {
      delete process.env["CINEMA_JETSTREAM_RIG"];
      rmSync(base, { recursive: true });
    }
  });
});

/**
 * A pod that holds a connection to a NATS server open, by the bare protocol: what comes is in one file, what is written to another
 * goes out at once.
 */
async function openLine(runner: PodRunner, address: string): Promise<void> {
  const script = `busybox mkfifo /tmp/out && exec 3<>/tmp/out && nc ${address} ${nodePort} <&3 >/tmp/in`;
  await runner.start("line", ["sh", "-c", script]);
  await send(runner, 'CONNECT {"verbose":false}', "SUB down 1", "PING");
  // The server asks once as well, at first; after that nothing is under way on the connection.
  await until(async () => /PONG[^]*PING|PING[^]*PONG/.test(await received(runner)));
}

const send = (runner: PodRunner, ...lines: string[]) =>
  runner.run("line", `printf '${lines.map((line) => `${line}\\r\\n`).join("")}' >/tmp/out`);

const received = async (runner: PodRunner) => (await runner.run("line", "cat /tmp/in")).output;
