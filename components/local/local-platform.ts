import * as pulumi from "@pulumi/pulumi";
import type { LocalPlatform as Placement, Location } from "../location";
import type { Platform, PlatformArgs } from "../platform";
import { leafnodeRemotes, serverSettings } from "../server-config";
import { LeafnodeRelay } from "./leafnode-relay";
import { LocalCluster } from "./local-cluster";
import { localPorts } from "./ports";

export interface LocalPlatformArgs extends PlatformArgs {
  readonly location: Location;
  readonly placement: Placement;
}

/** A location on this machine: its servers, and on a spoke the relay that stands for the line to the hub. */
export class LocalPlatform extends pulumi.ComponentResource implements Platform {
  /** Where clients connect, once the servers serve. */
  readonly clientUrls: pulumi.Output<string[]>;
  readonly monitorUrls: pulumi.Output<string[]>;
  /** Where relays of spokes connect. Empty on a spoke. */
  readonly leafnodeUrls: pulumi.Output<string[]>;
  /** Everything stays on this machine. */
  readonly leafnodeTls = pulumi.output(false);
  readonly leafnodeCa = pulumi.output("");
  readonly kubernetes = pulumi.output(null);

  constructor(name: string, args: LocalPlatformArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cinema:nats:LocalPlatform", name, {}, opts);
    const { location, placement, accounts, hub } = args;
    const { folder, portBase } = placement;
    const ports = localPorts(portBase, location.replicas);
    const relay =
      hub &&
      new LeafnodeRelay(`${name}-relay`, { folder, port: ports.relay, targets: hub.leafnodeUrls }, { parent: this });
    const cluster = new LocalCluster(
      `${name}-cluster`,
      {
        folder,
        portBase,
        serverVersion: location.serverVersion,
        settings: serverSettings(location),
        rotation: location.rotation,
        accounts,
        remotes: hub
          ? hub.logins.apply((logins) => leafnodeRemotes([`nats-leaf://127.0.0.1:${ports.relay}`], logins))
          : [],
      },
      { parent: this, dependsOn: relay ? [relay] : [] },
    );

    const urls = (all: string[]) => cluster.id.apply(() => all); // known only once the servers serve
    this.clientUrls = urls(ports.servers.map(({ client }) => `nats://127.0.0.1:${client}`));
    this.monitorUrls = urls(ports.servers.map(({ monitor }) => `http://127.0.0.1:${monitor}`));
    this.leafnodeUrls = urls(
      location.role === "hub" ? ports.servers.map(({ leafnode }) => `nats-leaf://127.0.0.1:${leafnode}`) : [],
    );
    this.registerOutputs({
      clientUrls: this.clientUrls,
      monitorUrls: this.monitorUrls,
      leafnodeUrls: this.leafnodeUrls,
    });
  }
}
