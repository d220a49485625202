/** As many resources as `TOPOLOGY` has streams, each with what its declaration says, whose hooks do nothing. */
import { CustomResource } from "@pulumi/pulumi";
import type { Topology } from "../../../streams/declarations";

/** What the host of dynamic providers evaluates; `built-resource.ts` gives it the built package's hooks in this place. */
const __provider = `exports.handler = () => ({
  check: async (_olds, news) => ({ inputs: news, failures: [] }),
  diff: async () => ({ changes: false }),
  create: async (inputs) => ({ id: inputs.name, outs: inputs }),
  delete: async () => {},
});`;

class Idle extends CustomResource {}

export = async () => {
  const topology: Topology = JSON.parse(process.env["TOPOLOGY"] ?? "");
  for (const declaration of topology.streams)
    new Idle("pulumi-nodejs:dynamic/bench:Idle", declaration.name, { ...declaration, __provider });
};
