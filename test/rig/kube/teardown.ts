/** The end of a rig, in whatever state it is: processes, mounts, network, cgroups, files. Finds all by place, not by record of a start. */
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import execa from "execa";
import { cgroupFolders } from "./node";
import type { ClusterPlace } from "./layout";
import { pidsIn, removeNetwork } from "./network";

const patienceMs = 20_000;

/** What a teardown leaves. */
export interface TeardownOptions {
  /**
   * Leaves the logs, for whoever wants to know what went wrong; the next start removes them.
   *
   * @default false
   */
  readonly keepLogs?: boolean;
}

/**
 * Removes all of these clusters, or as much of them as is there.
 *
 * @throws Error naming what does not go away.
 */
export async function tearDown(
  places: readonly ClusterPlace[],
  { keepLogs = false }: TeardownOptions = {},
): Promise<void> {
  for (const place of places) await endProcesses(place);
  for (const place of places) {
    removeShimSockets(place);
    await removeCgroups(place); // as long as the files tell which containers there were
    await unmountBelow(place.folder);
  }
  await removeNetwork(places);
  for (const place of places) removeFiles(place, keepLogs);
}

/** All at once and by force: nothing of the cluster is kept, and nothing is left to restart another part. */
async function endProcesses(place: ClusterPlace): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (let pids = await pidsOf(place); pids.length > 0; pids = await pidsOf(place)) {
    if (performance.now() > deadline) {
      throw new Error(
        `processes of cluster '${place.name}' do not end: ${pids.join(", ")}; end them, then: npm run rig -- down`,
      );
    }
    for (const pid of pids) kill(pid);
    await sleep(50);
  }
}

/** What runs in the node's network, and what runs in its pods: they have networks of their own, and outlive what started them. */
export async function pidsOf(place: ClusterPlace): Promise<number[]> {
  const inPods = cgroupsOf(place).flatMap((cgroup) =>
    readFileSync(join(cgroup, "cgroup.procs"), "utf8").split("\n").filter(Boolean).map(Number),
  );
  return [...new Set([...(await pidsIn(place.netns)), ...inPods])];
}

/** Folders of the node's cgroup and of its containers', each before what it holds. containerd keeps its containers in one of its own. */
function cgroupsOf(place: ClusterPlace): string[] {
  const cgroups = [place.netns, ...containerIds(place).map((id) => join("k8s.io", id))];
  return cgroups.flatMap(cgroupFolders).flatMap(withSubfolders);
}

/** containerd has a folder for each, which is there until the container and its processes are gone. */
function containerIds(place: ClusterPlace): string[] {
  const tasks = tasksFolder(place);
  return existsSync(tasks) ? readdirSync(tasks) : [];
}

const tasksFolder = ({ folder }: ClusterPlace) =>
  join(folder, "containerd", "state", "io.containerd.runtime.v2.task", "k8s.io");

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Mounts below a folder, the newest last. */
export function mountsBelow(folder: string): string[] {
  const mounts = readFileSync("/proc/self/mounts", "utf8").split("\n");
  const targets = mounts.map((line) =>
    (line.split(" ")[1] ?? "").replace(/\\([0-7]{3})/g, (_, code) => String.fromCharCode(parseInt(code, 8))),
  );
  return targets.filter((target) => target.startsWith(`${folder}/`));
}

async function unmountBelow(folder: string): Promise<void> {
  for (const target of mountsBelow(folder).reverse()) await execa("umount", [target]);
}

async function removeCgroups(place: ClusterPlace): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (const cgroup of cgroupsOf(place).reverse()) {
    // Its last process has ended, but the kernel may not have taken it off yet.
    for (let gone = false; !gone;) {
      try {
        rmdirSync(cgroup);
        gone = true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EBUSY" || performance.now() > deadline) throw error;
        await sleep(50);
      }
    }
  }
}

/** A folder and all below it, each before what it holds; none where there is no such folder. */
function withSubfolders(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const inner = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [folder, ...inner.flatMap((entry) => withSubfolders(join(folder, entry.name)))];
}

/** containerd's shims listen outside of its state folder, and a killed one leaves its socket. */
function removeShimSockets(place: ClusterPlace): void {
  for (const id of containerIds(place)) {
    const address = join(tasksFolder(place), id, "address");
    if (existsSync(address)) rmSync(readFileSync(address, "utf8").replace("unix://", ""), { force: true });
  }
}

function removeFiles({ folder }: ClusterPlace, keepLogs: boolean): void {
  for (const link of podLogLinks(folder)) rmSync(link);
  if (!existsSync(folder)) return;
  const mounts = mountsBelow(folder);
  if (mounts.length > 0)
    throw new Error(`still mounted: ${mounts.join(", ")}; unmount them, then: npm run rig -- down`);
  for (const entry of readdirSync(folder)) {
    if (!keepLogs || entry !== "log") rmSync(join(folder, entry), { recursive: true, force: true });
  }
  if (!keepLogs) rmdirSync(folder);
}

/** The kubelet links each container's log from a folder of the whole machine. */
function podLogLinks(folder: string): string[] {
  const links = "/var/log/containers";
  if (!existsSync(links)) return [];
  return readdirSync(links)
    .map((name) => join(links, name))
    .filter((link) => lstatSync(link).isSymbolicLink() && readlinkSync(link).startsWith(`${folder}/`));
}
