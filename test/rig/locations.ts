/** Real locations on this machine for the live tests: a hub and its spokes, with known logins, in a folder of their own. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashSync } from "bcryptjs";
import type { LocalClusterInputs, RelayInputs } from "../../components/local/local-cluster-inputs";
import { discardAddress, localPorts, portsPerLocation } from "../../components/local/ports";
import { converge } from "../../components/local/runtime/converge";
import { deleteLocation } from "../../components/local/runtime/delete";
import { runningPid } from "../../components/local/runtime/own-process";
import { convergeRelay } from "../../components/local/runtime/relay";
import { serversOf } from "../../components/local/runtime/server";
import type { ServerUser } from "../../components/server-config";
import { leafnodeRemotes } from "../../components/server-config";
import type { LocationFacts, LocationSecrets, Login, Logins } from "../../components/stack-outputs";

/** Version of nats-server in the live tests. */
export const serverVersion = process.env["NATS_VERSION"] ?? "2.14.2";

const replicas = 3;

/** A location of the rig: what the local platform is told, and what its stack would hand out. */
export interface RigLocation {
  readonly inputs: LocalClusterInputs;
  /** Spoke only. */
  readonly relay?: RelayInputs;
  readonly outputs: LocationFacts & LocationSecrets;
}

/** A hub, its spokes, and the folder that holds them all. */
export interface Rig {
  readonly folder: string;
  /** By name, the hub first. */
  readonly locations: ReadonlyMap<string, RigLocation>;
}

/** Plans `hub` and the spokes, 25 ports each from `portBase` on, in a new temporary folder. Starts nothing. */
export async function planRig(portBase: number, spokes: readonly string[] = []): Promise<Rig> {
  const folder = await mkdtemp(join(tmpdir(), "cinema-rig-"));
  const hub = planHub(folder, portBase, spokes);
  const planned = spokes.map((name, i) => planSpoke(folder, portBase + (i + 1) * portsPerLocation, name, hub));
  return { folder, locations: new Map([hub, ...planned].map((each) => [each.outputs.location, each])) };
}

/** Plans and starts `hub` and the spokes. Takes some seconds. */
export async function startRig(portBase: number, spokes: readonly string[] = []): Promise<Rig> {
  const rig = await planRig(portBase, spokes);
  try {
    for (const each of rig.locations.values()) await startLocation(each);
    return rig;
  } catch (error) {
    await stopRig(rig);
    throw error;
  }
}

/** Starts a location, or whatever of it does not run. */
export async function startLocation({ inputs, relay }: RigLocation): Promise<void> {
  if (relay) await convergeRelay(relay);
  await converge(inputs);
}

/** Stops everything of the rig and removes its folder. */
export async function stopRig(rig: Rig): Promise<void> {
  await Promise.all([...rig.locations.values()].map(({ inputs }) => deleteLocation(inputs.folder)));
  await rm(rig.folder, { recursive: true, force: true });
}

/** The location of a name. */
export function locationOf(rig: Rig, name: string): RigLocation {
  const found = rig.locations.get(name);
  if (!found) throw new RangeError(`the rig has ${[...rig.locations.keys()].join(", ")}, not '${name}'`);
  return found;
}

/** Pids of the location's servers, in the order of their names. */
export function pidsOf(inputs: LocalClusterInputs): Promise<(number | undefined)[]> {
  return Promise.all(serversOf(inputs).map((server) => runningPid(server.process)));
}

function planHub(folder: string, portBase: number, spokes: readonly string[]): RigLocation {
  const leafnodeLogins = Object.fromEntries(spokes.map((spoke) => [spoke, loginsOf(`leaf-${spoke}`)]));
  const hub = plan("hub", "headquarter", folder, portBase, Object.values(leafnodeLogins));
  const { servers } = localPorts(portBase, replicas);
  const leafnodeUrls = servers.map(({ leafnode }) => `nats-leaf://127.0.0.1:${leafnode}`);
  const settings = { ...hub.inputs.settings, leafnodeAdvertise: discardAddress };
  return {
    inputs: { ...hub.inputs, settings },
    outputs: { ...hub.outputs, role: "hub", spokes, leafnodeUrls, leafnodeLogins },
  };
}

function planSpoke(folder: string, portBase: number, name: string, hub: RigLocation): RigLocation {
  const spoke = plan(name, `spoke-${name}`, folder, portBase);
  const { relay: port } = localPorts(portBase, replicas);
  const logins = hub.outputs.leafnodeLogins[name];
  if (!logins) throw new RangeError(`the hub has no leafnode logins for '${name}'`);
  const remotes = leafnodeRemotes([`nats-leaf://127.0.0.1:${port}`], logins);
  const settings = { ...spoke.inputs.settings, extensionHint: "no_extend" as const };
  return {
    ...spoke,
    inputs: { ...spoke.inputs, settings, remotes },
    relay: { folder: spoke.inputs.folder, port, targets: hub.outputs.leafnodeUrls },
  };
}

/** What a hub and a spoke have in common; `guests` log in beside the administrators. */
function plan(
  name: string,
  clusterName: string,
  parent: string,
  portBase: number,
  guests: readonly Logins[] = [],
): RigLocation {
  const logins = loginsOf(name);
  const maxFileStoreBytes = 2 ** 28;
  const serverNames = Array.from({ length: replicas }, (_, i) => `${name}-nats-${i}`);
  const users = (account: keyof Logins) => [logins, ...guests].map((each) => serverUser(each[account]));
  const { servers } = localPorts(portBase, replicas);
  return {
    inputs: {
      folder: join(parent, name),
      portBase,
      serverVersion,
      settings: { domain: name, clusterName, serverNames, maxFileStoreBytes },
      accounts: { ACC: users("ACC"), SYS: users("SYS") },
      remotes: [],
    },
    outputs: {
      location: name,
      role: "spoke",
      clusterName,
      serverVersion,
      replicas,
      maxFileStoreBytes,
      spokes: [],
      clientUrls: servers.map(({ client }) => `nats://127.0.0.1:${client}`),
      monitorUrls: servers.map(({ monitor }) => `http://127.0.0.1:${monitor}`),
      leafnodeUrls: [],
      logins,
      leafnodeLogins: {},
    },
  };
}

/** Clear passwords with every character that needs an escape on its way into a URL or a conf. */
function loginsOf(name: string): Logins {
  const login = (account: string): Login => ({
    user: `${account}-${name}`,
    password: `p@/:$w#%&=+ "q\\x'-${account}-${name}`,
  });
  return { ACC: login("acc"), SYS: login("sys") };
}

/** Cost 4 keeps the tests' many logins cheap. */
function serverUser({ user, password }: Login): ServerUser {
  return { user, passwordHash: hashSync(password, 4) };
}
