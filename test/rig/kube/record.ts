/** Who has the machine's rig: there is one at a time, as its addresses and names are the machine's. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { withLock } from "../../../toolchain/lock.mjs";
import { z } from "zod";
import { placeClusters, type ClusterPlace } from "./layout";

/** Goes at a reboot, as processes, network and mounts do. */
const recordFile = "/run/cinema-jetstream-rig.json";

const recordSchema = z.strictObject({
  folder: z.string(),
  clusters: z.array(z.string()),
  /** The process that starts the rig or takes it down again; none for one that stays until it is taken down by command. */
  owner: z.strictObject({ pid: z.number().int(), started: z.string(), command: z.string() }).optional(),
});

/** What is known of a rig from before it is made until all of it is gone. */
export type RigRecord = z.output<typeof recordSchema>;

/** The rig on this machine, whoever's and in whatever state; undefined where there is none. */
export function readRecord(): RigRecord | undefined {
  try {
    return recordSchema.parse(JSON.parse(readFileSync(recordFile, "utf8")));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

export const writeRecord = (record: RigRecord) => writeFileSync(recordFile, JSON.stringify(record));
export const removeRecord = () => rmSync(recordFile, { force: true });

/** Places of a recorded rig's clusters. */
export const recordedPlaces = ({ folder, clusters }: RigRecord): ClusterPlace[] => placeClusters(folder, clusters);

/** This process, as the owner of a rig. */
export const thisProcess = () => ({ pid: process.pid, ...identity(process.pid) });

/**
 * Who uses the rig now, in words; undefined where its owner has ended without taking it down.
 */
export function userOf({ owner }: RigRecord): string | undefined {
  if (!owner) return "npm run rig -- up";
  try {
    return identity(owner.pid).started === owner.started ? `process ${owner.pid} (${owner.command})` : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Does what makes or removes a rig, alone on this machine; says for whom it waits. */
export function alone<T>(work: () => Promise<T>, onStep: (text: string) => void): Promise<T> {
  return withLock(`${recordFile}.lock`, work, {
    onWait: (pid: number) => onStep(`waiting for process ${pid}, which is starting or ending a rig`),
  });
}

/** What a process was started as, and when: no later process of the same id is like it. */
function identity(pid: number): { started: string; command: string } {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const afterName = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const command = readFileSync(`/proc/${pid}/cmdline`, "utf8")
    .replace(/[\0\s]+/g, " ")
    .slice(0, 80);
  return { started: afterName[19] ?? "", command };
}
