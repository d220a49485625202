/** The network of a rig: one bridge, and for each cluster a network namespace with one link to it. */
import execa from "execa";
import { bridge, type ClusterPlace } from "./layout";

const ip = (...args: string[]) => execa("ip", args);

/** Makes the bridge and each cluster's namespace on it. */
export async function makeNetwork(places: readonly ClusterPlace[]): Promise<void> {
  await ip("link", "add", bridge.name, "type", "bridge");
  await ip("addr", "add", `${bridge.address}/${bridge.prefix}`, "dev", bridge.name);
  await ip("link", "set", bridge.name, "up");
  for (const place of places) await makeNamespace(place);
}

async function makeNamespace({ netns, link, address }: ClusterPlace): Promise<void> {
  const inside = (...args: string[]) => ip("-n", netns, ...args);
  await ip("netns", "add", netns);
  await ip("link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", netns);
  await ip("link", "set", link, "master", bridge.name, "up");
  await inside("addr", "add", `${address}/${bridge.prefix}`, "dev", "eth0");
  await inside("link", "set", "eth0", "up");
  await inside("link", "set", "lo", "up");
  await inside("route", "add", "default", "via", bridge.address);
  const settings = [
    "net.ipv4.ip_forward=1",
    // What comes from where no answer could go is dropped: without it, a cut would still let the others' packets in.
    "net.ipv4.conf.eth0.rp_filter=1",
  ];
  await inNamespace(netns, "sysctl", "-qw", ...settings);
}

/**
 * Runs a command in a namespace. Not `ip netns exec`: that one mounts a `/sys` of its own, which hides the cgroups.
 */
export const inNamespace = (netns: string, command: string, ...args: string[]) =>
  execa("nsenter", [`--net=/run/netns/${netns}`, command, ...args]);

/** Cuts a cluster off from the others: nothing, be it of an open connection, gets out to them or in from them. */
export async function cutOff(place: ClusterPlace, others: readonly ClusterPlace[]): Promise<void> {
  for (const { address } of others) await ip("-n", place.netns, "route", "replace", "blackhole", `${address}/32`);
}

/** Joins it to the others again. Does nothing where it is joined. */
export async function joinAgain(place: ClusterPlace): Promise<void> {
  for (const route of await blackholes(place)) await ip("-n", place.netns, "route", "del", "blackhole", route);
}

/** Addresses that a cluster is cut off from. */
export async function blackholes({ netns }: ClusterPlace): Promise<string[]> {
  const { stdout } = await ip("-n", netns, "route", "show", "type", "blackhole");
  return stdout.split("\n").flatMap((line) => /^blackhole (\S+)/.exec(line)?.[1] ?? []);
}

/** Ids of all processes in a namespace; none where there is no such namespace. */
export async function pidsIn(netns: string): Promise<number[]> {
  if (!(await namespaces()).includes(netns)) return [];
  return (await ip("netns", "pids", netns)).stdout.split("\n").filter(Boolean).map(Number);
}

/** Removes what `makeNetwork` made, or as much of it as is there; nothing may run in the namespaces any more. */
export async function removeNetwork(places: readonly ClusterPlace[]): Promise<void> {
  const links = await linkNames();
  const netnses = await namespaces();
  for (const { link, netns } of places) {
    if (links.includes(link)) await ip("link", "del", link);
    if (netnses.includes(netns)) await ip("netns", "del", netns);
  }
  if (links.includes(bridge.name)) await ip("link", "del", bridge.name);
}

/** Names of the machine's network links. */
export async function linkNames(): Promise<string[]> {
  const links = JSON.parse((await ip("-j", "link", "show")).stdout) as { ifname: string }[];
  return links.map(({ ifname }) => ifname);
}

/** Names of the machine's network namespaces. */
export async function namespaces(): Promise<string[]> {
  return (await ip("netns", "list")).stdout.split("\n").flatMap((line) => line.split(" ")[0] || []);
}
