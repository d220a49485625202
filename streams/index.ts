import * as pulumi from "@pulumi/pulumi";
import { referenceLocation } from "../components/stack-outputs";
import { topology } from "./declarations";
import { Streams } from "./stream";

export = async () => {
  const names = [topology.hub, ...topology.spokes];
  const locations = await Promise.all(names.map((name) => referenceLocation(name, "the streams stack")));
  const config = new pulumi.Config();
  const linkTimeoutSeconds = config.requireNumber("linkTimeout");
  const allowDataLoss = config.requireBoolean("allowDataLoss");
  new Streams("streams", { topology, locations, linkTimeoutSeconds, allowDataLoss });
};
