/** Four stacks of platform `local` for the tests. */
import { portsPerLocation } from "../../components/local/ports";
import { deleteLocation } from "../../components/local/runtime/delete";
import { serverVersion } from "./locations";
import { locationNames, TestStacks, type Config } from "./stacks";

/** Four stacks on this machine's loopback. */
export class EngineLab extends TestStacks {
  constructor(private readonly portBase: number) {
    super();
    locationNames.forEach((name) => this.configure(name));
  }

  /** Writes a location's stack file: what the checkout's says for it on this machine, and what the test adds. Passwords are generated. */
  configure(name: string, extra: Config = {}): void {
    const base =
      this.portBase +
      Math.max(
        0,
        locationNames.findIndex((known) => known === name),
      ) *
        portsPerLocation;
    const role =
      name === "hub"
        ? { role: "hub", spokes: ["cinema-a", "cinema-b"], allowPlaintextLeafnodes: true }
        : { role: "spoke", hub: "hub" };
    const config = {
      ...role,
      clusterName: `${name}-cluster`,
      platform: "local",
      serverVersion,
      fileStoreSize: "1Gi",
      localFolder: this.home.locationFolder(name),
      localPortBase: base,
      ...extra,
    };
    this.writeConfig(name, config);
  }

  /** Ends and removes whatever a test left. */
  override async remove(): Promise<void> {
    await Promise.all(locationNames.map((name) => deleteLocation(this.home.locationFolder(name))));
    await super.remove();
  }
}
