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
import { leafnodePermissions, type SpokeLink } from "../../components/leafnode-permissions";
import { ofAllAccounts, ofGeneration, type Rotation } from "../../components/rotation";
import type { ServerUser } from "../../components/server-config";
import { leafnodeRemotes } from "../../components/server-config";
import type { AccountName, LocationFacts, LocationSecrets, Login, Logins } from "../../components/stack-outputs";

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

interface RigPlan {
  readonly portBase: number;
  readonly spokes: readonly string[];
  readonly links: readonly SpokeLink[] | undefined;
  /** Generations of the hub's users. */
  readonly rotation: Rotation;
}

/** A hub, its spokes, and the folder that holds them all. */
export interface Rig {
  readonly folder: string;
  readonly plan: RigPlan;
  /** By name, the hub first. */
  readonly locations: ReadonlyMap<string, RigLocation>;
}

/**
 * Plans `hub` and the spokes, 25 ports each from `portBase` on, in a new temporary folder. Starts nothing.
 *
 * @param links what the spokes' leafnode users have rights for; absent: everything, for streams that no topology declares
 */
export async function planRig(
  portBase: number,
  spokes: readonly string[] = [],
  links?: readonly SpokeLink[],
): Promise<Rig> {
  return planned(await mkdtemp(join(tmpdir(), "cinema-rig-")), { portBase, spokes, links, rotation: [1] });
}

/** The rig with other generations of its hub's users, or other links that they have rights for. Changes nothing that runs. */
export function replannedRig({ folder, plan }: Rig, change: Partial<Pick<RigPlan, "links" | "rotation">>): Rig {
  return planned(folder, { ...plan, ...change });
}

function planned(folder: string, plan: RigPlan): Rig {
  const { portBase, spokes } = plan;
  const hub = planHub(folder, plan);
  const others = spokes.map((name, i) => planSpoke(folder, portBase + (i + 1) * portsPerLocation, name, hub));
  return { folder, plan, locations: new Map([hub, ...others].map((each) => [each.outputs.location, each])) };
}

/** Plans and starts `hub` and the spokes. Takes some seconds. */
export async function startRig(...plan: Parameters<typeof planRig>): Promise<Rig> {
  const rig = await planRig(...plan);
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

function planHub(folder: string, { portBase, spokes, links, rotation }: RigPlan): RigLocation {
  const guestOf = (spoke: string, generation: number) => loginsOf(`leaf-${spoke}`, generation);
  const newest = rotation.at(-1) ?? 1;
  const leafnodeLogins = Object.fromEntries(spokes.map((spoke) => [spoke, guestOf(spoke, newest)]));
  const guests = (account: AccountName) =>
    rotation.flatMap((generation) =>
      spokes.map((spoke) => ({
        ...serverUser(guestOf(spoke, generation)[account]),
        connectionTypes: ["LEAFNODE"] as const,
        ...(links && { permissions: leafnodePermissions(account, spoke, links) }),
      })),
    );
  const hub = plan("hub", "headquarter", folder, portBase, { rotation, guests });
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

interface UsersPlan {
  readonly rotation: Rotation;
  readonly guests: (account: AccountName) => readonly ServerUser[];
}

/** What a hub and a spoke have in common; `guests` log in beside the administrators. */
function plan(
  name: string,
  clusterName: string,
  parent: string,
  portBase: number,
  { rotation, guests }: UsersPlan = { rotation: [1], guests: () => [] },
): RigLocation {
  const administrators = rotation.map((generation) => loginsOf(name, generation));
  const logins = administrators.at(-1) ?? loginsOf(name);
  const maxFileStoreBytes = 2 ** 28;
  const serverNames = Array.from({ length: replicas }, (_, i) => `${name}-nats-${i}`);
  const users = (account: AccountName) => [
    ...administrators.map((each) => serverUser(each[account])),
    ...guests(account),
  ];
  const { servers } = localPorts(portBase, replicas);
  return {
    inputs: {
      folder: join(parent, name),
      portBase,
      serverVersion,
      settings: { domain: name, clusterName, serverNames, maxFileStoreBytes },
      rotation: ofAllAccounts(rotation),
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
      rotation: ofAllAccounts(rotation),
      dialledGeneration: null,
      clientUrls: servers.map(({ client }) => `nats://127.0.0.1:${client}`),
      monitorUrls: servers.map(({ monitor }) => `http://127.0.0.1:${monitor}`),
      leafnodeUrls: [],
      leafnodeTls: false,
      leafnodeCa: "",
      kubernetes: null,
      logins,
      leafnodeLogins: {},
    },
  };
}

/** Clear passwords with every character that needs an escape on its way into a URL or a conf. */
function loginsOf(name: string, generation = 1): Logins {
  const login = (account: string): Login => {
    const user = ofGeneration(`${account}-${name}`, generation);
    return { user, password: `p@/:$w#%&=+ "q\\x'-${user}` };
  };
  return { ACC: login("acc"), SYS: login("sys") };
}

/** One hash a password, as in a stack's state. */
const hashes = new Map<string, string>();

/** Cost 4 keeps the tests' many logins cheap. */
function serverUser({ user, password }: Login): ServerUser {
  const passwordHash = hashes.get(password) ?? hashSync(password, 4);
  hashes.set(password, passwordHash);
  return { user, passwordHash };
}
