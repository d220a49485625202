import { referenceLocation } from "../components/stack-outputs";
import { topology } from "./declarations";
import { Streams } from "./stream";

export = async () => {
  const names = [topology.hub, ...topology.spokes];
  const locations = await Promise.all(names.map((name) => referenceLocation(name, "the streams stack")));
  new Streams("streams", { topology, locations });
};
