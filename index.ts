import { NatsLocation, referenceHub } from "./components/nats-location";
import { locationOfStack } from "./components/pulumi-config";

export = async () => {
  const location = locationOfStack();
  const hub = await referenceHub(location);
  return new NatsLocation(location.name, { location, hub }).outputs;
};
