/** The hooks of this package by the names that the resources keep in state: what `build.mjs` bundles. */
export { consumer } from "./consumers/consumer-provider";
export { declaredStreams, stream } from "./provider";
