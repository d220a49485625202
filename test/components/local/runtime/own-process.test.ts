import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { ownProcess, runningPid, startProcess, stopProcess } from "../../../../components/local/runtime/own-process";
import { requireFreePorts } from "../../../../components/local/runtime/port-holders";
import { hasEnded } from "../../../../components/local/runtime/process-table";
import { rejection } from "../../../rig/rejection";
import { until } from "../../../rig/until";

describe("a process of a location", () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "cinema-process-"))));
  afterEach(() => rm(folder, { recursive: true }));

  const node = join(process.execPath, "../node");
  const start = async () => {
    const own = ownProcess(folder, "node", "conf.js");
    await writeFile(own.conf, "setInterval(() => undefined, 1000)");
    await startProcess(own, node, []);
    return own;
  };

  it("runs on by itself, is known by its record, and is gone when it was stopped", async () => {
    const own = await start();
    expect(await runningPid(own)).to.equal(Number(await readFile(own.pidFile, "utf8")));
    await stopProcess(own);
    expect(await runningPid(own)).to.equal(undefined);
  });

  it("is found, and stopped, without a record: its start may have been killed before it wrote one", async () => {
    const own = await start();
    const pid = await runningPid(own);
    await rm(own.pidFile);
    expect(await runningPid(own)).to.equal(pid);
    await stopProcess(own);
    expect(await hasEnded(Number(pid))).to.equal(true);
  });

  it("has not ended while a thread of it lives, which may hold its ports", async function () {
    const exit = { x64: 60, arm64: 93 }[process.arch as string];
    if (process.platform !== "linux" || exit === undefined) this.skip();
    const ends = `use threads; threads->create(sub { sleep 60 }); syscall(${exit}, 0)`; // of the first thread alone
    const other = spawn("perl", ["-e", ends]);
    const stat = () => readFile(`/proc/${other.pid}/stat`, "utf8");
    try {
      await until(async () => / Z /.test(await stat()));
      expect(await hasEnded(Number(other.pid))).to.equal(false);
    } finally {
      other.kill("SIGKILL");
    }
    await until(() => hasEnded(Number(other.pid)));
  });

  it("is not somebody else's process that has its pid by now", async () => {
    const other = spawn(process.execPath, ["-e", "setInterval(() => undefined, 1000)"]);
    try {
      const own = ownProcess(folder, "node", "conf.js");
      await writeFile(own.pidFile, String(other.pid));
      expect(await runningPid(own)).to.equal(undefined);
      await stopProcess(own);
      expect([other.exitCode, other.signalCode]).to.deep.equal([null, null]);
    } finally {
      other.kill("SIGKILL");
    }
  });
});

describe("requireFreePorts", () => {
  it("names every taken port with its holder", async () => {
    const servers = [createServer(), createServer()];
    const ports = await Promise.all(
      servers.map(async (server) => {
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        return (server.address() as AddressInfo).port;
      }),
    );
    try {
      const { message } = await rejection(requireFreePorts(ports));
      const holder = `held by process ${process.pid} \\(.*\\)`;
      expect(message).to.match(
        new RegExp(
          `^ports of 127.0.0.1 are taken:\n  ${ports[0]}: ${holder}\n  ${ports[1]}: ${holder}\n` +
            "stop their holders, or give the location another 'localPortBase'$",
        ),
      );
      await requireFreePorts(ports, [process.pid]);
    } finally {
      for (const server of servers) server.close();
    }
  });
});
