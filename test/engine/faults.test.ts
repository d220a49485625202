/** What the engine says of wrong input, and that nothing is touched by it. */
import { expect } from "chai";
import { createServer, type Server } from "node:net";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { streamsStack, type LabStack } from "../../cli/lab/home";
import { localPorts } from "../../components/local/ports";
import { deleteLocation } from "../../components/local/runtime/delete";
import { topology, type Topology } from "../../streams/declarations";
import { EngineLab } from "../rig/engine-lab";
import { filesBelow, processesNaming } from "../rig/leftovers";
import { locationStacks } from "../rig/stacks";

const [hub, cinemaA, cinemaB] = locationStacks as [LabStack, LabStack, LabStack];
const portBase = 23_200;

describe("the engine on wrong input", function () {
  this.timeout(600_000);
  let lab: EngineLab;
  before(async () => {
    lab = new EngineLab(portBase);
    await lab.init();
  });
  after(() => lab.remove());

  const nothingStarted = () => {
    expect(processesNaming(lab.home.folder)).to.deep.equal([]);
    expect(filesBelow(lab.home.locationFolder("hub"))).to.deep.equal([]);
  };

  it("names every fault of a config at once", async () => {
    lab.configure("hub", { replicas: 4, replica: 3, serverVersion: "2.8.0" });
    const said = await lab.failure(lab.up(hub));
    lab.configure("hub");
    expect(said).to.contain("the config of stack 'hub' has 3 faults:");
    expect(said).to.contain("replica is no config key; allowed: role, platform,").and.contain("did you mean replicas?");
    expect(said).to.contain(
      "replicas is '4'; allowed: 1, 3 or 5: odd, so that JetStream keeps a quorum; set it: pulumi config set replicas 3",
    );
    expect(said).to.contain(
      "serverVersion is '2.8.0'; allowed: a release of nats-server, 2.9.19 or newer; set it: pulumi config set serverVersion 2.14.2",
    );
    nothingStarted();
  });

  it("names a server version that is not installed, with the command that gets it", async () => {
    lab.configure("hub", { serverVersion: "2.99.0" });
    const said = await lab.failure(lab.up(hub));
    lab.configure("hub");
    expect(said).to.contain("nats-server 2.99.0 is not installed; run: node toolchain/ensure.mjs nats-server@2.99.0");
    nothingStarted();
  });

  it("names a taken port and its holder before anything is started", async () => {
    const port = localPorts(portBase, 3).servers[1]?.client ?? 0;
    const holder: Server = createServer().listen(port, "127.0.0.1");
    await once(holder, "listening");
    const said = await lab.failure(lab.up(hub)).finally(() => holder.close());
    expect(said).to.contain(`${port}: held by process ${process.pid} (`);
    nothingStarted();
  });

  it("names a location whose disk is too small", async () => {
    lab.configure("hub", { fileStoreSize: "900Ti" });
    const said = await lab.failure(lab.up(hub));
    lab.configure("hub");
    expect(said).to.contain("cannot hold the location's file stores: 3 servers of");
    nothingStarted();
  });

  it("comes up once the faults are gone", async () => {
    await lab.up(hub);
  });

  it("refuses a spoke that its hub does not declare, or that has its hub's cluster name, both at once", async () => {
    lab.configure("hub", { spokes: ["cinema-b"] });
    await lab.up(hub);
    lab.configure("cinema-a", { clusterName: "hub-cluster" });
    const said = await lab.failure(lab.up(cinemaA));
    lab.configure("cinema-a");
    expect(said).to.contain(
      "hub 'hub' has no leafnode users for 'cinema-a'; its spokes: cinema-b; add 'cinema-a' to spokes in Pulumi.hub.yaml, then: pulumi up -s hub",
    );
    expect(said).to.contain("clusterName is 'hub-cluster', as that of hub 'hub'");
    expect(existsSync(lab.home.locationFolder("cinema-a"))).to.equal(false);
    lab.configure("hub");
    await lab.up(hub);
  });

  it("names all faults of the declared streams in a preview, before anything is touched", async () => {
    const wrong: Topology = {
      ...topology,
      streams: [
        ...topology.streams,
        {
          location: "cinema-x",
          name: "a.b",
          subjects: ["tickets-1.vip"],
          replicas: 2,
          maxAgeSeconds: 60,
          maxBytes: 1024,
        },
        {
          location: "hub",
          name: "gone",
          mirror: { location: "cinema-a", stream: "nowhere" },
          subjects: ["x"],
          maxAgeSeconds: 60,
          maxBytes: 1024,
        },
      ],
    };
    const said = await lab.failure(lab.withTopology(wrong, "preview"));
    for (const fault of ["cinema-x", "a.b", "tickets-1.vip", "'replicas'", "nowhere", "'mirror' and 'subjects'"])
      expect(said).to.contain(fault);
  });

  it("says within bounds that the hub is down, when streams are to be made", async () => {
    await lab.up(cinemaA);
    await lab.up(cinemaB);
    await deleteLocation(lab.home.locationFolder("hub"));
    expect(await lab.failure(lab.up(streamsStack))).to.contain("no NATS server answers at nats://127.0.0.1:23200");
  });
});
