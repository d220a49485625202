/**
 * Preloaded into the engine's Node processes. Those of programs and of dynamic providers load the TypeScript compiler and npm's arborist when something of
 * them is first used: the SDK loads both at once, for functions that it serialises, which none of ours has it do (docs/decisions/0012). A program whose
 * bundle is named runs from that, and nothing of it is compiled (docs/decisions/0015).
 */
import { createRequire, Module } from "node:module";

const main = process.argv[1] ?? "";
const isProgram = /[\\/]cmd[\\/]run([\\/]index\.js)?$/.test(main);
const isProvider = /[\\/]dynamic-provider([\\/]index\.js)?$/.test(main);
if (isProgram || isProvider)
  for (const name of ["typescript", "@npmcli/arborist", "@pulumi/pulumi/runtime/closure/v8Hooks.js"]) makeLazy(name);

// The SDK sends each of its debug messages to the engine, several a resource, one after the other and each waited for; the engine drops them, as none of
// our commands asks for them.
if (isProgram) makeLazy("@pulumi/pulumi/log/index.js", { debug: async () => {} });

const bundle = process.env["CINEMA_JETSTREAM_PROGRAM"];
if (isProgram && bundle) {
  process.env["PULUMI_NODEJS_TYPESCRIPT"] = "false";
  process.argv.splice(-1, 1, bundle); // the language host gives the program last
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
  standIn.exports = new Proxy({}, { get: (_, property) => property === "__esModule" || load()[property] });
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
