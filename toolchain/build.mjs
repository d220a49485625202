/** Tools built from Go modules: what remains where only package registries can be reached. */
import { cp, mkdir } from "node:fs/promises";
import { availableParallelism, totalmem } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runCommand } from "./command.mjs";
import { startProgress } from "./progress.mjs";
import { compareVersions, tools } from "./tools.mjs";

/**
 * @typedef {import("./tools.mjs").ToolName} ToolName
 * @typedef {import("./tools.mjs").GoStep} GoStep
 *
 * @typedef {object} BuildOptions
 * @property {NodeJS.ProcessEnv} env
 * @property {import("./progress.mjs").Output} output
 * @property {AbortSignal} [signal]
 */

/** The Go that the modules under `go/` ask for. */
const oldestGo = "1.26.0";

/** Debug information takes 17 % of the processor time of a build (nats-server 2.14.2 with all that it needs), only to be cut off by the linker. */
const optimizedFlags = ["-gcflags=all=-dwarf=false"];

/** Without inlining Go compiles in 25 % less time, and what comes out runs somewhat slower. */
const quickFlags = ["-gcflags=all=-l -dwarf=false"];

const modules = fileURLToPath(new URL("go", import.meta.url));

/**
 * Builds a tool's binaries. Go keeps what it has compiled: an interrupted build goes on where it was.
 *
 * @param {ToolName} name
 * @param {string} version
 * @param {{ scratch: string, bin: string }} folders Where to work, and where the binaries go
 * @param {BuildOptions} options
 * @throws where Go is missing or too old, or with Go's own words
 */
export async function buildTool(name, version, { scratch, bin }, options) {
  const { go, version: pinned, buildTime, optimized = false } = tools[name];
  const flags = ["-v", "-trimpath", ...(optimized ? optimizedFlags : quickFlags)];
  const env = {
    ...options.env,
    CGO_ENABLED: "0", // no C compiler is needed, and the binaries run anywhere
    GOFLAGS: "-buildvcs=false", // a checkout without git, or without its .git, builds as well
    GOWORK: "off", // a go.work above the checkout must not replace what is pinned here
    GOGC: options.env.GOGC ?? compilerGarbage(),
    GOTMPDIR: join(scratch, "tmp"), // what a killed build leaves behind goes with the scratch folder
  };
  await mkdir(env.GOTMPDIR, { recursive: true });
  await checkGo({ ...options, env });
  const progress = startProgress(
    options.output,
    `building ${name} ${version} from Go modules (${buildTime} the first time)`,
  );
  const run = goRunner(progress.at, { ...options, env });
  try {
    if (version === pinned) {
      for (const step of go) await buildStep(step, flags, { scratch, bin }, run);
    } else {
      await installVersion(go, version, flags, { scratch, bin }, run);
    }
    progress.end("done");
  } catch (error) {
    progress.end("not built");
    throw error;
  }
}

/**
 * How much more than what it needs the compiler's memory may grow, in percent: 400 saves an eighth of the processor time, and takes half as much memory again where
 * a package is large.
 */
const compilerGarbage = () => (totalmem() / availableParallelism() >= 4 * 2 ** 30 ? "400" : "100");

/**
 * @param {GoStep} step
 * @param {readonly string[]} flags
 * @param {{ scratch: string, bin: string }} folders
 * @param {(args: readonly string[], cwd: string, env?: NodeJS.ProcessEnv) => Promise<unknown>} run
 */
async function buildStep(step, flags, { scratch, bin }, run) {
  let cwd = join(modules, step.module);
  if (step.generate) {
    const copy = join(scratch, step.module); // what is generated must not land among tracked files
    await cp(cwd, copy, { recursive: true });
    cwd = copy;
    await run(["run", ...flags, ...step.generate], cwd); // the build's own flags, so that Go compiles what both need only once
  }
  const ldflags = ["-s -w", step.ldflags].filter(Boolean).join(" ");
  const tags = step.tags ? ["-tags", step.tags] : [];
  await run(["build", ...flags, ...tags, "-ldflags", ldflags, "-o", join(bin, step.binary), step.package], cwd);
}

/**
 * A version that no go.mod here pins: Go verifies it by its checksum database.
 *
 * @param {readonly GoStep[]} steps
 * @param {string} version
 * @param {readonly string[]} flags
 * @param {{ scratch: string, bin: string }} folders
 * @param {(args: readonly string[], cwd: string, env?: NodeJS.ProcessEnv) => Promise<unknown>} run
 */
async function installVersion(steps, version, flags, { scratch, bin }, run) {
  for (const step of steps) {
    const args = ["install", ...flags, "-ldflags", "-s -w", `${step.package}@v${version}`];
    await run(args, scratch, { GOBIN: bin });
  }
}

/**
 * Runs `go`, counting what it says it does: modules as it downloads them, packages as it compiles them.
 *
 * @param {(text: string) => void} at
 * @param {Omit<BuildOptions, "output">} options
 * @returns {(args: readonly string[], cwd: string, env?: NodeJS.ProcessEnv) => Promise<unknown>}
 */
function goRunner(at, { env, signal }) {
  let downloaded = 0;
  let compiled = 0;
  const onLine = (/** @type {string} */ line) => {
    if (line.startsWith("go: downloading ")) downloaded += 1;
    else if (/^[\w.-]+(\/[\w.~-]+)*$/.test(line)) compiled += 1;
    at(
      `${downloaded} modules downloaded, ${compiled} packages compiled (${line.replace("go: downloading ", "").trim()})`,
    );
  };
  return (args, cwd, more) => runCommand("go", args, { cwd, env: { ...env, ...more }, onLine, signal });
}

/**
 * Asks inside a module: with Go's automatic toolchains an older Go has fetched a newer one by then.
 *
 * @param {BuildOptions} options
 */
async function checkGo(options) {
  const cure = `install Go ${oldestGo} or newer from https://go.dev/dl/`;
  const answer = await runCommand("go", ["version"], { ...options, cwd: join(modules, "pulumi") }).catch((error) => {
    options.signal?.throwIfAborted();
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    throw new Error(missing ? `Go is not on PATH; ${cure}` : `${error.message}; ${cure}`);
  });
  const found = /go(\d+\.\d+(?:\.\d+)?)/.exec(answer.join("\n"))?.[1];
  if (!found || compareVersions(found, oldestGo) < 0) {
    throw new Error(`Go on PATH is ${found ?? answer.join(" ")}; ${cure}`);
  }
}
