/**
 * Preloaded into the engine's Node processes. Those of programs and of dynamic providers load when something of it is first used what the SDK loads at once
 * and ours never use: the TypeScript compiler and npm's arborist, for functions that it serialises, the Automation API, OpenTelemetry
 * (docs/decisions/0012). A program whose bundle is named runs from that, and nothing of it is compiled (docs/decisions/0015).
 */
import { createRequire, Module } from "node:module";

const main = process.argv[1] ?? "";
const isWorker = /[\\/]preview-worker\.js$/.test(main); // runs programs as well, by the Automation API
const isProgram = isWorker || /[\\/]cmd[\\/]run([\\/]index\.js)?$/.test(main);
const isProvider = /[\\/]dynamic-provider([\\/]index\.js)?$/.test(main);
const unused = [
  "typescript",
  "@npmcli/arborist",
  "normalize-package-data",
  ...(isWorker ? [] : ["@pulumi/pulumi/automation/index.js"]),
  "@opentelemetry/resources",
  "@opentelemetry/sdk-trace-base",
  "@opentelemetry/sdk-trace-node",
  "@opentelemetry/exporter-zipkin",
  "@opentelemetry/instrumentation",
  "@opentelemetry/instrumentation-grpc",
];
if (isProgram || isProvider) {
  unused.forEach((name) => makeLazy(name));
  makeLazy("@pulumi/pulumi/runtime/closure/v8Hooks.js", { isInitializedAsync: async () => {} }); // a debugger's session with the process itself
}
if (isProgram && !process.env["PULUMI_DEBUG_PROMISE_LEAKS"]) leaveOutEmptyTraces();

// The SDK sends each of its debug messages to the engine, several a resource, one after the other and each waited for; the engine drops them, as none of
// our commands asks for them.
if (isProgram) makeLazy("@pulumi/pulumi/log/index.js", { debug: async () => {} });

const bundle = process.env["CINEMA_JETSTREAM_PROGRAM"];
if (isProgram && bundle) {
  process.env["PULUMI_NODEJS_TYPESCRIPT"] = "false";
  process.argv.splice(-1, 1, bundle); // the language host gives the program last
}

/**
 * The SDK takes the stack trace of each resource and of each of its promises, by errors without a message, and maps every frame to the sources: a fifth of a
 * program's time, for those who hunt promises that never settle. An error that says something has its trace.
 */
function leaveOutEmptyTraces() {
  const require = createRequire(main);
  if (!resolveWith(require, "source-map-support/register")) return;
  require("source-map-support/register");
  const { prepareStackTrace } = Error;
  Error.prepareStackTrace = (error, frames) =>
    error.message === "" ? String(error) : prepareStackTrace?.(error, frames);
}

/**
 * @param {string} name of a package, as the main module finds it
 * @param {Record<string, unknown>} instead what it has then in place of its own
 */
function makeLazy(name, instead = {}) {
  const require = createRequire(main);
  const file = resolveWith(require, name);
  if (!file) return;
  const load = () => {
    if (require.cache[file] === standIn) {
      delete require.cache[file];
      Object.assign(require(name), instead);
    }
    return require(name);
  };
  const standIn = new Module(file);
  // Called an ES module, so that the SDK's `__importStar` does not copy what it has: that would load it.
  const own = { __esModule: true, ...instead };
  standIn.exports = new Proxy({}, { get: (_, property) => Reflect.get(property in own ? own : load(), property) });
  standIn.loaded = true;
  require.cache[file] = standIn;
}

/**
 * @param {NodeJS.Require} require
 * @param {string} name
 * @returns {string | undefined} nothing where the SDK brings its own, or has no use for it any more
 */
function resolveWith(require, name) {
  try {
    return require.resolve(name);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}
