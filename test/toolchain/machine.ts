import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import type { RequestListener } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** What the fake tools and the unpacking need of a real machine; Go, Pulumi and nats-server are not among it. */
const systemCommands = ["sh", "tar", "gzip", "sleep", "chmod", "mkdir", "cat"];

/** A machine to itself: only what a test puts there is on PATH, the cache is empty, no download site answers. */
export class Machine {
  readonly folder = mkdtempSync(join(tmpdir(), "toolchain-"));
  readonly bin = join(this.folder, "bin");
  readonly cache = join(this.folder, "cache");
  readonly env: NodeJS.ProcessEnv;
  /** What was told to the user. */
  said = "";
  readonly output = { write: (text: string) => (this.said += text) };

  constructor() {
    const system = join(this.folder, "system");
    mkdirSync(this.bin);
    mkdirSync(system);
    for (const command of systemCommands) symlinkSync(onRealPath(command), join(system, command));
    this.env = {
      PATH: [this.bin, system].join(delimiter),
      CINEMA_JETSTREAM_CACHE: this.cache,
      CINEMA_JETSTREAM_DOWNLOADS: "http://127.0.0.1:2",
    };
  }

  /** Puts a shell script somewhere, by default on PATH. */
  script(name: string, body: string, folder = this.bin): string {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\n${body}\n`);
    chmodSync(file, 0o755);
    return file;
  }

  /**
   * A `go` that "compiles" for some time, or until there is a file, its output half-written meanwhile, and logs each call to `go.log`.
   */
  go({ version = "1.26.0", seconds = 0, untilThereIs = "/" } = {}): void {
    const write = `printf half > "$out"; echo example.com/package; sleep ${seconds}
      while [ ! -e "${untilThereIs}" ]; do sleep 0.05; done
      printf '#!/bin/sh\\necho built' > "$out"; chmod +x "$out"`;
    this.script(
      "go",
      `echo "$$ $*" >> "${this.folder}/go.log"
      case "$1" in
        version) echo "go version go${version} linux/amd64" ;;
        build) while [ "$1" != -o ]; do shift; done; out="$2"; ${write} ;;
        install) out="$GOBIN/nats-server"; ${write} ;;
      esac`,
    );
  }

  /** Calls of `go`, `[pid, arguments]` each. */
  goCalls(): [number, string][] {
    const log = join(this.folder, "go.log");
    const lines = existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
    return lines.map((line) => [Number.parseInt(line, 10), line.slice(line.indexOf(" ") + 1)]);
  }

  /** Puts one of the real machine's commands on PATH. */
  give(command: string): void {
    symlinkSync(onRealPath(command), join(this.bin, command));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function onRealPath(command: string): string {
  const folder = (process.env.PATH ?? "").split(delimiter).find((there) => existsSync(join(there, command)));
  if (!folder) throw new Error(`this test needs '${command}' on PATH`);
  return join(folder, command);
}

/** A process under test. */
export interface Started {
  readonly pid: number;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Its stderr so far. */
  readonly told: () => string;
  readonly ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
}

/** Starts a Node script, without a terminal. */
export function startNode(args: readonly string[], env: NodeJS.ProcessEnv, cwd?: string): Started {
  const child = spawn(process.execPath, args, { env, cwd, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return {
    pid: child.pid ?? 0,
    kill: (signal) => child.kill(signal),
    told: () => stderr,
    ended: new Promise((resolve) => child.on("close", (code) => resolve({ code, stdout, stderr }))),
  };
}

/** Settles once the condition holds. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await delay(10);
}

/** A download site on loopback; closes with `close`. */
export async function serve(listener: RequestListener): Promise<{ url: string; close: () => void }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Serves files by path; anything else is 404. */
export const files =
  (byPath: Readonly<Record<string, Buffer | string>>): RequestListener =>
  (request, response) => {
    const body = byPath[request.url ?? ""];
    response.writeHead(body === undefined ? 404 : 200).end(body);
  };

/** A .tar.gz of shell scripts. */
export function archive(machine: Machine, scripts: Readonly<Record<string, string>>): Buffer {
  return execFileSync("tar", ["-czf", "-", "-C", scriptsFolder(machine, scripts), "."]);
}

/** A .zip of shell scripts. */
export function zipArchive(machine: Machine, scripts: Readonly<Record<string, string>>): Buffer {
  return execFileSync("zip", ["-q", "-r", "-", "."], { cwd: scriptsFolder(machine, scripts) });
}

function scriptsFolder(machine: Machine, scripts: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(machine.folder, "archive-"));
  for (const [path, body] of Object.entries(scripts)) machine.script(path, body, folder);
  return folder;
}

/** As `sha256sum` has it. */
export const hex = (algorithm: "sha1" | "sha256", body: Buffer) => createHash(algorithm).update(body).digest("hex");
