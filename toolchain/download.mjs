/** The official release of a tool, verified by the release's own checksums. */
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { chmod, rename } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { runCommand } from "./command.mjs";
import { startProgress } from "./progress.mjs";
import { tools } from "./tools.mjs";

/**
 * @typedef {import("./tools.mjs").ToolName} ToolName
 * @typedef {import("./tools.mjs").Cpu} Cpu
 *
 * @typedef {object} DownloadOptions
 * @property {NodeJS.ProcessEnv} env `CINEMA_JETSTREAM_DOWNLOADS` names a mirror of https://github.com.
 * @property {import("./progress.mjs").Output} output
 * @property {AbortSignal} [signal]
 * @property {number} [idleMs] Silence after which a site is given up. Default: 5 s.
 */

/**
 * Sites that did not answer, and how. Each tool after the first would wait as long for nothing.
 *
 * @type {Map<string, string>}
 */
const silentSites = new Map();

/**
 * Downloads, verifies and unpacks a tool's binaries.
 *
 * @param {ToolName} name
 * @param {string} version
 * @param {{ scratch: string, bin: string }} folders Where to work, and where the binaries go
 * @param {DownloadOptions} options
 * @throws in one sentence: no such release, no answer, wrong checksum
 */
export async function downloadTool(name, version, { scratch, bin }, options) {
  const { release: published, binaries } = tools[name];
  if (!published) throw new Error(`${name} is published nowhere as one archive`);
  const { os, cpu } = officialPlatform();
  const archive = published.archive(version, os, cpu);
  const release = `${downloadSite(options.env)}/${published.repository}/releases/download/v${version}`;
  const checksum = findChecksum(await readText(`${release}/${published.checksums(version)}`, options), archive);
  if (!checksum) throw new Error(`${release}/${published.checksums(version)} has no checksum of ${archive}`);

  const file = join(scratch, archive);
  const hex = await save(`${release}/${archive}`, file, checksum.algorithm, `downloading ${name} ${version}`, options);
  if (hex !== checksum.hex) {
    throw new Error(
      `${release}/${archive} has ${checksum.algorithm} ${hex}, its release says ${checksum.hex}: refused`,
    );
  }
  await unpack(file, scratch, options);
  for (const binary of binaries) {
    await rename(join(scratch, published.folder(version, os, cpu), binary), join(bin, binary));
    await chmod(join(bin, binary), 0o755);
  }
}

/**
 * @param {string} file a .zip or a .tar.gz
 * @param {string} folder
 * @param {DownloadOptions} options
 */
async function unpack(file, folder, options) {
  if (!file.endsWith(".zip")) return runCommand("tar", ["-xzf", file, "-C", folder], options);
  return runCommand("unzip", ["-q", file, "-d", folder], options).catch((error) => {
    options.signal?.throwIfAborted();
    throw "code" in error && error.code === "ENOENT"
      ? new Error("its release is a zip, and unzip is not on PATH")
      : error;
  });
}

/** @param {NodeJS.ProcessEnv} env */
const downloadSite = (env) => (env.CINEMA_JETSTREAM_DOWNLOADS || "https://github.com").replace(/\/+$/, "");

/**
 * @returns {{ os: string, cpu: Cpu }}
 * @throws where no tool is published for this machine
 */
function officialPlatform() {
  const { platform: os, arch: cpu } = process;
  if ((os === "linux" || os === "darwin") && (cpu === "x64" || cpu === "arm64")) return { os, cpu };
  throw new Error(`no official download for ${os} on ${cpu}`);
}

/**
 * The entry of a file in a list of checksums. `pulumi-random` publishes SHA-1 under `./` names (its publish.yml), the
 * others SHA-256: the length tells.
 *
 * @param {string} list
 * @param {string} file
 * @returns {{ algorithm: "sha1" | "sha256", hex: string } | undefined}
 */
export function findChecksum(list, file) {
  for (const line of list.split("\n")) {
    const [, hex, name] = /^([0-9a-f]{40}|[0-9a-f]{64})\s+[*]?(?:\.\/)?(\S+)$/i.exec(line.trim()) ?? [];
    if (hex && name === file) return { algorithm: hex.length === 40 ? "sha1" : "sha256", hex: hex.toLowerCase() };
  }
  return undefined;
}

/**
 * @param {string} url
 * @param {DownloadOptions} options
 */
async function readText(url, options) {
  const parts = [];
  for await (const chunk of read(url, options)) parts.push(chunk);
  return Buffer.concat(parts).toString("utf8");
}

/**
 * @param {string} url
 * @param {string} file
 * @param {string} algorithm
 * @param {string} title
 * @param {DownloadOptions} options
 * @returns {Promise<string>} checksum of what came
 */
async function save(url, file, algorithm, title, options) {
  const progress = startProgress(options.output, title);
  const hash = createHash(algorithm);
  let bytes = 0;
  async function* passing() {
    for await (const chunk of read(url, options)) {
      hash.update(chunk);
      bytes += chunk.length;
      progress.at(`${Math.round(bytes / 1e6)} MB`);
      yield chunk;
    }
  }
  try {
    await pipeline(passing, createWriteStream(file));
  } finally {
    progress.end(`${Math.round(bytes / 1e6)} MB`);
  }
  return hash.digest("hex");
}

/**
 * @param {string} url
 * @param {DownloadOptions} options
 * @returns {AsyncGenerator<Uint8Array>}
 * @throws in one sentence; a site that stays silent is not asked again
 */
async function* read(url, { env, signal, idleMs = 5000 }) {
  const site = downloadSite(env);
  const silent = silentSites.get(site);
  if (silent) throw new Error(silent);
  const idle = new AbortController();
  const timer = setTimeout(() => idle.abort(new Error(`no answer for ${idleMs / 1000} s`)), idleMs);
  try {
    const response = await fetch(url, { signal: AbortSignal.any(signal ? [idle.signal, signal] : [idle.signal]) });
    if (!response.ok || !response.body)
      throw new HttpError(`${url} answered ${response.status} ${response.statusText}`);
    for await (const chunk of response.body) {
      timer.refresh();
      yield chunk;
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof HttpError) throw error;
    const why = `${site}: ${networkFault(error)}`;
    silentSites.set(site, why);
    throw new Error(why, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** The site answered, with a refusal. */
class HttpError extends Error {}

/**
 * fetch says only "fetch failed"; why is in the cause, which has but a code where several addresses were tried.
 *
 * @param {unknown} error
 */
function networkFault(error) {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  return cause.message || ("code" in cause ? String(cause.code) : cause.name);
}
