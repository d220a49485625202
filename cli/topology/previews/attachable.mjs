/**
 * Preloaded into the host of dynamic providers that serves many engines. An engine that is led to a provider which runs already asks it to attach. The SDK's
 * host refuses, being made to be started by the engine, but has nothing to do for it: it calls no engine. Nor does an engine end it, so it ends with whoever
 * started it.
 */
import { createRequire } from "node:module";

const require = createRequire(process.argv[1] ?? "");
const { Server } = require("@grpc/grpc-js");
const { Empty } = require("google-protobuf/google/protobuf/empty_pb");

const { addService } = Server.prototype;
/** @type {typeof addService} */
Server.prototype.addService = function (service, implementation) {
  implementation["attach"] = (/** @type {unknown} */ _, /** @type {(error: null, answer: unknown) => void} */ answer) =>
    answer(null, new Empty());
  return addService.call(this, service, implementation);
};

process.stdin.resume().on("end", () => process.exit());
