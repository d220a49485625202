/** Ports of 127.0.0.1 that somebody has already. */
import { execFile } from "node:child_process";
import { readFile, readlink } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { namesIn } from "./folder";
import { commandLine } from "./process-table";

/**
 * Checks that nobody else has a port, before anything is started.
 *
 * @param own pids whose ports are theirs to keep
 * @throws when any is taken: names all of them, each with its holder's pid and command
 */
export async function requireFreePorts(ports: readonly number[], own: readonly number[] = []): Promise<void> {
  let taken = await foreignPorts(ports, own);
  // A process that is just ending keeps its ports for a moment, when it cannot be seen any more.
  for (let looks = 0; looks < 5 && [...taken.values()].includes(undefined); looks++) {
    await sleep(200);
    taken = await foreignPorts(ports, own);
  }
  if (taken.size === 0) return;
  const lines = [...taken].map(async ([port, pid]) => `  ${port}: ${await holderName(pid)}\n`);
  throw new Error(
    `ports of 127.0.0.1 are taken:\n${(await Promise.all(lines)).join("")}` +
      "stop their holders, or give the location another 'localPortBase'",
  );
}

/** Taken ports, with the pids of their holders as far as this user can see them. */
async function foreignPorts(
  ports: readonly number[],
  own: readonly number[],
): Promise<Map<number, number | undefined>> {
  const taken = (await Promise.all(ports.map(async (port) => ((await isFree(port)) ? [] : [port])))).flat();
  if (taken.length === 0) return new Map();
  const holders = await holdersOf(taken);
  return new Map(taken.map((port) => [port, holders.get(port)] as const).filter(([, pid]) => !own.includes(pid ?? -1)));
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? resolve(false) : reject(error),
    );
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

async function holderName(pid: number | undefined): Promise<string> {
  if (pid === undefined) return "held by a process of another user";
  return `held by process ${pid} (${(await commandLine(pid)).slice(0, 120)})`;
}

function holdersOf(ports: readonly number[]): Promise<Map<number, number>> {
  return process.platform === "linux" ? holdersFromProc(ports) : holdersFromLsof(ports);
}

async function holdersFromProc(ports: readonly number[]): Promise<Map<number, number>> {
  const portOfSocket = new Map<string, number>();
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    for (const line of (await readFile(table, "utf8").catch(() => "")).split("\n").slice(1)) {
      const [, local, , , , , , , , inode] = line.trim().split(/\s+/);
      const port = parseInt(local?.split(":")[1] ?? "", 16);
      if (ports.includes(port)) portOfSocket.set(`socket:[${inode}]`, port);
    }
  }
  const holders = new Map<number, number>();
  for (const pid of (await namesIn("/proc")).filter((name) => /^\d+$/.test(name))) {
    const descriptors = join("/proc", pid, "fd");
    for (const name of await namesIn(descriptors).catch(() => [])) {
      const port = portOfSocket.get(await readlink(join(descriptors, name)).catch(() => ""));
      if (port !== undefined) holders.set(port, Number(pid));
    }
  }
  return holders;
}

async function holdersFromLsof(ports: readonly number[]): Promise<Map<number, number>> {
  const holders = new Map<number, number>();
  for (const port of ports) {
    const args = ["-nP", "-t", `-iTCP:${port}`, "-sTCP:LISTEN"];
    const { stdout } = await promisify(execFile)("lsof", args).catch(() => ({ stdout: "" }));
    if (stdout) holders.set(port, parseInt(stdout, 10));
  }
  return holders;
}
