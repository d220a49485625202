import { NatsLocation, referenceHub } from "./components/nats-location";
import { locationOfStack } from "./components/pulumi-config";
import { topology } from "./streams/declarations";
import { spokeLinks } from "./streams/spoke-links";

export = async () => {
  const location = locationOfStack();
  const hub = await referenceHub(location);
  return new NatsLocation(location.name, { location, hub, links: spokeLinks(topology) }).outputs;
};
