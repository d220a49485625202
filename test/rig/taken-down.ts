/** Whether a rolling update waits for each server before it takes the next one down. */
import { setTimeout as sleep } from "node:timers/promises";
import type { LocalClusterInputs } from "../../components/local/local-cluster-inputs";
import { ailment } from "../../components/local/runtime/monitor";
import type { Server } from "../../components/local/runtime/server";
import { serversOf } from "../../components/local/runtime/server";
import { pidsOf } from "./locations";

/**
 * Servers that were taken down, while work was under way, when another one was not healthy. A second ago counts: a leader that is
 * being stopped leaves the others without one, some moments before its process is gone.
 */
export async function takenDownTooEarly(inputs: LocalClusterInputs, work: Promise<void>): Promise<string[]> {
  const servers = serversOf(inputs);
  const isHealthy = ({ ports }: Server) => {
    const asked = ailment(ports.monitor).then((what) => what === undefined);
    return Promise.race([asked.catch(() => false), sleep(500, false)]);
  };
  const healthyAt = servers.map(() => -Infinity);
  const done = work.then(() => true);
  const early: string[] = [];
  let before = await pidsOf(inputs);
  while (!(await Promise.race([done, sleep(5, false)]))) {
    const healthy = await Promise.all(servers.map(isHealthy));
    healthy.forEach((isWell, i) => {
      if (isWell) healthyAt[i] = performance.now();
    });
    const pids = await pidsOf(inputs);
    servers.forEach(({ name }, i) => {
      const isDown = before[i] !== undefined && pids[i] !== before[i];
      const isAiling = (at: number, other: number) => other !== i && at < performance.now() - 1_000;
      if (isDown && healthyAt.some(isAiling)) early.push(name);
    });
    before = pids;
  }
  return early;
}
