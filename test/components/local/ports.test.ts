import { expect } from "chai";
import { localPorts, maxLocalReplicas, portsPerLocation } from "../../../components/local/ports";

describe("localPorts", () => {
  it("gives each server four ports, and the location a relay's, from the base on", () => {
    expect(localPorts(14200, 3)).to.deep.equal({
      servers: [
        { client: 14200, monitor: 14205, cluster: 14210, leafnode: 14215 },
        { client: 14201, monitor: 14206, cluster: 14211, leafnode: 14216 },
        { client: 14202, monitor: 14207, cluster: 14212, leafnode: 14217 },
      ],
      relay: 14220,
    });
  });

  it("gives no port twice in two full neighbouring locations", () => {
    const all = [14200, 14200 + portsPerLocation].flatMap((portBase) => {
      const { servers, relay } = localPorts(portBase, maxLocalReplicas);
      return [...servers.flatMap((server) => Object.values(server)), relay];
    });
    expect(new Set(all).size).to.equal(all.length);
  });
});
