/** What the figures were measured on. */
import { availableParallelism, cpus, loadavg, totalmem } from "node:os";
import { tools } from "../toolchain/tools.mjs";

export interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly memoryGiB: number;
  /** Load average of the last minute before the run: more than about 0.5 of others' work disturbs it. */
  readonly load: number;
  readonly node: string;
  readonly engine: string;
  readonly server: string;
}

/** The machine as it is now, and the versions that the lab runs. */
export function readMachine(): Machine {
  return {
    cores: availableParallelism(),
    processor: cpus()[0]?.model ?? "unknown",
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    load: Number(loadavg()[0]?.toFixed(1)),
    node: process.versions.node,
    engine: tools.pulumi.version,
    server: tools["nats-server"].version,
  };
}

/** The machine in one line. */
export function machineText({ cores, processor, memoryGiB, load, node, engine, server }: Machine): string {
  return (
    `${cores} cores (${processor}), ${memoryGiB} GiB, load ${load} before the run; ` +
    `node ${node}, pulumi ${engine}, nats-server ${server}`
  );
}
